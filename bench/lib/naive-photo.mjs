/**
 * The photo as most programs would serve it: every request serialises and compresses the same snapshot again. Started
 * by photo.bench.ts with the photo's JSON in a file; says its port on stdout.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const photo = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const server = createServer((_request, response) => {
  const body = gzipSync(JSON.stringify(photo));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'content-length': body.length,
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

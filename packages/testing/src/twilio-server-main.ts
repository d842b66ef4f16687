import { parseArgs } from 'node:util';
import { createTwilioServer } from './twilio-server.ts';
import type { TwilioBehaviour } from './twilio-server-world.ts';

/**
 * The Twilio server as a process of its own, so that it outlives the services that a story kills:
 * `node dist/twilio-server-main.js --port 4010 --record messages.jsonl --account-sid AC… --auth-token …`.
 * `--default '{"delayMs":50}'` is how every request behaves. Prints one line of JSON with its address and credentials.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    record: { type: 'string' },
    'account-sid': { type: 'string' },
    'auth-token': { type: 'string' },
    default: { type: 'string' },
  },
});

const server = await createTwilioServer({
  host: values.host,
  port: Number(values.port),
  ...(values.record !== undefined && { recordFile: values.record }),
  ...(values['account-sid'] !== undefined && { accountSid: values['account-sid'] }),
  ...(values['auth-token'] !== undefined && { authToken: values['auth-token'] }),
});
if (values.default !== undefined) server.setDefault(JSON.parse(values.default) as TwilioBehaviour);
console.log(JSON.stringify({ url: server.url, accountSid: server.accountSid, authToken: server.authToken }));

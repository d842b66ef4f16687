import { runCommandLine } from './commands.ts';

// A reader that closes the pipe early (`ubot indicator … | head`) has what it wanted: nothing is wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

// Set, not exited with: what was written to a pipe must still get out.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  note: (line) => process.stderr.write(`${line}\n`),
});

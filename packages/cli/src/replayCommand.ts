import type { Command } from './command.ts';

const REPLAY_HELP = `ubot replay FOLDER [--strategy FILE.json]… [--database URL]

Plays recorded CoinMarketCap answers through the whole path: the real driver over HTTP, its checks, candles of nine
timeframes, and the strategies given (each a file as POST /api/v1/strategies takes it), judged as the scanner does.
Prints each alert and then a summary, one JSON object a line. Nothing is sent to anybody.

FOLDER holds listings answers (.json or .json.gz), one poll each, in name order; files named FROM_TO.json that continue
each other are pages of one poll. Global metrics answers belong to the listing before them. An error answer or a broken
file is a poll that was answered so. Snapshots take place at the recorded times, in whole minutes; replay.json may say
otherwise: {"startAtMs": …, "intervalMs": 60000}. With --database the snapshots and candles are stored there too.`;

/** Loaded when it is run: the driver and the database client would slow every other command's start down. */
export const replayCommand: Command = {
  name: 'replay',
  about: 'recorded provider answers through the whole path',
  help: REPLAY_HELP,
  async run(args, io) {
    const { runReplay } = await import('./replay.ts');
    return runReplay(args, io);
  },
};

/** Where a command writes. */
export interface CommandIo {
  /** What the command is for: goes to stdout. */
  readonly out: (text: string) => void;
  /** What people should know beside it: goes to stderr, a line each. */
  readonly note: (line: string) => void;
}

/** One `ubot` command. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly about: string;
  /** How it is used, for `ubot NAME --help`. */
  readonly help: string;
  /** Runs it with what stands behind its name; the exit code. Throws UbotError for an expected failure. */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

export { COMMANDS, runCommandLine } from './commands.ts';
export { type Command, type CommandIo } from './command.ts';

import type { RunningUbot } from './app.ts';

interface Greeting {
  readonly running: RunningUbot;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly passwordFile: string;
  /** The password was made in this start, and is shown. */
  readonly firstStart: boolean;
  readonly logFile: string | null;
}

function sourceLine({ source }: RunningUbot): string {
  if (source === null) return 'none yet';
  const { label, sentence, demo } = source;
  // The schedule's own sentence may name the source already.
  const schedule = sentence.startsWith(`${label}: `) ? sentence.slice(label.length + 2) : sentence;
  const name = demo ? `DEMO MARKET, prices are simulated` : label;
  return schedule === '' ? name : `${name}: ${schedule}`;
}

function signInLines({ running, passwordFile, firstStart }: Greeting): string[] {
  const { email, oneTimePassword, hasToken } = running.signIn;
  const token = hasToken ? ['machines: with UBOT_OPERATOR_TOKEN'] : [];
  if (oneTimePassword === null) return [`${email}, with your password`, ...token];
  return firstStart
    ? [`${email}, one-time password ${oneTimePassword}`, ...token]
    : [`${email}, one-time password in ${passwordFile}`, ...token];
}

/** The one block that `npm start` prints. */
export function greet(greeting: Greeting): string {
  const { running, publicUrl, dataDir, logFile } = greeting;
  const database = running.embedded === null ? 'PostgreSQL of DATABASE_URL' : 'embedded PostgreSQL';
  const rows: [string, string][] = [
    ['Data', `${dataDir} (${database})`],
    ['Source', sourceLine(running)],
    ...(running.missing.length === 0
      ? []
      : ([['Waiting', `for ${running.missing.join(', ')}: the log says why, and uBot goes on trying`]] as [
          string,
          string,
        ][])),
    ...signInLines(greeting).map((line, index): [string, string] => [index === 0 ? 'Sign in' : '', line]),
    ...(logFile === null ? [] : ([['Log', logFile]] as [string, string][])),
    ['Next', 'make your first alert: README.md, "First alert in five minutes"; Ctrl-C stops uBot'],
  ];
  return `\nuBot is running: ${publicUrl}\n\n${rows.map(([name, text]) => `  ${name.padEnd(8)} ${text}`).join('\n')}\n`;
}

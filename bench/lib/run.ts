import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Bench } from './bench.ts';

const [name, ...flags] = process.argv.slice(2);
if (name === undefined) throw new Error('usage: run.ts NAME [--json]');
const file = join(import.meta.dirname, '..', `${name}.bench.ts`);
const { bench } = (await import(pathToFileURL(file).href)) as { bench: Bench };
const json = flags.includes('--json');

const report = await bench.run({ log: json ? () => undefined : (line) => console.error(`  ${line}`) });
if (json) {
  console.log(JSON.stringify(report));
} else {
  console.log(`\n${bench.name}: ${bench.about}`);
  for (const figure of report.figures) {
    const value = figure.value >= 100 ? Math.round(figure.value).toLocaleString('en-US') : figure.value.toPrecision(3);
    console.log(`  ${figure.ok ? 'ok  ' : 'MISS'}  ${figure.label}: ${value} ${figure.unit} (goal ${figure.goal})`);
  }
}
process.exit(0);

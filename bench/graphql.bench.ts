import { startCountedUbot } from '../services/all-in-one/src/countedUbot.testing.ts';
import type { Bench } from './lib/bench.ts';

export const bench: Bench = {
  name: 'graphql',
  about: 'SQL statements of one GraphQL query of lists below lists, counted on the wire to PostgreSQL',
  async run({ log }) {
    const ubot = await startCountedUbot();
    try {
      const few = await ubot.ask(10);
      const many = await ubot.ask(100);
      log(`10 rows: ${few.statements.length} statements; 100 rows: ${many.statements.length}`);
      if (many.lengths.some((length) => length !== 100)) throw new Error(`lists of ${many.lengths.join(', ')}`);
      const ratio = many.statements.length / few.statements.length;
      return {
        name: 'graphql',
        figures: [
          { label: 'statements for 10 rows', value: few.statements.length, unit: 'statements', goal: 'none', ok: true },
          { label: '100 rows against 10', value: ratio, unit: 'times', goal: '≤ 1', ok: ratio <= 1 },
        ],
      };
    } finally {
      await ubot.close();
    }
  },
};

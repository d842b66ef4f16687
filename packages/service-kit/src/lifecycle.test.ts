import { describe, expect, test } from 'vitest';
import { createLifecycle } from './lifecycle.ts';
import { createLogger } from './logger.ts';

function collect() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, logger: createLogger({ service: 'test', level: 'debug', destination }) };
}

describe('stopping', () => {
  test('runs in reverse order, once, whatever fails or hangs', async () => {
    const { lines, logger } = collect();
    const lifecycle = createLifecycle(logger, { stopLimitMs: 20 });
    const order: string[] = [];
    lifecycle.onStop('database', () => void order.push('database'));
    lifecycle.onStop('hanging', () => new Promise(() => {}));
    lifecycle.onStop('failing', () => {
      order.push('failing');
      throw new Error('no');
    });
    lifecycle.onStop('server', async () => void order.push('server'));
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    await lifecycle.stop();
    expect(order).toEqual(['server', 'failing', 'database']);
    expect(lines.map(({ event, part }) => `${event} ${part}`)).toEqual([
      'lifecycle.stop_failed failing',
      'lifecycle.stop_failed hanging',
    ]);
  });
});

describe('logs', () => {
  test('never hold a secret, by name or inside an error', () => {
    const { lines, logger } = collect();
    logger.info({
      event: 'x',
      password: 'hunter2',
      headers: { authorization: 'Bearer hunter2' },
      body: { newPassword: 'hunter2', token: 'hunter2' },
      error: new Error('Bearer hunter2hunter2', { cause: new Error('http://me:hunter2@host/') }),
    });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ service: 'test', level: 'info', event: 'x', password: '[redacted]' });
  });
});

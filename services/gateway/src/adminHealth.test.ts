import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';
import { INCIDENT } from './services.testing.ts';

let gw: Harness;
beforeAll(async () => {
  gw = await startGateway();
});
afterAll(() => gw.close());

interface Health {
  ready: boolean;
  services: { service: string; reachable: boolean; waitingFor?: string[]; version?: string }[];
  sources: unknown;
  queue: unknown;
  incidents: unknown;
}

describe('the health of the whole', () => {
  test('names every service with its version, the sources and the queue', async () => {
    const { body } = await gw.call('/api/v1/admin/health');
    const health = body as Health;
    expect(health.services.map(({ service }) => service)).toEqual([
      'gateway',
      'mother-app',
      'scanner',
      'user-manager',
      'notifier',
    ]);
    expect(health.ready).toBe(true);
    expect(health.services.every(({ version }) => /^\d+\.\d+\.\d+$/.test(version ?? ''))).toBe(true);
    expect(health.queue).toEqual({ queued: 2, sending: 1, unknown: 0, oldestDueMs: 5 });
    expect(health.incidents).toEqual([INCIDENT]);
    expect(health.sources).toMatchObject([{ name: 'demo' }]);
  });

  test('says what a service waits for, and goes on when one is away', async () => {
    const broken = await startGateway({ NOTIFIER_URL: 'http://127.0.0.1:1' });
    broken.world.notReady.add('scanner');
    const { status, body } = await broken.call('/api/v1/admin/health');
    const health = body as Health;
    expect({ status, ready: health.ready, queue: health.queue }).toEqual({ status: 200, ready: false, queue: null });
    expect(health.services.find(({ service }) => service === 'scanner')).toMatchObject({ waitingFor: ['scanner'] });
    expect(health.services.find(({ service }) => service === 'notifier')).toEqual({
      service: 'notifier',
      reachable: false,
      detail: expect.any(String),
    });
    await broken.close();
  });
});

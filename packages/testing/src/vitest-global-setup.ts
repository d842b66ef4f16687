import { SERVER_VARIABLE, startTestServer, TEMPLATE_VARIABLE } from './database.ts';
import { hasSharedData } from './sharedData.ts';

/** Once per test run: one PostgreSQL for all test files. Where CI runs, nothing may be skipped for want of data. */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env['CI'] === 'true' && !hasSharedData) {
    throw new Error('../shared/data is missing: in CI no test may be skipped');
  }
  const server = await startTestServer();
  process.env[SERVER_VARIABLE] = server.url;
  process.env[TEMPLATE_VARIABLE] = server.templateName;
  return () => server.close();
}

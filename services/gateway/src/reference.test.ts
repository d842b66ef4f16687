import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';
import { REFERENCE_PATH } from './reference.ts';

let gw: Harness;
beforeAll(async () => {
  gw = await startGateway();
});
afterAll(() => gw.close());

const PAGE = `${REFERENCE_PATH}/`;
const get = (path: string) => gw.call(path, { token: null });

test('the reference is open to everybody, and everything that it loads comes from us', async () => {
  expect((await get(REFERENCE_PATH)).status).toBe(200);
  const page = await get(PAGE);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  const html = String(page.body);
  expect(html).toContain('uBot: API reference');
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, path]) => new URL(path ?? '', `${gw.url}${PAGE}`),
  );
  expect(loaded.length).toBeGreaterThanOrEqual(5);
  for (const url of loaded) {
    expect(url.origin).toBe(gw.url);
    expect({ path: url.pathname, status: (await get(url.pathname)).status }).toEqual({
      path: url.pathname,
      status: 200,
    });
  }
  // Nothing inline: the policy would not let it run.
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>\s*\S/);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
});

test('the reference is under the same strict policy as every page', async () => {
  const [reference, page] = await Promise.all([get(PAGE), get('/')]);
  const policy = reference.headers.get('content-security-policy');
  expect(policy).toBe(page.headers.get('content-security-policy'));
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});

test('what the reference shows is the OpenAPI document, which does not list the page itself', async () => {
  const [shown, document] = await Promise.all([get('/api/reference/json'), get('/api/v1/openapi.json')]);
  expect(shown.body).toEqual(document.body);
  expect(Object.keys((document.body as { paths: object }).paths).filter((path) => path.includes('reference'))).toEqual(
    [],
  );
});

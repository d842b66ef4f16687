import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, NO_CHROMIUM, openBrowser } from './browser.testing.ts';
import { signIn, startUbot, type RunningUbot } from './ubot.testing.ts';

const CLIENT = { id: 'ubot', secret: 'a client secret of the test' };

describe.skipIf(!hasChromium)(`an account at an issuer, in a real browser${NO_CHROMIUM}`, { timeout: 120_000 }, () => {
  let server: Server;
  let ubot: RunningUbot;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    ubot = await startUbot({
      env: { UBOT_OIDC_ISSUER: issuer, UBOT_OIDC_CLIENT_ID: CLIENT.id, UBOT_OIDC_CLIENT_SECRET: CLIENT.secret },
    });
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${ubot.url}/api/v1/auth/oauth2/callback/oidc`],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      findAccount: (_context: unknown, accountId: string) => ({
        accountId,
        claims: async () => ({ sub: accountId, email: `${accountId}@example.org`, email_verified: true }),
      }),
    });
    server.on('request', provider.callback());
    browser = await openBrowser();
    page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    page.setDefaultTimeout(30_000);
    await signIn(page, ubot);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await ubot?.close();
    server?.close();
  });

  const issuerSection = () => page.getByRole('region', { name: /^Sign-in with/ });

  test('is linked from the settings, and then opens the same account without its password', async () => {
    await page.goto(`${ubot.url}/settings`);
    await issuerSection().getByRole('button', { name: 'Link the two' }).click();
    await page.locator('input[name=login]').fill('ada');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${ubot.url}/`);
    await page.goto(`${ubot.url}/settings`);
    await issuerSection().getByText('Linked: you can sign in there, too.').waitFor();
    expect(await issuerSection().getByRole('button').count()).toBe(0);

    await page.getByRole('button', { name: 'Account', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    // The issuer still knows the browser, and asks nothing.
    await page.getByRole('link', { name: /^Sign in with/ }).click();
    await page.getByRole('navigation').waitFor();
    await page.goto(`${ubot.url}/settings`);
    await page.getByText(ubot.email).first().waitFor();
  });

  test('says on the page why it was not linked', async () => {
    await page.goto(`${ubot.url}/?sign_in_error=LINK_INVALID&detail=This%20link%20is%20too%20old.`);
    await page.getByText('This link is too old.').waitFor();
    expect(page.url()).toBe(`${ubot.url}/`);
  });
});

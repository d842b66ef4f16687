import type { Page } from 'playwright-core';

/** The editor takes no key for a list that has opened less than 75 ms ago, so that nobody picks what they have not seen. */
const EDITOR_WAITS_MS = 100;

/** Waits for the editor to offer this, first of all, and picks it with the keyboard. */
export async function pickCompletion(page: Page, option: RegExp): Promise<void> {
  await page.getByRole('listbox').getByRole('option', { name: option, selected: true }).waitFor();
  // By the page's own clock, which on a busy machine is not ours.
  await page.evaluate(`new Promise((done) => setTimeout(done, ${EDITOR_WAITS_MS}))`);
  await page.keyboard.press('Enter');
}

import { text } from '../../texts/i18n.ts';

/** What an issuer's return said went wrong; taken out of the address, so that a reload does not say it again. */
export function issuerMistake(): string | null {
  const said = new URLSearchParams(location.search);
  if (!said.has('sign_in_error')) return null;
  history.replaceState(null, '', location.pathname);
  return said.get('detail') ?? text('account.issuerFailed');
}

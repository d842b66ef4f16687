import type { Letter } from './mail.ts';

/** What people read; plain text, one link on a line of its own. */
const letter = (to: string, subject: string, lines: readonly string[]): Omit<Letter, 'link'> => ({
  to,
  subject,
  text: [...lines, '', 'uBot'].join('\n'),
});

interface Link {
  to: string;
  url: string;
  expiresAtMs: number;
}

export function verifyEmailLetter({ to, url, expiresAtMs }: Link): Letter {
  return {
    ...letter(to, 'Confirm your address for uBot', [
      'Somebody, you we hope, has made an account at uBot with this address. To confirm it, open:',
      '',
      url,
      '',
      'The link works once, for 24 hours. If it was not you, do nothing: without it the account cannot be used.',
    ]),
    link: { purpose: 'verify_email', url, expiresAtMs },
  };
}

export function resetPasswordLetter({ to, url, expiresAtMs }: Link): Letter {
  return {
    ...letter(to, 'A new password for uBot', [
      'To choose a new password, open:',
      '',
      url,
      '',
      'The link works once, for one hour. If you did not ask for it, do nothing: your password stays as it is.',
    ]),
    link: { purpose: 'reset_password', url, expiresAtMs },
  };
}

export function invitationLetter({ to, url, expiresAtMs }: Link): Letter {
  return {
    ...letter(to, 'You are invited to uBot', [
      'You are invited to uBot, which watches the crypto market and tells you what you asked for. To begin, open:',
      '',
      url,
      '',
      'The link works once, for seven days.',
    ]),
    link: { purpose: 'invitation', url, expiresAtMs },
  };
}

/** Somebody signs up with an address that has an account: its owner hears of it, the other learns nothing. */
export function alreadyHereLetter({ to, url }: { to: string; url: string }): Letter {
  return letter(to, 'You have an account at uBot already', [
    'Somebody has just tried to make an account at uBot with this address, which has one already. If it was you, sign in:',
    '',
    url,
    '',
    'or ask for a new password there. If it was not you, do nothing.',
  ]);
}

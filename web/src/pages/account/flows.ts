import { ask } from '../../api/api.ts';
import type { TextKey } from '../../texts/i18n.ts';

interface Filled {
  readonly email: string;
  readonly password: string;
}
export interface Flow {
  readonly title: TextKey;
  readonly about: TextKey;
  readonly asks: readonly (keyof Filled)[];
  readonly submit: TextKey;
  readonly done: TextKey;
  readonly doneAbout: TextKey;
  run(filled: Filled, given: URLSearchParams): Promise<unknown>;
}

/** By the word after # in the address: a new account, proof of an address, a new password. */
export const FLOWS = {
  new: {
    title: 'account.newTitle',
    about: 'account.newAbout',
    asks: ['email', 'password'],
    submit: 'account.newSubmit',
    done: 'account.newDone',
    doneAbout: 'account.newDoneAbout',
    run: (filled) => ask('POST /api/v1/auth/sign-up', { body: { ...filled } }),
  },
  invitation: {
    title: 'account.invitationTitle',
    about: 'account.invitationAbout',
    asks: ['email', 'password'],
    submit: 'account.newSubmit',
    done: 'account.invitationDone',
    doneAbout: 'account.invitationDoneAbout',
    run: (filled, given) =>
      ask('POST /api/v1/auth/sign-up', { body: { ...filled, invitation: given.get('invitation') ?? '' } }),
  },
  verify: {
    title: 'account.verifyTitle',
    about: 'account.verifyAbout',
    asks: [],
    submit: 'account.verifySubmit',
    done: 'account.verifyDone',
    doneAbout: 'account.verifyDoneAbout',
    run: (_filled, given) => ask('POST /api/v1/auth/verify-email', { body: { token: given.get('verify') ?? '' } }),
  },
  forgot: {
    title: 'account.forgotTitle',
    about: 'account.forgotAbout',
    asks: ['email'],
    submit: 'account.forgotSubmit',
    done: 'account.forgotDone',
    doneAbout: 'account.forgotDoneAbout',
    run: ({ email }) => ask('POST /api/v1/auth/password/forgot', { body: { email } }),
  },
  reset: {
    title: 'account.resetTitle',
    about: 'account.resetAbout',
    asks: ['password'],
    submit: 'account.resetSubmit',
    done: 'account.resetDone',
    doneAbout: 'account.resetDoneAbout',
    run: ({ password }, given) =>
      ask('POST /api/v1/auth/password/reset', { body: { token: given.get('reset') ?? '', newPassword: password } }),
  },
} as const satisfies Readonly<Record<string, Flow>>;

const NAMES = Object.keys(FLOWS) as (keyof typeof FLOWS)[];

export const flowIn = (given: URLSearchParams): keyof typeof FLOWS => NAMES.find((name) => given.has(name)) ?? 'forgot';

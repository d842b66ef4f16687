import type { Texts } from '../texts.ts';
import { strategies } from './strategies.ts';
import { alerts } from './alerts.ts';
import { channels } from './channels.ts';
import { language } from './language.ts';
import { settings } from './settings.ts';
import { operator } from './operator.ts';
import { account } from './account.ts';
import { alertMe } from './alertMe.ts';
import { coin } from './coin.ts';
import { keys, shell, source, states } from './common.ts';
import { costs } from './costs.ts';
import { muting } from './muting.ts';
import { push } from './push.ts';
import { market } from './market.ts';

export const fr: Texts = {
  shell,
  keys,
  source,
  states,
  account,
  market,
  coin,
  alertMe,
  strategies,
  alerts,
  channels,
  push,
  muting,
  costs,
  language,
  settings,
  operator,
};

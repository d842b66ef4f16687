import type { ReactElement } from 'react';
import { useMe } from '../../api/session.ts';
import { useText } from '../../texts/i18n.ts';
import { Issuer } from './Issuer.tsx';
import { Leaving } from './Leaving.tsx';
import { OwnCaps } from './OwnCaps.tsx';
import { Password } from './Password.tsx';
import { Preferences } from './Preferences.tsx';
import { SecondFactor } from './SecondFactor.tsx';
import { Sessions } from './Sessions.tsx';
import { Tokens } from './Tokens.tsx';
import './settings.css';

/** What is the user's own beside strategies and channels: preferences, ways in, and the way out. */
export function SettingsPage(): ReactElement | null {
  const text = useText();
  const { me } = useMe();
  if (me === null || me === undefined) return null;
  return (
    <div className="page narrow-page">
      <h1>{text('settings.title')}</h1>
      <p className="facts">{me.email}</p>
      <Preferences />
      <OwnCaps />
      {me.password && <Password />}
      {me.password && <SecondFactor isOn={me.secondFactor} />}
      <Issuer isLinked={me.issuers.length > 0} />
      <Sessions />
      <Tokens />
      <Leaving hasPassword={me.password} />
    </div>
  );
}

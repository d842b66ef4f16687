import type { User } from '@ubot/contracts';
import { useCallback, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { useApi } from '../api/api.ts';
import { signOut } from '../api/session.ts';
import { showTimesIn, useZone } from '../lib/zone.ts';
import { usePulseKeeper } from '../live/pulse.ts';
import { PAGES, type Page } from '../pages.ts';
import { PATHS } from '../paths.ts';
import { chooseLanguage, currentLanguage, LANGUAGES, useText, type Language } from '../texts/i18n.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine, MenuLink } from '../ui/Menu.tsx';
import './frame.css';
import { Help } from './Help.tsx';
import { useAlertNotices } from './notices.ts';
import { useSearchShortcut } from './search.ts';
import { useShortcut } from './shortcuts.ts';
import { Source } from './Source.tsx';
import { chooseTheme, THEMES, useTheme, type Theme } from './theme.ts';

const LANGUAGE_NAMES = Object.entries(LANGUAGES) as [Language, string][];

/** What is around every page: where one can go, who says the prices, and the few settings of this browser. */
export function Frame({ me, children }: { me: User; children: ReactNode }): ReactElement {
  const text = useText();
  const [isHelp, setHelp] = useState(false);
  const [location, go] = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(location);
  usePulseKeeper();
  const zone = useUsersZone();
  useAlertNotices();
  useSearchShortcut();
  useShortcut(
    '?',
    useCallback(() => setHelp(true), []),
  );
  useShortcut(
    'm',
    useCallback(() => go(PATHS.market), [go]),
  );
  // A new page begins at its top, for eyes and for screen readers.
  useEffect(() => {
    if (shown.current === location) return;
    shown.current = location;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [location]);

  const pages = PAGES.filter((page) => page.icon !== undefined && (page.operator !== true || me.role === 'operator'));
  return (
    <div className="frame">
      <a className="skip" href="#main" onClick={() => main.current?.focus()}>
        {text('shell.skip')}
      </a>
      <header className="top-bar">
        <Link href={PATHS.market} className="brand" aria-label="uBot">
          <img src="/icon.svg" alt="" width="26" height="26" />
          <span>uBot</span>
        </Link>
        <Source />
        <IconButton
          icon="keyboard"
          label={text('shell.shortcuts')}
          className="wide-only"
          onClick={() => setHelp(true)}
        />
        <UserMenu me={me} onHelp={() => setHelp(true)} />
      </header>
      <nav className="side-bar" aria-label={text('shell.mainNavigation')}>
        <ul>
          {pages.map((page) => (
            <li key={page.path}>
              <NavLink page={page} />
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" ref={main} tabIndex={-1} key={zone}>
        {children}
      </main>
      {isHelp && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

/** The time zone of the settings, in which every time is shown; a change draws the page anew. */
function useUsersZone(): string {
  const { data } = useApi('GET /api/v1/settings', {}, { staleTime: 5 * 60_000 });
  useEffect(() => {
    if (data !== undefined) showTimesIn(data.timeZone);
  }, [data]);
  return useZone();
}

function NavLink({ page }: { page: Page }): ReactElement {
  const text = useText();
  const [isHere] = useRoute(page.path);
  return (
    <Link href={page.path} {...(isHere && { 'aria-current': 'page' as const })}>
      {page.icon !== undefined && <Icon name={page.icon} size={20} />}
      <span>{text(page.title)}</span>
    </Link>
  );
}

function UserMenu({ me, onHelp }: { me: User; onHelp: () => void }): ReactElement {
  const text = useText();
  const theme = useTheme();
  const themeNames: Readonly<Record<Theme, string>> = {
    system: text('shell.themeSystem'),
    light: text('shell.themeLight'),
    dark: text('shell.themeDark'),
  };
  return (
    <Menu trigger={<IconButton icon="user" label={text('shell.account')} />}>
      <p className="menu-label">{me.email}</p>
      <MenuLine />
      <MenuChoice
        label={text('shell.theme')}
        value={theme}
        choices={THEMES.map((each) => [each, themeNames[each]] as const)}
        onChoose={chooseTheme}
      />
      <MenuLine />
      <MenuChoice
        label={text('shell.language')}
        value={currentLanguage()}
        choices={LANGUAGE_NAMES}
        onChoose={(language) => void chooseLanguage(language)}
      />
      <MenuLine />
      <MenuItem onSelect={onHelp}>{text('shell.shortcuts')}</MenuItem>
      <MenuLink href="/api/reference">{text('shell.apiReference')}</MenuLink>
      <MenuItem onSelect={() => void signOut()}>{text('shell.signOut')}</MenuItem>
    </Menu>
  );
}

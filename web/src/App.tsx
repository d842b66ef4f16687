import { Suspense, useEffect, type ReactElement } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { useMe } from './api/session.ts';
import { forgetCoins } from './live/coins.ts';
import { live } from './live/live.ts';
import { AccountPage } from './pages/account/AccountPage.tsx';
import { issuerMistake } from './pages/account/issuerMistake.ts';
import { SignIn } from './pages/account/SignIn.tsx';
import { PAGES } from './pages.ts';
import { PATHS } from './paths.ts';
import { Frame } from './shell/Frame.tsx';
import { NotFound } from './shell/NotFound.tsx';
import { ErrorBoundary, Failed, Loading } from './ui/states.tsx';
import { toastFailure, Toasts } from './ui/toasts.tsx';

/** Links in letters first; then the sign-in, at whatever address; then the pages in their frame. */
export function App(): ReactElement {
  return (
    <ErrorBoundary>
      <Switch>
        <Route path={PATHS.account} component={AccountPage} />
        <Route path={PATHS.accountOfOldLetters} component={AccountPage} />
        <Route component={SignedInApp} />
      </Switch>
      <Toasts />
    </ErrorBoundary>
  );
}

function SignedInApp(): ReactElement | null {
  const { me, error, retry } = useMe();
  const [location] = useLocation();
  useEffect(() => {
    if (me !== null) return;
    live.close();
    forgetCoins();
  }, [me]);
  const isSignedIn = me !== null && me !== undefined;
  useEffect(() => {
    // Whoever came back from linking an account hears why it did not work; the sign-in page says it by itself.
    const mistake = isSignedIn ? issuerMistake() : null;
    if (mistake !== null) toastFailure(new Error(mistake));
  }, [isSignedIn]);
  if (me === null) return <SignIn />;
  if (me === undefined) return error === null ? null : <Failed error={error} retry={retry} />;
  return (
    <Frame me={me}>
      <ErrorBoundary key={location}>
        <Suspense fallback={<Loading lines={12} />}>
          <Switch>
            {PAGES.filter(({ operator }) => operator !== true || me.role === 'operator').map(({ path, component }) => (
              <Route key={path} path={path} component={component} />
            ))}
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </Frame>
  );
}

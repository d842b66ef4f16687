import type { ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { toastFailure } from '../../ui/toasts.tsx';
import { Section } from './Section.tsx';

/** The issuer that the operator lets users sign in with; nothing where there is none. */
export function Issuer({ isLinked }: { isLinked: boolean }): ReactElement | null {
  const text = useText();
  const { data: options } = useApi('GET /api/v1/auth/options', {}, { staleTime: Infinity });
  const link = useAct('POST /api/v1/auth/issuer/link');
  if (typeof options?.issuer !== 'string') return null;
  const goThere = (): void =>
    link.mutate({}, { onSuccess: ({ url }) => location.assign(url), onError: (error) => toastFailure(error) });
  return (
    <Section
      title={text('settings.issuer', { issuer: options.issuer })}
      about={text(isLinked ? 'settings.issuerLinked' : 'settings.issuerNotLinked')}
    >
      {!isLinked && (
        <Button className="start" onClick={goThere} disabled={link.isPending}>
          {text('settings.linkIssuer')}
        </Button>
      )}
    </Section>
  );
}

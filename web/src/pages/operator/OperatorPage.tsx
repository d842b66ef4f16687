import type { ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Failed, Loading } from '../../ui/states.tsx';
import { Health } from './Health.tsx';
import { Invitations } from './Invitations.tsx';
import { Spending } from './Spending.tsx';
import { Users } from './Users.tsx';

const REFRESH_MS = 5_000;

/** For operators: whether all is well, what it costs, where prices come from, and who is here. */
export function OperatorPage(): ReactElement {
  const text = useText();
  const { data, error, refetch } = useApi('GET /api/v1/admin/health', {}, { refetchInterval: REFRESH_MS });
  return (
    <div className="page narrow-page">
      <h1>{text('operator.title')}</h1>
      {data === undefined && error === null && <Loading />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data !== undefined && <Health health={data} />}
      <Spending />
      <Users />
      <Invitations />
    </div>
  );
}

import type { Channel } from '@ubot/contracts';
import type { ReactElement } from 'react';
import { useAct } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';

/** Sends a message that says it is a test, and tells what the provider said of it. */
export function TestChannel({ channel: { id, name } }: { channel: Channel }): ReactElement {
  const text = useText();
  const test = useAct('POST /api/v1/channels/{id}/test');
  return (
    <Button
      aria-label={text('channels.testIt', { name })}
      disabled={test.isPending}
      onClick={() =>
        test.mutate(
          { params: { id } },
          { onSuccess: () => toast(text('channels.tested', { name })), onError: toastFailure },
        )
      }
    >
      {text(test.isPending ? 'channels.testing' : 'channels.test')}
    </Button>
  );
}

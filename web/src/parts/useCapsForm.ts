import type { Caps } from '@ubot/contracts';
import { useState } from 'react';
import { ApiProblem } from '../api/api.ts';
import { useText } from '../texts/i18n.ts';
import { capMistakes, readCaps, writtenCaps, type CapMistakes, type WrittenCaps } from './caps.ts';

/** The state of a form with `CapFields`. */
export interface CapsForm {
  readonly written: WrittenCaps;
  readonly mistakes: CapMistakes;
  write(written: WrittenCaps): void;
  /** null: something is wrong, and said at its field. */
  read(): Caps | null;
  /** Says at its field what the API found wrong with a cap; false: it was about something else. */
  refuse(error: Error): boolean;
}

export function useCapsForm(first: Caps | null): CapsForm {
  const text = useText();
  const [written, write] = useState(() => writtenCaps(first));
  const [mistakes, setMistakes] = useState<CapMistakes>({});
  return {
    written,
    mistakes,
    write,
    read() {
      const { caps, mistakes: found } = readCaps(written);
      setMistakes(Object.fromEntries(Object.entries(found).map(([name, key]) => [name, text(key)])));
      return Object.keys(found).length === 0 ? caps : null;
    },
    refuse(error) {
      const found = error instanceof ApiProblem ? capMistakes(error.failure.errors, '/caps') : {};
      setMistakes(found);
      return Object.keys(found).length > 0;
    },
  };
}

import type { Diagnostic, ErrorCode } from '@ubot/contracts';

/** Notes that do not stop a save. */
export const WARNING_CODES = [
  'WARNING_MAY_REPAINT',
  'WARNING_ALWAYS_TRUE',
  'WARNING_NEVER_TRUE',
  'WARNING_MORE_THAN_STORED',
  'WARNING_SERIES_UNAVAILABLE',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** More than this helps nobody; hostile text would otherwise buy an answer many times its own length. */
const MAX_DIAGNOSTICS = 50;

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Report {
  error(code: ErrorCode, span: Span, message: string, hint?: string | null): void;
  warn(code: WarningCode, span: Span, message: string, hint?: string | null): void;
  hasErrors(): boolean;
  /** All notes, by their place in the text. */
  list(): Diagnostic[];
}

export function createReport(): Report {
  const diagnostics: Diagnostic[] = [];
  const add = (diagnostic: Diagnostic): void => {
    const repeated = diagnostics.some(
      (known) =>
        known.code === diagnostic.code && known.from === diagnostic.from && known.message === diagnostic.message,
    );
    if (!repeated && diagnostics.length < MAX_DIAGNOSTICS) diagnostics.push(diagnostic);
  };
  return {
    error: (code, { from, to }, message, hint = null) => add({ code, severity: 'error', from, to, message, hint }),
    warn: (code, { from, to }, message, hint = null) => add({ code, severity: 'warning', from, to, message, hint }),
    hasErrors: () => diagnostics.some((diagnostic) => diagnostic.severity === 'error'),
    list: () => diagnostics.toSorted((a, b) => a.from - b.from || a.to - b.to),
  };
}

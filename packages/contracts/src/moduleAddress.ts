import type { ChannelHandles } from './modules.ts';
import type { ModuleAddress } from './moduleTarget.ts';

/** What is wrong with an address for a channel module, as a sentence; null when nothing is. */
export function addressMistake(rule: ChannelHandles['address'], address: ModuleAddress): string | null {
  const { about, pattern, fields } = rule;
  if (fields === undefined) {
    const fits = typeof address === 'string' && new RegExp(pattern ?? '', 'u').test(address);
    return fits ? null : `The address has to be ${about}.`;
  }
  if (typeof address === 'string')
    return `The address has to be an object of ${Object.keys(fields).toSorted().join(', ')}: ${about}.`;
  const unknown = Object.keys(address).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return `The address has a field "${unknown}", which its module does not know: ${about}.`;
  const wrong = Object.entries(fields).find(([name, rest]) => !new RegExp(rest, 'u').test(address[name] ?? ''));
  return wrong === undefined ? null : `The address has no usable "${wrong[0]}": ${about}.`;
}

/** Whether patterns of a module's config can be used; the first that cannot. */
export function badPattern({ pattern, fields = {} }: ChannelHandles['address']): string | null {
  const all = [...(pattern === undefined ? [] : [pattern]), ...Object.values(fields)];
  return all.find((text) => !isPattern(text)) ?? null;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

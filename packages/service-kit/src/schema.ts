import { UbotError } from '@ubot/contracts';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';

/** One thing that is wrong with a value: where (a JSON pointer, '' is the whole) and what. */
export interface SchemaIssue {
  path: string;
  message: string;
}

const ISSUES_SHOWN = 20;

// Nothing is coerced, nothing is removed, no defaults are filled in: a value fits as it stands or is refused. One error
// at a time: collecting all of a large hostile body would cost more than reading it.
const ajv = new Ajv({ coerceTypes: false, removeAdditional: false, useDefaults: false, strictTypes: false });

const compiled = new WeakMap<object, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  return validate;
}

/** What is wrong with `value` under a schema; an empty list when nothing is. */
export function schemaIssues(schema: object, value: unknown): SchemaIssue[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).slice(0, ISSUES_SHOWN).map(issueOf);
}

/**
 * The value, typed, when it fits the schema.
 *
 * Errors: throws VALIDATION_FAILED with the issues as `particulars.errors`.
 */
export function parseWith<S extends TSchema>(schema: S, value: unknown): Static<S> {
  const issues = schemaIssues(schema, value);
  if (issues.length > 0) throw validationError(issues);
  return value as Static<S>;
}

export function validationError(issues: readonly SchemaIssue[], part = 'request'): UbotError {
  const first = issues[0];
  const detail = first === undefined ? undefined : `${part}${first.path} ${first.message}`;
  return new UbotError('VALIDATION_FAILED', detail, { particulars: { errors: issues } });
}

function issueOf(error: ErrorObject): SchemaIssue {
  const { additionalProperty, allowedValues } = error.params as Record<string, unknown>;
  const named = typeof additionalProperty === 'string' ? `: ${additionalProperty.slice(0, 60)}` : '';
  const allowed = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
  return { path: error.instancePath, message: `${error.message ?? 'does not fit'}${named}${allowed}` };
}

const INTEGER = /^-?(0|[1-9]\d{0,15})$/;

/**
 * Query and path values are text by nature: those whose schema wants a whole number or a yes/no are read as such, in
 * their one plain spelling ("0x10", "1e3" and " 7 " are not numbers here). The rest stays text for the schema to judge.
 */
export function readTextValues(schema: object, values: unknown): Record<string, unknown> {
  const properties = propertiesOf(schema);
  const read: Record<string, unknown> = {};
  if (typeof values !== 'object' || values === null) return read;
  for (const [name, value] of Object.entries(values)) {
    read[name] = typeof value === 'string' ? readText(properties[name], value) : value;
  }
  return read;
}

function propertiesOf(schema: object): Record<string, unknown> {
  return 'properties' in schema && typeof schema.properties === 'object' && schema.properties !== null
    ? (schema.properties as Record<string, unknown>)
    : {};
}

function readText(schema: unknown, text: string): unknown {
  const type = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined;
  if (type === 'integer' && INTEGER.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

// A surrogate without its other half: with the u flag, whole pairs are one character and do not match.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** PostgreSQL stores neither U+0000 nor half a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !text.includes('\u0000') && !LONE_SURROGATE.test(text);
}

/** The path of the first text (or key) inside a parsed JSON value that cannot be stored; null when all can. */
export function unstorableTextPath(root: unknown): string | null {
  const pending: { value: unknown; path: string }[] = [{ value: root, path: '' }];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const { value, path } = entry;
    if (typeof value === 'string') {
      if (!isStorableText(value)) return path;
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (!isStorableText(key)) return path;
        if (typeof inner === 'string' || typeof inner === 'object') {
          pending.push({ value: inner, path: path.length > 200 ? path : `${path}/${key.slice(0, 60)}` });
        }
      }
    }
  }
  return null;
}

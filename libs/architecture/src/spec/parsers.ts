import { didYouMean } from './did-you-mean.ts';
import { SpecError } from './spec-error.ts';

/** Turns what JSON or YAML gave into a trusted value, or throws a SpecError naming `path`. */
export type Parser<T> = (value: unknown, path: string) => T;

/** Sizes above this are slips of the hand, not networks. */
const LARGEST_SIZE = 65536;

export const positiveInteger: Parser<number> = (value, path) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST_SIZE) return value;
  const beyond = typeof value === 'number' && value > LARGEST_SIZE ? ` of at most ${LARGEST_SIZE}` : '';
  throw new SpecError(path, `expected a positive integer${beyond}, got ${show(value)}`);
};

export const positiveNumber: Parser<number> = (value, path) => {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new SpecError(path, `expected a positive number, got ${show(value)}`);
};

export function oneOf<const T extends string | number>(choices: readonly T[]): Parser<T> {
  return (value, path) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw new SpecError(path, `expected ${listed(choices.map(show))}, got ${show(value)}${didYouMean(value, choices)}`);
  };
}

/** A name that can be a part of a parameter name and of a file name. */
export const identifier: Parser<string> = (value, path) => {
  if (typeof value === 'string' && /^[A-Za-z0-9][\w.-]*$/.test(value)) return value;
  throw new SpecError(path, `expected a name of letters, digits, '.', '_' and '-', got ${show(value)}`);
};

export function arrayOf<T>(item: Parser<T>): Parser<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new SpecError(path, `expected an array, got ${show(value)}`);
    return value.map((element, index) => item(element, `${path}[${index}]`));
  };
}

export type Fields = Readonly<Record<string, unknown>>;

export const fields: Parser<Fields> = (value, path) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new SpecError(path, `expected an object, got ${show(value)}`);
};

type ParserOf<T> = { readonly [Key in keyof T]-?: Parser<Exclude<T[Key], undefined>> };
type OptionalKey<T> = { [Key in keyof T]-?: undefined extends T[Key] ? Key : never }[keyof T];

/** An object with exactly these keys; the `optional` ones may be absent. */
export function object<T extends object>(
  parsers: ParserOf<T>, optional: readonly OptionalKey<T>[] = [],
): Parser<T> {
  const keys = Object.keys(parsers) as (keyof T & string)[];
  return (value, path) => {
    const given = fields(value, path);
    refuseUnknownKeys(given, keys, path);
    const entries = keys.flatMap((key) => {
      const field = given[key];
      const at = join(path, key);
      if (field !== undefined) return [[key, parsers[key](field, at)] as const];
      if ((optional as readonly string[]).includes(key)) return [];
      throw new SpecError(at, 'missing');
    });
    return Object.fromEntries(entries) as T;
  };
}

export function refuseUnknownKeys(given: Fields, known: readonly string[], path: string): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, known) || `; known are ${known.join(', ')}`;
  throw new SpecError(join(path, unknown), `unknown key${hint}`);
}

export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** For messages: JSON, cut short. */
export function show(value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function listed(items: readonly string[]): string {
  return items.length === 1 ? items[0]! : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

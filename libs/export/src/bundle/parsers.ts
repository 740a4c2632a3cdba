import { BundleError } from './bundle-error.ts';

/** Turns what JSON gave into a trusted value, or throws a BundleError that names `path`. */
export type Parser<T> = (value: unknown, path: string) => T;

type ParsersOf<T> = { readonly [Key in keyof T]-?: Parser<Exclude<T[Key], undefined>> };
type OptionalKey<T> = { [Key in keyof T]-?: undefined extends T[Key] ? Key : never }[keyof T];

/** An object with exactly these keys; the `optional` ones may be absent. */
export function object<T extends object>(parsers: ParsersOf<T>, optional: readonly OptionalKey<T>[] = []): Parser<T> {
  const keys = Object.keys(parsers) as (keyof T & string)[];
  return (value, path) => {
    const given = record(value, path);
    const unknown = Object.keys(given).find((key) => !(keys as string[]).includes(key));
    if (unknown !== undefined) throw new BundleError(`${join(path, unknown)}: unknown field; known are ${keys.join(', ')}`);
    const entries = keys.flatMap((key) => {
      const field = given[key];
      if (field !== undefined) return [[key, parsers[key](field, join(path, key))] as const];
      if ((optional as readonly string[]).includes(key)) return [];
      throw new BundleError(`${join(path, key)}: missing`);
    });
    return Object.fromEntries(entries) as T;
  };
}

export const record: Parser<Readonly<Record<string, unknown>>> = (value, path) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw expected('an object', value, path);
};

export function arrayOf<T>(item: Parser<T>): Parser<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw expected('an array', value, path);
    return value.map((element, index) => item(element, `${path}[${index}]`));
  };
}

export function literal<const T extends string | number>(...choices: readonly T[]): Parser<T> {
  return (value, path) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw expected(choices.map((choice) => JSON.stringify(choice)).join(' or '), value, path);
    return found;
  };
}

/** One of several objects, told apart by their `kind`. */
export function union<T extends { readonly kind: string }>(parsers: { readonly [Kind in T['kind']]: Parser<Extract<T, { readonly kind: Kind }>> }): Parser<T> {
  const kinds = Object.keys(parsers) as T['kind'][];
  return (value, path) => {
    const kind = literal(...kinds)(record(value, path)['kind'], join(path, 'kind'));
    return parsers[kind](value, path);
  };
}

export const boolean: Parser<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value;
  throw expected('true or false', value, path);
};

export const text: Parser<string> = (value, path) => {
  if (typeof value === 'string' && value !== '') return value;
  throw expected('a text', value, path);
};

export const digest: Parser<string> = (value, path) => {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw expected('a SHA-256 digest (64 hexadecimal digits)', value, path);
};

export const number: Parser<number> = (value, path) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw expected('a number', value, path);
};

export function numberWithin(lowest: number, highest: number): Parser<number> {
  return (value, path) => {
    const given = number(value, path);
    if (given >= lowest && given <= highest) return given;
    throw expected(`a number from ${lowest} to ${highest}`, value, path);
  };
}

export const count: Parser<number> = (value, path) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw expected('a whole number of at least 0', value, path);
};

export const positiveCount: Parser<number> = (value, path) => {
  const given = count(value, path);
  if (given > 0) return given;
  throw expected('a whole number of at least 1', value, path);
};

function expected(what: string, value: unknown, path: string): BundleError {
  const shown = JSON.stringify(value) ?? String(value);
  return new BundleError(`${path}: expected ${what}, got ${shown.length > 60 ? `${shown.slice(0, 57)}...` : shown}`);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

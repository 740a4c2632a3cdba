import { FaceError } from './pixels.ts';

/**
 * How a picture becomes a network's input. It is data: it travels in the model bundle and is part of the model's
 * identity, because the same weights under another preprocessing are another model.
 */
export interface Preprocessing {
  /** Names the resize kernel of this library, bit for bit. */
  readonly version: 'face-1';
  /** Which part of a ready crop the network sees: the largest centred box of the network's aspect, times `scale`. */
  readonly crop: { readonly kind: 'centre'; readonly scale: number };
  readonly color: 'rgb';
  /** The network sees (value − mean) / std of values from 0 to 255. */
  readonly mean: number;
  readonly std: number;
}

export const defaultPreprocessing = {
  version: 'face-1',
  crop: { kind: 'centre', scale: 1 },
  color: 'rgb',
  mean: 127.5,
  std: 128,
} as const satisfies Preprocessing;

/** Reads a preprocessing from a bundle or a config; missing fields are refused, since guessing them changes the model. */
export function parsePreprocessing(value: unknown, path = 'preprocessing'): Preprocessing {
  const fields = object(value, path, ['version', 'crop', 'color', 'mean', 'std']);
  const crop = object(fields['crop'], `${path}.crop`, ['kind', 'scale']);
  return {
    version: literal(fields['version'], `${path}.version`, 'face-1'),
    crop: { kind: literal(crop['kind'], `${path}.crop.kind`, 'centre'), scale: positive(crop['scale'], `${path}.crop.scale`) },
    color: literal(fields['color'], `${path}.color`, 'rgb'),
    mean: finite(fields['mean'], `${path}.mean`),
    std: positive(fields['std'], `${path}.std`),
  };
}

function object(value: unknown, path: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new FaceError(`${path}: expected an object, got ${show(value)}`);
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) throw new FaceError(`${path}: unknown key '${key}', expected ${keys.join(', ')}`);
  }
  return value as Record<string, unknown>;
}

function literal<T extends string>(value: unknown, path: string, expected: T): T {
  if (value !== expected) throw new FaceError(`${path}: expected '${expected}', got ${show(value)}`);
  return expected;
}

function finite(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new FaceError(`${path}: expected a number, got ${show(value)}`);
  return value;
}

function positive(value: unknown, path: string): number {
  const number = finite(value, path);
  if (number <= 0) throw new FaceError(`${path}: expected a number above 0, got ${number}`);
  return number;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

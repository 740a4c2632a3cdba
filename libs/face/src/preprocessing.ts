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
  /** Order of the network's channels. */
  readonly color: (typeof colorOrders)[number];
  /** The network sees (value − mean) / std of values from 0 to 255. */
  readonly mean: PerChannel;
  readonly std: PerChannel;
  /** How a face in a photo becomes the ready crop. Absent where that is not known: then the network is for ready crops. */
  readonly photo?: PhotoPath;
}

/** From a photo to a ready crop, by the names of the two steps; each name is a version, bit for bit. */
export interface PhotoPath {
  /** Finds the face and its five points. */
  readonly detector: string;
  /** Brings the points onto a template. */
  readonly alignment: string;
}

/** One number for all channels, or one for each in the network's order. */
export type PerChannel = number | readonly [number, number, number];

export const colorOrders = ['rgb', 'bgr'] as const;

export const defaultPreprocessing = {
  version: 'face-1',
  crop: { kind: 'centre', scale: 1 },
  color: 'rgb',
  mean: 127.5,
  std: 128,
} as const satisfies Preprocessing;

/**
 * Reads a preprocessing from a bundle or a config; missing fields are refused, since guessing them changes the model. Only
 * `photo` may be missing, as it is in older bundles.
 */
export function parsePreprocessing(value: unknown, path = 'preprocessing'): Preprocessing {
  const fields = object(value, path, ['version', 'crop', 'color', 'mean', 'std', 'photo']);
  const crop = object(fields['crop'], `${path}.crop`, ['kind', 'scale']);
  return {
    version: literal(fields['version'], `${path}.version`, 'face-1'),
    crop: { kind: literal(crop['kind'], `${path}.crop.kind`, 'centre'), scale: positive(crop['scale'], `${path}.crop.scale`) },
    color: literal(fields['color'], `${path}.color`, ...colorOrders),
    mean: perChannel(fields['mean'], `${path}.mean`, finite),
    std: perChannel(fields['std'], `${path}.std`, positive),
    ...(fields['photo'] === undefined ? {} : { photo: photoPath(fields['photo'], `${path}.photo`) }),
  };
}

function photoPath(value: unknown, path: string): PhotoPath {
  const fields = object(value, path, ['detector', 'alignment']);
  return { detector: text(fields['detector'], `${path}.detector`), alignment: text(fields['alignment'], `${path}.alignment`) };
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw new FaceError(`${path}: expected a text, got ${show(value)}`);
  return value;
}

function object(value: unknown, path: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new FaceError(`${path}: expected an object, got ${show(value)}`);
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) throw new FaceError(`${path}: unknown key '${key}', expected ${keys.join(', ')}`);
  }
  return value as Record<string, unknown>;
}

function literal<T extends string>(value: unknown, path: string, ...choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new FaceError(`${path}: expected ${choices.map((choice) => `'${choice}'`).join(' or ')}, got ${show(value)}`);
  return found;
}

function perChannel(value: unknown, path: string, parse: (value: unknown, path: string) => number): PerChannel {
  if (!Array.isArray(value)) return parse(value, path);
  if (value.length !== 3) throw new FaceError(`${path}: expected one number, or one for each of 3 channels, got ${value.length}`);
  const [first, second, third] = value.map((each, i) => parse(each, `${path}[${i}]`));
  return [first!, second!, third!];
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

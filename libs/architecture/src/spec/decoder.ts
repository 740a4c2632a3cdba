import { arrayOf, fields, identifier, object, oneOf, type Parser, positiveInteger } from './parsers.ts';
import { SpecError } from './spec-error.ts';

/** Each kind of layer that turns an embedding back into a picture, and its fields. */
export interface DecoderLayerKinds {
  /** Linear to a value for each place of a map of `out` channels, ReLU. */
  expand: { readonly out: number; readonly rows: number; readonly cols: number };
  /** Transposed convolution: `stride` times the rows and columns; normalised by the batch where the network is, ReLU. */
  upConv: { readonly out: number; readonly kernel: number; readonly stride: number };
  /** The same to three channels and linear: the picture. */
  picture: { readonly kernel: number; readonly stride: number };
}

export type DecoderLayerKind = keyof DecoderLayerKinds;
export type DecoderLayerOf<K extends DecoderLayerKind> = { readonly kind: K; readonly name: string } & DecoderLayerKinds[K];
export type DecoderLayer = { [K in DecoderLayerKind]: DecoderLayerOf<K> }[DecoderLayerKind];

/** From an embedding to a picture: first `expand`, then any number of `upConv`, last `picture`. */
export type DecoderSpec = readonly DecoderLayer[];

const kernel: Parser<number> = (value, path) => {
  const size = positiveInteger(value, path);
  if (size % 2 === 1) return size;
  throw new SpecError(path, `expected an odd size, got ${size}`);
};
const stride = oneOf([1, 2]);

const layerParsers: { readonly [K in DecoderLayerKind]: Parser<DecoderLayerOf<K>> } = {
  expand: object<DecoderLayerOf<'expand'>>({
    kind: oneOf(['expand']), name: identifier, out: positiveInteger, rows: positiveInteger, cols: positiveInteger,
  }),
  upConv: object<DecoderLayerOf<'upConv'>>({ kind: oneOf(['upConv']), name: identifier, out: positiveInteger, kernel, stride }),
  picture: object<DecoderLayerOf<'picture'>>({ kind: oneOf(['picture']), name: identifier, kernel, stride }),
};

const kindOf = oneOf(Object.keys(layerParsers) as DecoderLayerKind[]);

const layer: Parser<DecoderLayer> = (value, path) => {
  const { kind } = fields(value, path);
  if (kind === undefined) throw new SpecError(`${path}.kind`, 'missing');
  return layerParsers[kindOf(kind, `${path}.kind`)](value, path);
};

/** Checks a decoder; `path` is where it stands in a larger document. Throws a SpecError naming the bad field. */
export function parseDecoder(value: unknown, path = 'decoder'): DecoderSpec {
  const layers = arrayOf(layer)(value, path);
  layers.forEach(({ kind, name }, index) => {
    const expected = index === 0 ? 'expand' : index === layers.length - 1 ? 'picture' : 'upConv';
    if (kind !== expected) throw new SpecError(`${path}[${index}].kind`, `expected "${expected}" here, got "${kind}"`);
    if (layers.findIndex((other) => other.name === name) < index) throw new SpecError(`${path}[${index}].name`, `"${name}" is the name of another layer`);
  });
  if (layers.length < 2) throw new SpecError(path, 'expected at least "expand" and "picture"');
  return layers;
}

import type { Cipher } from './cipher.ts';
import { packInt8, unpackInt8 } from './int8.ts';
import { decodeHalfvec, decodeVector, vectorText } from './pgvector-binary.ts';

/**
 * How a collection keeps its vectors: 4, 2 or 1 bytes a number, or encrypted float32. The first two are searched by the
 * database; of the others it cannot know the distances, so those are searched in memory.
 */
export type VectorFormat = 'float32' | 'float16' | 'int8' | 'encrypted';

/** What a vector belongs to: encrypted, it can be read in no other place. */
export interface VectorPlace {
  readonly collectionId: string;
  readonly faceId: string;
}

export interface VectorCodec {
  readonly column: 'embedding' | 'half' | 'packed';
  readonly type: 'vector' | 'halfvec' | 'bytea';
  /** pgvector's operators for an index, null where the database cannot search. */
  readonly operators: string | null;
  /** A value for a parameter that is cast to `type`. */
  readonly encode: (vector: Float32Array, place: VectorPlace) => string | Uint8Array;
  /** From the bytes that `vectorBytes` selects. */
  readonly decode: (bytes: Uint8Array, place: VectorPlace) => Float32Array;
}

/** Selects a vector's bytes, whatever its format. */
export const vectorBytes = 'coalesce(vector_send(embedding), halfvec_send(half), packed)';

const codecs: Readonly<Record<Exclude<VectorFormat, 'encrypted'>, VectorCodec>> = {
  float32: { column: 'embedding', type: 'vector', operators: 'vector_l2_ops', encode: vectorText, decode: decodeVector },
  float16: { column: 'half', type: 'halfvec', operators: 'halfvec_l2_ops', encode: vectorText, decode: decodeHalfvec },
  int8: { column: 'packed', type: 'bytea', operators: null, encode: packInt8, decode: unpackInt8 },
};

export function vectorCodec(format: VectorFormat, cipher: Cipher | undefined): VectorCodec {
  if (format !== 'encrypted') return codecs[format];
  if (!cipher) throw new Error('vectors of this collection are encrypted; the store was opened without their key');
  const context = ({ collectionId, faceId }: VectorPlace): string => `vector ${collectionId} ${faceId}`;
  return {
    column: 'packed',
    type: 'bytea',
    operators: null,
    encode: (vector, place) => cipher.seal(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), context(place)),
    // A copy, since four-byte numbers must begin at a multiple of four.
    decode: (bytes, place) => new Float32Array(Uint8Array.from(cipher.open(bytes, context(place))).buffer),
  };
}

import type { EmbeddingInput } from '@facenet/contract';
import { ServiceError } from './service-error.ts';

/** A vector that can be stored or searched with. */
export interface Embedded {
  readonly vector: Float32Array;
  readonly modelId: string;
}

// float32 from a model that normalises is within 1e-6; half precision within 1e-3.
const lengthTolerance = 5e-3;

/** A caller's vector, brought to unit length to the last bit. */
export function readEmbedding(given: EmbeddingInput, space: { readonly spaceId: string; readonly size: number }): Embedded {
  if (given.space_id !== space.spaceId) throw new ServiceError('space_mismatch', { expected_space_id: space.spaceId, given_space_id: given.space_id });
  return { vector: readVector(given.vector, space.size), modelId: given.model_id };
}

export function readVector(given: EmbeddingInput['vector'], size: number): Float32Array {
  const vector = typeof given === 'string' ? fromBase64(given) : Float32Array.from(given);
  if (vector.length !== size) throw refuse(`${vector.length} numbers instead of ${size}`);
  const length = Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0));
  if (!Number.isFinite(length)) throw refuse('not all numbers are finite');
  if (Math.abs(length - 1) > lengthTolerance) throw refuse(`its length is ${length.toPrecision(4)} instead of 1`);
  return vector.map((each) => each / length);
}

export function writeVector(vector: Float32Array, encoding: 'float' | 'base64'): number[] | string {
  return encoding === 'float' ? [...vector] : Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/** Squared Euclidean distance, 0 to 4. */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) throw refuse('its base64 is not of whole float32 numbers');
  // A copy of its own, since a small Buffer begins anywhere in a shared one.
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function refuse(problem: string): ServiceError<'invalid_embedding'> {
  return new ServiceError('invalid_embedding', { problem });
}

/**
 * One byte a number: round(v · 127 / max |v|). Only the direction of a unit vector counts, so the scale need not be
 * kept: dividing by the norm of what was rounded restores it, with a norm of exactly 1.
 */
export function packInt8(vector: Float32Array): Uint8Array {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = largest === 0 ? 0 : 127 / largest;
  return new Uint8Array(Int8Array.from(vector, (value) => Math.round(value * scale)).buffer);
}

export function unpackInt8(bytes: Uint8Array): Float32Array {
  const numbers = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let square = 0;
  for (const value of numbers) square += value * value;
  const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
  return Float32Array.from(numbers, (value) => value * scale);
}

// Numbers of 16 bits as IEEE 754 has them, as bit patterns: the language has no arrays of them yet.

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Rounds to the nearest float16, of two as near to the even one; beyond 65504 that is infinity. */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = halfOf(values[i]!);
  return halves;
}

export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = valueOf(halves[i]!);
  return values;
}

const sign = 0x8000;
const infinity = 0x7c00;
const notANumber = 0x7e00;
// A name of this module: see int8.ts.
const { abs } = Math;
/** As float32: infinity, 65536 and 2⁻¹⁴, the smallest float16 with all its bits. */
const [infinity32, tooLarge32, smallest32] = [0x7f800000, 0x47800000, 0x38800000];

function halfOf(value: number): number {
  float[0] = value;
  const negative = (bits[0]! >>> 16) & sign;
  const magnitude = bits[0]! & 0x7fffffff;
  if (magnitude > infinity32) return negative | notANumber;
  if (magnitude >= tooLarge32) return negative | infinity;
  if (magnitude < smallest32) {
    // Float32s from 0.5 on are 2⁻²⁴ apart, as the smallest float16s are: adding 0.5 rounds.
    float[0] = abs(value) + 0.5;
    return negative | (bits[0]! - 0x3f000000);
  }
  // 13 bits are dropped; the exponent's bias is 15 in place of 127. A carry out of the digits raises the exponent.
  return negative | ((magnitude + 0xfff + ((magnitude >>> 13) & 1) - 0x38000000) >>> 13);
}

function valueOf(half: number): number {
  const [exponent, digits] = [(half >>> 10) & 31, half & 1023];
  const magnitude = exponent === 0 ? digits * 2 ** -24
    : exponent < 31 ? (1024 + digits) * 2 ** (exponent - 25)
      : digits === 0 ? Infinity : NaN;
  return (half & sign) === 0 ? magnitude : -magnitude;
}

import { Random } from '@facenet/architecture';

const size = 256;
const table = createTable();

function createTable(): Float32Array {
  const random = new Random(1, 'synth/noise');
  return Float32Array.from({ length: size * size }, () => 2 * random.next() - 1);
}

/** Smooth noise in [-1, 1] with features about one unit wide, the same for everyone: shift it to make it one's own. */
export function noise(x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  let u = x - left;
  let v = y - top;
  u *= u * (3 - 2 * u);
  v *= v * (3 - 2 * v);
  const row = (top & (size - 1)) * size;
  const below = ((top + 1) & (size - 1)) * size;
  const column = left & (size - 1);
  const right = (left + 1) & (size - 1);
  const upper = table[row + column]! + u * (table[row + right]! - table[row + column]!);
  const lower = table[below + column]! + u * (table[below + right]! - table[below + column]!);
  return upper + v * (lower - upper);
}

import { defineFunction, f32, f32x4, forLoop, i32, increase, sequence, v128, whileLoop, type Code, type Local } from './assembler.ts';

/** Rows of a block of columns: 32 rows of 128 numbers are 16 KB, which stay in the first-level cache. */
const block = 32;
/** Floats per turn of the inner loop; rows are padded to a multiple of it. */
export const unroll = 16;

/**
 * distances(rows, out, size, rowBytes, outBytes): out[i, j] = max(0, 2 − 2 · row_i · row_j) for `size` rows, a multiple
 * of 4. Tiles of 2 rows × 4 columns keep eight sums in registers; each tile at or above the diagonal is written twice.
 */
export const distanceKernel = defineFunction(
  'distances', ['i32', 'i32', 'i32', 'i32', 'i32'], null,
  ([rows, out, size, rowBytes, outBytes], variable) => {
    const [columnBlock, columnEnd, rowEnd, i, j, k] = variables(6, () => variable('i32'));
    const left = variables(2, () => variable('i32'));
    const right = variables(4, () => variable('i32'));
    const sums = variables(8, () => variable('v128'));
    const [first, second] = variables(2, () => variable('v128'));
    const [a, b] = variables(2, () => variable('v128'));
    const column = variable('v128');
    const pairs = variable('v128');

    const rowAddress = (row: Code): Code => i32.add(rows!.get, i32.multiply(row, rowBytes!.get));
    const outAddress = (row: Code, at: Code): Code =>
      i32.add(i32.add(out!.get, i32.multiply(row, outBytes!.get)), i32.shiftLeft(at, i32.value(2)));

    const multiplyAdd = (offset: number): Code => sequence(
      a!.set(v128.load(left[0]!.get, offset)),
      b!.set(v128.load(left[1]!.get, offset)),
      ...right.map((address, c) => sequence(
        column.set(v128.load(address.get, offset)),
        sums[c]!.set(f32x4.add(sums[c]!.get, f32x4.multiply(a!.get, column.get))),
        sums[4 + c]!.set(f32x4.add(sums[4 + c]!.get, f32x4.multiply(b!.get, column.get))),
      )),
    );

    const tile = sequence(
      ...left.map((address, r) => address.set(rowAddress(i32.add(i!.get, i32.value(r))))),
      ...right.map((address, c) => address.set(rowAddress(i32.add(j!.get, i32.value(c))))),
      ...sums.map((sum) => sum.set(f32x4.splat(f32.value(0)))),
      forLoop(k!, i32.value(0), rowBytes!.get, 4 * unroll,
        ...Array.from({ length: unroll / 4 }, (_, step) => multiplyAdd(16 * step)),
        ...[...left, ...right].map((address) => increase(address, i32.value(4 * unroll)))),
      first!.set(toDistance(addLanes(sums.slice(0, 4), pairs))),
      second!.set(toDistance(addLanes(sums.slice(4), pairs))),
      v128.store(outAddress(i!.get, j!.get), first!.get),
      v128.store(outAddress(i32.add(i!.get, i32.value(1)), j!.get), second!.get),
      // The mirror image: [first₀, second₀, first₁, second₁] holds two neighbours of rows j and j + 1.
      pairs.set(v128.shuffle(first!.get, second!.get, [0, 4, 1, 5])),
      v128.storeHalf(outAddress(j!.get, i!.get), pairs.get, 0),
      v128.storeHalf(outAddress(i32.add(j!.get, i32.value(1)), i!.get), pairs.get, 1),
      pairs.set(v128.shuffle(first!.get, second!.get, [2, 6, 3, 7])),
      v128.storeHalf(outAddress(i32.add(j!.get, i32.value(2)), i!.get), pairs.get, 0),
      v128.storeHalf(outAddress(i32.add(j!.get, i32.value(3)), i!.get), pairs.get, 1),
    );

    const firstColumn = variable('i32');
    return forLoop(columnBlock!, i32.value(0), size!.get, block,
      columnEnd!.set(i32.add(columnBlock!.get, i32.value(block))),
      columnEnd!.set(i32.minimum(columnEnd!, size!)),
      rowEnd!.set(columnEnd!.get),
      forLoop(i!, i32.value(0), rowEnd!.get, 2,
        firstColumn.set(i32.and(i!.get, i32.value(-4))),
        j!.set(i32.maximum(firstColumn, columnBlock!)),
        whileLoop(i32.lessThan(j!.get, columnEnd!.get), tile, increase(j!, i32.value(4)))),
    );
  },
);

/** The sums of the lanes of four vectors, as (s₀ + s₂) + (s₁ + s₃), in one vector. */
function addLanes(sums: readonly Local[], scratch: Local): Code {
  const [a, b, c, d] = sums;
  const halves = (x: Local, y: Local): Code =>
    f32x4.add(v128.shuffle(x.get, y.get, [0, 1, 4, 5]), v128.shuffle(x.get, y.get, [2, 3, 6, 7]));
  return sequence(
    scratch.set(halves(a!, b!)),
    a!.set(halves(c!, d!)),
    f32x4.add(v128.shuffle(scratch.get, a!.get, [0, 2, 4, 6]), v128.shuffle(scratch.get, a!.get, [1, 3, 5, 7])),
  );
}

function toDistance(product: Code): Code {
  const splat = (x: number): Code => f32x4.splat(f32.value(x));
  return f32x4.maximum(splat(0), f32x4.subtract(splat(2), f32x4.multiply(splat(2), product)));
}

export function variables(count: number, make: () => Local): Local[] {
  return Array.from({ length: count }, make);
}

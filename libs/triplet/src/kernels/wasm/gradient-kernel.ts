import { defineFunction, f32, f32x4, forLoop, i32, increase, sequence, v128, type Code } from './assembler.ts';
import { variables } from './distance-kernel.ts';

/** Floats of a row that are summed in registers at a time; rows are padded to a multiple of it. */
export const chunk = 32;

/**
 * gradient(rows, weights, out, list, count, size, rowBytes, weightBytes, scale): out_i = scale · ((Σ_j w_ij) · row_i −
 * Σ_j w_ij row_j) over `size` rows, for the first `count` of them. Most weights are 0, so the others of a row are listed
 * first, as (address of row_j, w_ij).
 */
export const gradientKernel = defineFunction(
  'gradient', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f32'], null,
  ([rows, weights, out, list, count, size, rowBytes, weightBytes, scale], variable) => {
    const [i, at, column, listEnd, target, weightEnd, k, weightRow] = variables(8, () => variable('i32'));
    const total = variable('f32');
    const weight = variable('f32');
    const wide = variable('v128');
    const sums = variables(chunk / 4, () => variable('v128'));
    const splatScale = f32x4.splat(scale!.get);

    const listWeights = sequence(
      listEnd!.set(list!.get),
      total.set(f32.value(0)),
      weightRow!.set(i32.add(weights!.get, i32.multiply(i!.get, weightBytes!.get))),
      weightEnd!.set(i32.add(weightRow!.get, i32.shiftLeft(size!.get, i32.value(2)))),
      column!.set(rows!.get),
      forLoop(at!, weightRow!.get, weightEnd!.get, 4,
        weight.set(f32.load(at!.get)),
        // Always written, but the next one overwrites it when it is 0.
        i32.store(listEnd!.get, column!.get),
        f32.store(listEnd!.get, weight.get, 4),
        increase(listEnd!, i32.shiftLeft(f32.differs(weight.get, f32.value(0)), i32.value(3))),
        total.set(f32.add(total.get, weight.get)),
        increase(column!, rowBytes!.get)),
    );

    const rowAt = (base: Code): Code => i32.add(i32.add(base, i32.multiply(i!.get, rowBytes!.get)), k!.get);
    const sumChunk = sequence(
      ...sums.map((sum) => sum.set(f32x4.splat(f32.value(0)))),
      forLoop(at!, list!.get, listEnd!.get, 8,
        target!.set(i32.add(i32.load(at!.get), k!.get)),
        wide.set(f32x4.splat(f32.load(at!.get, 4))),
        ...sums.map((sum, s) => sum.set(f32x4.add(sum.get, f32x4.multiply(wide.get, v128.load(target!.get, 16 * s)))))),
      column!.set(rowAt(rows!.get)),
      target!.set(rowAt(out!.get)),
      wide.set(f32x4.splat(total.get)),
      ...sums.map((sum, s) => v128.store(
        target!.get,
        f32x4.multiply(splatScale, f32x4.subtract(f32x4.multiply(wide.get, v128.load(column!.get, 16 * s)), sum.get)),
        16 * s,
      )),
    );

    return forLoop(i!, i32.value(0), count!.get, 1,
      listWeights,
      forLoop(k!, i32.value(0), rowBytes!.get, 4 * chunk, sumChunk));
  },
);

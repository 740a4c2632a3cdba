import { clear, defineFunction, f32, f64, forLoop, i32, i64, increase, sequence, whileLoop, type Code } from './assembler.ts';
import { variables } from './distance-kernel.ts';

const digitBits = 12;
/** A count for each value of a digit. */
export const histogramBytes = 4 << digitBits;

/**
 * sort(distances, candidates, count, limit, entries, spare, histogram, rows, sorted): of the `count` candidates (row
 * numbers, ascending) those with distances[candidate] < limit, by distance and then by row, into `rows` and `sorted`;
 * returns how many. Non-negative floats order as their bits do, so it is a radix sort of the bits, eight at a time from
 * the lowest, of entries (bits, row). It has no branch that depends on the data, which is what makes it fast, and it
 * takes only as many turns as the range of the bits needs: three for distances between 1 and 2.
 */
export const sortKernel = defineFunction(
  'sort', ['i32', 'i32', 'i32', 'f64', 'i32', 'i32', 'i32', 'i32', 'i32'], 'i32',
  ([distances, candidates, count, limit, entries, spare, histogram, rows, sorted], variable) => {
    const [at, end, row, bits, kept, lowest, highest, shift, slot, total, swap] = variables(11, () => variable('i32'));
    const value = variable('f32');
    const entryEnd = (base: Code): Code => i32.add(base, i32.shiftLeft(kept!.get, i32.value(3)));
    const digitSlot = (entryBits: Code): Code => i32.add(histogram!.get, i32.shiftLeft(
      i32.and(i32.shiftRight(i32.subtract(entryBits, lowest!.get), shift!.get), i32.value((1 << digitBits) - 1)), i32.value(2)));

    const keepNear = sequence(
      lowest!.set(i32.value(0x7fffffff)),
      end!.set(i32.add(candidates!.get, i32.shiftLeft(count!.get, i32.value(2)))),
      forLoop(at!, candidates!.get, end!.get, 4,
        row!.set(i32.load(at!.get)),
        value.set(f32.load(i32.add(distances!.get, i32.shiftLeft(row!.get, i32.value(2))))),
        // Always written, but the next entry overwrites it unless it counts.
        slot!.set(entryEnd(entries!.get)),
        i32.store(slot!.get, f32.bits(value.get)),
        i32.store(slot!.get, row!.get, 4),
        increase(kept!, f64.lessThan(f32.toDouble(value.get), limit!.get))),
      forLoop(at!, entries!.get, entryEnd(entries!.get), 8,
        bits!.set(i32.load(at!.get)),
        lowest!.set(i32.minimum(lowest!, bits!)),
        highest!.set(i32.maximum(highest!, bits!))),
    );

    const sortDigit = sequence(
      clear(histogram!.get, i32.value(histogramBytes)),
      forLoop(at!, entries!.get, entryEnd(entries!.get), 8,
        slot!.set(digitSlot(i32.load(at!.get))),
        i32.store(slot!.get, i32.add(i32.load(slot!.get), i32.value(1)))),
      // Counts become the addresses where each digit starts.
      total!.set(spare!.get),
      end!.set(i32.add(histogram!.get, i32.value(histogramBytes))),
      forLoop(slot!, histogram!.get, end!.get, 4,
        bits!.set(i32.load(slot!.get)),
        i32.store(slot!.get, total!.get),
        increase(total!, i32.shiftLeft(bits!.get, i32.value(3)))),
      forLoop(at!, entries!.get, entryEnd(entries!.get), 8,
        slot!.set(digitSlot(i32.load(at!.get))),
        total!.set(i32.load(slot!.get)),
        i64.store(total!.get, i64.load(at!.get)),
        i32.store(slot!.get, i32.add(total!.get, i32.value(8)))),
      swap!.set(entries!.get),
      entries!.set(spare!.get),
      spare!.set(swap!.get),
    );

    return sequence(
      keepNear,
      // When nothing was kept, `lowest` is above `highest`; an unsigned difference would then look large.
      highest!.set(i32.maximum(lowest!, highest!)),
      whileLoop(
        sequence(i32.lessThan(shift!.get, i32.value(32)), i32.shiftRight(i32.subtract(highest!.get, lowest!.get), shift!.get),
          i32.isZero([]), i32.isZero([]), [0x71]),
        sortDigit,
        increase(shift!, i32.value(digitBits))),
      slot!.set(i32.value(0)),
      forLoop(at!, entries!.get, entryEnd(entries!.get), 8,
        i32.store(i32.add(rows!.get, slot!.get), i32.load(at!.get, 4)),
        i32.store(i32.add(sorted!.get, slot!.get), i32.load(at!.get)),
        increase(slot!, i32.value(4))),
      kept!.get,
    );
  },
);

import { clear, defineFunction, f32, f64, forLoop, i32, i64, increase, sequence, whileLoop, type Code } from './assembler.ts';
import { variables } from './distance-kernel.ts';

/** Two digits cover the floats of two octaves, distances from 1 to 4 say: most batches need no third. */
const digitBits = 12;
const digitValues = 1 << digitBits;
/** For each of two digits a count for each of its values. */
export const histogramBytes = 2 * 4 * digitValues;

/**
 * sort(distances, candidates, count, limit, entries, spare, histogram): of the `count` candidates (row numbers,
 * ascending) those with distances[candidate] < limit, as entries (distance, row) by distance and then by row; returns
 * how many. Non-negative floats order as their bits do, so it is a radix sort of the bits above the lowest, from the
 * last digit to the first. It has no branch that depends on the data, which is what makes it fast. It takes two digits
 * at a time, so that the result ends up in `entries` again.
 */
export const sortKernel = defineFunction(
  'sort', ['i32', 'i32', 'i32', 'f64', 'i32', 'i32', 'i32'], 'i32',
  ([distances, candidates, count, limit, entries, spare, histogram], variable) => {
    const [at, end, row, bits, kept, lowest, range, shift, slot, low, high, found] = variables(12, () => variable('i32'));
    const higher = variable('i32');
    const value = variable('f32');
    const highDigits = i32.add(histogram!.get, i32.value(4 * digitValues));
    const entryEnd = (base: Code): Code => i32.add(base, i32.shiftLeft(kept!.get, i32.value(3)));
    /** The counter of the digit of the bits at `shift`. */
    const digitSlot = (counters: Code, shifted: Code): Code => i32.add(counters, i32.shiftLeft(
      i32.and(i32.shiftRight(i32.subtract(bits!.get, lowest!.get), shifted), i32.value(digitValues - 1)), i32.value(2)));
    const lowShift = shift!.get;
    const highShift = higher.get;
    const countUp = (address: Code): Code =>
      sequence(slot!.set(address), i32.store(slot!.get, i32.add(i32.load(slot!.get), i32.value(1))));

    const keepNear = sequence(
      lowest!.set(i32.value(0x7fffffff)),
      end!.set(i32.add(candidates!.get, i32.shiftLeft(count!.get, i32.value(2)))),
      slot!.set(entries!.get),
      forLoop(at!, candidates!.get, end!.get, 4,
        row!.set(i32.load(at!.get)),
        value.set(f32.load(i32.add(distances!.get, i32.shiftLeft(row!.get, i32.value(2))))),
        bits!.set(f32.bits(value.get)),
        lowest!.set(i32.minimum(lowest!, bits!)),
        // Always written, but the next entry overwrites it unless it counts.
        i32.store(slot!.get, bits!.get),
        i32.store(slot!.get, row!.get, 4),
        increase(slot!, i32.shiftLeft(f64.lessThan(f32.toDouble(value.get), limit!.get), i32.value(3)))),
      kept!.set(i32.shiftRight(i32.subtract(slot!.get, entries!.get), i32.value(3))),
    );

    /** Counts become the addresses where each value starts. */
    const toAddresses = (counter: Code, next: typeof low): Code => sequence(
      found!.set(i32.load(counter)),
      i32.store(counter, next!.get),
      increase(next!, i32.shiftLeft(found!.get, i32.value(3))),
    );
    const scatter = (from: Code, counters: Code, shifted: Code): Code => forLoop(at!, from, entryEnd(from), 8,
      bits!.set(i32.load(at!.get)),
      slot!.set(digitSlot(counters, shifted)),
      found!.set(i32.load(slot!.get)),
      i64.store(found!.get, i64.load(at!.get)),
      i32.store(slot!.get, i32.add(found!.get, i32.value(8))));

    const sortTwoDigits = sequence(
      clear(histogram!.get, i32.value(histogramBytes)),
      forLoop(at!, entries!.get, entryEnd(entries!.get), 8,
        bits!.set(i32.load(at!.get)),
        countUp(digitSlot(histogram!.get, lowShift)),
        countUp(digitSlot(highDigits, highShift))),
      low!.set(spare!.get),
      high!.set(entries!.get),
      end!.set(highDigits),
      forLoop(slot!, histogram!.get, end!.get, 4,
        toAddresses(slot!.get, low),
        toAddresses(i32.add(slot!.get, i32.value(4 * digitValues)), high)),
      scatter(entries!.get, histogram!.get, lowShift),
      scatter(spare!.get, highDigits, highShift),
    );

    return sequence(
      keepNear,
      // No kept distance lies above the limit rounded to float32, since rounding keeps the order.
      range!.set(i32.subtract(f32.bits(f32.fromDouble(limit!.get)), lowest!.get)),
      higher.set(i32.value(digitBits)),
      whileLoop(
        i32.and(
          i32.and(i32.lessThan(i32.value(1), kept!.get), i32.lessThan(shift!.get, i32.value(32))),
          i32.isNotZero(i32.shiftRight(range!.get, shift!.get))),
        sortTwoDigits,
        increase(shift!, i32.value(2 * digitBits)),
        // Shifting by 31 leaves nothing of a difference of such floats; by 32 and more it would be the whole again.
        higher.set(i32.value(31))),
      kept!.get,
    );
  },
);

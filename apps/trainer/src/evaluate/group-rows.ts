import type { CountedShare } from '@facenet/evaluation';
import { count, percent } from './figure-rows.ts';
import type { GroupTable } from './group-table.ts';

/** For people: one line for each group. */
export function groupRows({ far, threshold, rows }: GroupTable): { header: string[]; rows: string[][] } {
  return {
    header: ['attribute', 'group', 'images', 'people', 'accuracy of the pairs', `VAL at ${threshold.toFixed(3)}`, `FAR at ${threshold.toFixed(3)}`, `VAL at a threshold of its own for FAR ${far}`],
    rows: rows.map(({ attribute, value, images, identities, accuracy, val, far: accepts, own }) => [
      attribute, value ?? 'across', count(images), count(identities), describeShare(accuracy, percent), describeShare(val, percent), describeShare(accepts, (rate) => rate.toExponential(2)),
      own.refused === undefined ? `${percent(own.value)}${range(own.interval, percent)} at ${own.threshold.toFixed(3)}` : `none: ${own.refused}`,
    ]),
  };
}

function describeShare({ value, count: counted, of, interval }: CountedShare, show: (value: number) => string): string {
  return value === null ? 'no pairs' : `${show(value)}${range(interval, show)}, ${count(counted)} of ${count(of)}`;
}

function range(interval: CountedShare['interval'], show: (value: number) => string): string {
  return interval === null ? '' : ` [${show(interval.low)}, ${show(interval.high)}]`;
}

/** What the brackets of the rows are. */
export function groupIntervals({ rows }: GroupTable): string {
  const methods = new Set(rows.flatMap(({ accuracy, val, own }) => [accuracy.interval, val.interval, own.refused === undefined ? own.interval : null])
    .flatMap((interval) => (interval === null ? [] : [interval.method.replace(/, \d+ trials$/, '')])));
  return `In brackets: 95 % intervals (${[...methods].join('; ')}).`;
}

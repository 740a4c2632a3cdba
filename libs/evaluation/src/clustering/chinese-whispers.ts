import { numberedClusters } from './labels.ts';
import type { NeighbourGraph } from './neighbour-graph.ts';

export interface ChineseWhispersOptions {
  /** Rows are visited in an order drawn anew in each round. */
  readonly random: { next(): number };
  readonly rounds?: number;
}

/**
 * Chinese whispers (Biemann 2006) on the graph of close rows: each row takes the class that weighs most among its
 * neighbours, until none changes. An edge weighs more the closer it is: 1 at distance 0, 0 at the threshold.
 * Where classes weigh the same, a row keeps its own, or takes the one with the smallest number.
 */
export function chineseWhispers(graph: NeighbourGraph, { random, rounds = 100 }: ChineseWhispersOptions): Int32Array {
  const { rows, starts, neighbours, distances, threshold } = graph;
  const classOf = Int32Array.from({ length: rows }, (_, row) => row);
  const weightOf = new Float64Array(rows);
  const order = Int32Array.from(classOf).filter((row) => starts[row + 1]! > starts[row]!);
  for (let round = 0, changed = true; changed && round < rounds; round++) {
    changed = false;
    shuffle(order, random);
    for (const row of order) {
      const [from, to] = [starts[row]!, starts[row + 1]!];
      for (let at = from; at < to; at++) weightOf[classOf[neighbours[at]!]!]! += 1 - distances[at]! / threshold;
      const own = classOf[row]!;
      let best = own;
      for (let at = from; at < to; at++) {
        const candidate = classOf[neighbours[at]!]!;
        const [weight, most] = [weightOf[candidate]!, weightOf[best]!];
        if (weight > most || (weight === most && best !== own && candidate < best)) best = candidate;
      }
      for (let at = from; at < to; at++) weightOf[classOf[neighbours[at]!]!] = 0;
      if (best !== own) {
        classOf[row] = best;
        changed = true;
      }
    }
  }
  return numberedClusters(rows, (row) => classOf[row]!);
}

function shuffle(items: Int32Array, random: { next(): number }): void {
  for (let last = items.length - 1; last > 0; last--) {
    const at = Math.floor(random.next() * (last + 1));
    [items[last], items[at]] = [items[at]!, items[last]!];
  }
}

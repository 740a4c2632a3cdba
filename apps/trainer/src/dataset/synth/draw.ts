import type { Random } from '@facenet/architecture';
import { clamp } from './curves.ts';

/** Normal around `mean`, cut off at 2.2 deviations so that nobody becomes a monster. */
export function around(random: Random, mean: number, deviation: number): number {
  return mean + deviation * clamp(random.normal(), -2.2, 2.2);
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}

export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

/** One of the keys, each as often as its weight says. */
export function choose<K extends string>(random: Random, weights: Readonly<Record<K, number>>): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return entries.at(-1)![0];
}

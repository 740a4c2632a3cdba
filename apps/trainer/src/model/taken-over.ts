import type { Grounds } from '@facenet/export';

/** What a verdict must say of a threshold that was measured with another model; nothing of one that was not. */
export function takenOver({ measuredWith }: Pick<Grounds, 'measuredWith'>): string {
  return measuredWith === undefined ? '' : `; thresholds of the float32 model ${measuredWith.slice(0, 8)}, not measured with this one`;
}

import { countOf, type Embeddings } from './embeddings.ts';
import type { PairRows } from './resolve-pairs.ts';

/**
 * The distance of two videos: the mean of the squared distances of all pairs of their frames. For all pairs at once that
 * is mean‖a‖² + mean‖b‖² − 2 (mean a) · (mean b), so each video is brought to its mean first.
 */
export function videoDistances(frames: Embeddings, videoOf: Int32Array, videos: number, { first, second }: Pick<PairRows, 'first' | 'second'>): Float64Array {
  const { data, size } = frames;
  const counts = new Float64Array(videos);
  const squares = new Float64Array(videos);
  const means = new Float64Array(videos * size);
  for (let row = 0; row < countOf(frames); row++) {
    const video = videoOf[row]!;
    counts[video]!++;
    for (let i = 0; i < size; i++) {
      const value = data[row * size + i]!;
      means[video * size + i]! += value;
      squares[video]! += value * value;
    }
  }
  return Float64Array.from(first, (a, pair) => {
    const b = second[pair]!;
    let product = 0;
    for (let i = 0; i < size; i++) product += means[a * size + i]! * means[b * size + i]!;
    return Math.max(0, squares[a]! / counts[a]! + squares[b]! / counts[b]! - (2 * product) / (counts[a]! * counts[b]!));
  });
}

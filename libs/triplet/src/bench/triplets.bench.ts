import { createWorkspace } from '../kernels/create-workspace.ts';
import { harmonicStep } from '../harmonic/harmonic-step.ts';
import { mixes, type MixName } from '../harmonic/mix.ts';
import { parseSelection, type SelectionKind } from '../selection/selection.ts';
import { tripletStep, type TripletStep } from '../step.ts';
import { clusteredEmbeddings, seededRandom } from '../testing.ts';

export interface TripletBenchmark {
  readonly kernels: string;
  readonly selection: SelectionKind;
  /** Null for v2 alone; otherwise as many rows of v1 beside those of the batch. */
  readonly mix: MixName | null;
  /** Rows of the batch and numbers per row. */
  readonly batch: number;
  readonly dimension: number;
  /** Anchor–positive pairs per step, and triplets selected. */
  readonly pairs: number;
  readonly triplets: number;
  /** One whole step: distances, selection, loss, gradient and statistics. */
  readonly milliseconds: number;
  readonly fastest: number;
}

export interface TripletBenchmarkOptions {
  readonly identities?: number;
  readonly imagesPerIdentity?: number;
  readonly dimension?: number;
  readonly selection?: SelectionKind;
  /** Times harmonic steps with this mix. */
  readonly mix?: MixName | null;
  /** How far faces of one identity lie apart: large is an untrained network, where no negative can be left out early. */
  readonly spread?: number;
  readonly repeats?: number;
  /** Milliseconds from any fixed moment; passed in because time enters at the command. */
  readonly now: () => number;
}

/** Times whole steps on one core, after a warm-up, and returns the median and the fastest. */
export function benchTriplets({
  identities = 45, imagesPerIdentity = 40, dimension = 128, selection = 'semi-hard', mix = null, spread = 1e3, repeats = 15, now,
}: TripletBenchmarkOptions): TripletBenchmark {
  const labels = Int32Array.from({ length: identities * imagesPerIdentity }, (_, i) => i % identities);
  const embeddings = clusteredEmbeddings(labels, dimension, spread, seededRandom(1));
  const workspace = createWorkspace();
  const options = { embeddings, labels, size: dimension, margin: 0.2, selection: parseSelection(selection), workspace };
  const reference = clusteredEmbeddings(labels, dimension, spread, seededRandom(2));
  const run = (seed: number): TripletStep => (mix === null ?
    tripletStep({ ...options, random: seededRandom(seed) }) :
    harmonicStep({ ...options, reference, mix: mixes[mix], random: seededRandom(seed) }));
  const warmUp = 5;
  const times: number[] = [];
  let step = run(0);
  for (let i = 1; i < warmUp + repeats; i++) {
    const start = now();
    step = run(i);
    if (i >= warmUp) times.push(now() - start);
  }
  times.sort((a, b) => a - b);
  return {
    kernels: workspace.name, selection, mix, batch: labels.length, dimension,
    pairs: step.statistics.pairs, triplets: step.statistics.triplets,
    milliseconds: times[times.length >> 1]!, fastest: times[0]!,
  };
}

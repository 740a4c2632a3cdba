import { singleProcess } from '@facenet/collective';
import type { Progress } from '../cli/progress.ts';
import type { Experiment } from '../config/schema.ts';
import type { EngineFactory } from './engine.ts';
import { DivergedError } from './numbers.ts';
import { RunFolder } from './run-folder.ts';
import { openSession } from './session.ts';

export interface RangeTestOptions {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly factory: EngineFactory;
}

export interface RangePoint {
  readonly learningRate: number;
  readonly loss: number;
  /** Exponential mean of the losses so far, without the bias of its start. */
  readonly smoothed: number;
}

export interface RangeTest {
  readonly points: readonly RangePoint[];
  /** Where the smoothed loss falls fastest per decade of the rate; undefined where it never falls. */
  readonly steepest: number | undefined;
  /** A tenth of the rate at the lowest smoothed loss. */
  readonly tenthOfLowest: number;
  /** Whether the loss ran away before the last step. */
  readonly diverged: boolean;
}

const smoothing = 0.9;
/** The loss has run away when it is so many times its lowest. */
const runaway = 4;

/**
 * The learning-rate range test (Smith, arXiv 1506.01186): trains the first stage for a few steps while the rate climbs
 * from one end to the other by equal factors, and watches the loss.
 */
export async function learningRateRange(experiment: Experiment, { from, to, steps, signal, progress, factory }: RangeTestOptions): Promise<RangeTest> {
  const folder = new RunFolder(experiment.run, { resume: false });
  const points: RangePoint[] = [];
  let diverged = false;
  try {
    const session = await openSession({ folder, experiment, saved: undefined, progress, factory, communicator: singleProcess });
    try {
      for (let i = 0; i < steps && !diverged && !signal.aborted; i++) {
        const learningRate = from * (to / from) ** (i / (steps - 1));
        const batch = await session.loader.next();
        const { measured } = await session.learner.learn(i + 1, batch, learningRate);
        session.loader.recycle(batch);
        points.push(smooth(points, learningRate, measured['loss']!));
        progress.update((i + 1) / steps, `rate ${learningRate.toExponential(1)} · loss ${measured['loss']!.toFixed(3)}`);
        diverged = points.at(-1)!.smoothed > runaway * lowestOf(points).smoothed;
      }
    } catch (error) {
      // That is the end of the range, not of the test.
      if (!(error instanceof DivergedError) || points.length === 0) throw error;
      diverged = true;
    } finally {
      await session.dispose();
    }
  } finally {
    folder.dispose();
  }
  return { points, steepest: steepestOf(points), tenthOfLowest: lowestOf(points).learningRate / 10, diverged };
}

function smooth(points: readonly RangePoint[], learningRate: number, loss: number): RangePoint {
  const bias = (count: number): number => 1 - smoothing ** count;
  const before = (points.at(-1)?.smoothed ?? 0) * bias(points.length);
  return { learningRate, loss, smoothed: (smoothing * before + (1 - smoothing) * loss) / bias(points.length + 1) };
}

function lowestOf(points: readonly RangePoint[]): RangePoint {
  return points.reduce((lowest, point) => (point.smoothed < lowest.smoothed ? point : lowest));
}

/** Slope over a few points, so that the noise of one batch does not decide; only before the lowest loss. */
export function steepestOf(points: readonly RangePoint[]): number | undefined {
  const reach = Math.max(2, Math.round(points.length / 20));
  const end = points.indexOf(lowestOf(points));
  let best: { readonly rate: number; readonly slope: number } | undefined;
  for (let i = reach; i + reach <= end; i++) {
    const [before, after] = [points[i - reach]!, points[i + reach]!];
    const slope = (after.smoothed - before.smoothed) / Math.log10(after.learningRate / before.learningRate);
    if (slope < (best?.slope ?? 0)) best = { rate: points[i]!.learningRate, slope };
  }
  return best?.rate;
}

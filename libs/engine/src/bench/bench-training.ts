import { availableParallelism } from 'node:os';
import {
  costTable, initializeWeights, type ModelSpec, Random, sizeOf, totalCost,
} from '@facenet/architecture';
import { lowerGraph } from '@facenet/export';
import { backendSettings } from '../node/backends.ts';
import { Lane, type LaneInputs } from '../node/lane.ts';
import { laneSetup, sharedWeights } from '../node/lane-memory.ts';
import { buildTrainingGraphs, inputNames } from '../training/training-graphs.ts';
import { matrixProductModel } from './matrix-product.ts';

export interface TrainingBenchOptions {
  /** Processors to use; all unless told. */
  readonly threads?: number;
  /** How often ceiling and training alternate; the best time of each counts. */
  readonly rounds?: number;
}

export interface BenchedModel {
  readonly name: string;
  readonly spec: ModelSpec;
  /** Images that one thread takes at a time. */
  readonly microBatch: number;
}

export interface TrainingBench {
  /** `MatMul` of 1024 × 1024 on all threads, through the same runtime, in 10⁹ operations per second. */
  readonly ceilingGflops: number;
  readonly train: readonly TrainingBenchRow[];
}

export interface TrainingBenchRow {
  readonly model: string;
  readonly batch: number;
  readonly threads: number;
  /** Forward and backward. */
  readonly milliseconds: number;
  readonly imagesPerSecond: number;
  /** 6 × multiply-adds × images ÷ time ÷ ceiling: a backward counts as two forwards. */
  readonly shareOfCeiling: number;
}

const ceilingSize = 1024;
const ceilingProducts = 8;

/**
 * Forward + backward of one micro-batch per thread, beside the matrix product on the same threads: both alternate in one
 * process, so that what else the machine does hits both.
 */
export async function benchTraining(models: readonly BenchedModel[], options: TrainingBenchOptions = {}): Promise<TrainingBench> {
  const { threads = availableParallelism(), rounds = 5 } = options;
  const train: TrainingBenchRow[] = [];
  let ceilingGflops = 0;
  for (const model of models) {
    const { ceiling, milliseconds } = await benchModel(model, threads, rounds);
    const batch = model.microBatch * threads;
    const gflops = 6 * totalCost(costTable(model.spec)).multiplyAdds * batch / milliseconds / 1e6;
    ceilingGflops = Math.max(ceilingGflops, ceiling);
    train.push({
      model: model.name, batch, threads, milliseconds,
      imagesPerSecond: batch / milliseconds * 1000, shareOfCeiling: gflops / ceiling,
    });
  }
  return { ceilingGflops, train };
}

async function benchModel(
  { spec, microBatch }: BenchedModel, threads: number, rounds: number,
): Promise<{ ceiling: number; milliseconds: number }> {
  const { target, sessionOptions } = backendSettings('cpu');
  const graphs = buildTrainingGraphs(spec, microBatch);
  const weights = sharedWeights(graphs, initializeWeights(spec, { seed: 1, scheme: 'he' }));
  const lanes = Array.from({ length: threads }, () => new Lane(laneSetup(graphs, weights, sessionOptions).setup));
  const onAll = async (task: (lane: Lane) => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await Promise.all(lanes.map(task));
    return performance.now() - start;
  };
  const random = new Random(1);
  const draw = (shape: readonly number[]) => ({ data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()), shape });
  const [image, seed] = [draw(graphs.imageShape), draw(graphs.embeddingShape)];
  const square = draw([ceilingSize, ceilingSize]);
  const factors = () => ({ a: handedOver(square), b: handedOver(square) });
  const step = () => ({ [inputNames.image]: handedOver(image), [inputNames.embeddingGradient]: handedOver(seed) });
  try {
    const backward = lowerGraph(graphs.backward, { ...target, name: 'backward' });
    await onAll((lane) => lane.open('backward', backward));
    await onAll((lane) => lane.open('ceiling', matrixProductModel(ceilingSize)));
    await onAll((lane) => lane.refreshWeights());
    let [product, milliseconds] = [Infinity, Infinity];
    for (let round = 0; round <= rounds; round++) {
      const products = await onAll(async (lane) => { for (let i = 0; i < ceilingProducts; i++) await lane.run('ceiling', factors()); });
      const training = await onAll((lane) => lane.accumulate('backward', step(), true));
      // The first round makes the memory that the others reuse.
      if (round === 0) continue;
      product = Math.min(product, products / ceilingProducts);
      milliseconds = Math.min(milliseconds, training);
    }
    return { ceiling: threads * 2 * ceilingSize ** 3 / product / 1e6, milliseconds };
  } finally {
    await Promise.all(lanes.map((lane) => lane.dispose()));
  }
}

/** A lane keeps what it is given, so each run gets a copy. */
function handedOver({ data, shape }: LaneInputs[string]): LaneInputs[string] {
  return { data: data.slice(), shape };
}

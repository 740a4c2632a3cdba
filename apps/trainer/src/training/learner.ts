import type { Batch } from '../data/batch-loader.ts';
import type { Stage } from '../config/stages.ts';
import type { Engine, Optimizer } from './engine.ts';
import type { MovingAverage } from './moving-average.ts';
import { checkEmbeddings, clip } from './numbers.ts';
import type { Lesson, Objective } from './objectives/objective.ts';

type Arrays = ReadonlyMap<string, Float32Array>;

export interface LearnerParts {
  readonly stage: Stage;
  readonly engine: Engine;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly average: MovingAverage | undefined;
  readonly clipNorm: number;
}

export interface Learned extends Pick<Lesson, 'note'> {
  readonly measured: Readonly<Record<string, number | null>>;
}

/** One stage at work: a network, what it learns by, and how its weights follow. */
export class Learner {
  readonly stage: Stage;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly average: MovingAverage | undefined;
  readonly #engine: Engine;
  readonly #clipNorm: number;
  /** Of the network and of the objective, as the optimiser sees them. */
  readonly #weights: Arrays;

  constructor({ stage, engine, objective, optimizer, average, clipNorm }: LearnerParts) {
    this.stage = stage;
    this.objective = objective;
    this.optimizer = optimizer;
    this.average = average;
    this.#engine = engine;
    this.#clipNorm = clipNorm;
    this.#weights = new Map([...engine.weights, ...objective.weights]);
  }

  /** The network's, live. */
  get weights(): Arrays {
    return this.#engine.weights;
  }

  async learn(step: number, { images, referenceImages, labels, indices, triplets }: Batch, learningRate: number): Promise<Learned> {
    const engine = this.#engine;
    const embeddings = await engine.embed(images);
    checkEmbeddings(step, embeddings, engine.weights);

    const lesson = await this.objective.teach({ step, embeddings, images, labels, indices, ...(referenceImages && { referenceImages }), ...(triplets && { triplets }) });

    const gradients = new Map([...await engine.backward(images, lesson.gradient), ...lesson.headGradients]);
    const gradientNorm = clip(step, gradients, this.#clipNorm);
    await this.optimizer.step(this.#weights, gradients, learningRate);
    this.average?.follow(engine.weights, step);
    return { measured: { loss: lesson.loss, ...lesson.measured, gradientNorm }, ...(lesson.note === undefined ? {} : { note: lesson.note }) };
  }

  /** Embeddings for measuring: by the averaged weights, where there are any. */
  async infer(images: Float32Array): Promise<Float32Array> {
    const infer = (): Promise<Float32Array> => this.#engine.infer(images);
    return await (this.average?.within(this.weights, infer) ?? infer());
  }

  async dispose(): Promise<void> {
    await this.objective.dispose?.();
    await this.#engine.dispose();
  }
}

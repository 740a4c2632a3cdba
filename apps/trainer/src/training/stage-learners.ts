import type { buildNetwork, ModelSpec } from '@facenet/architecture';
import type { Experiment } from '../config/schema.ts';
import type { Stage } from '../config/stages.ts';
import type { EngineFactory } from './engine.ts';
import { Learner } from './learner.ts';
import type { MovingAverage } from './moving-average.ts';
import { createObjective } from './objectives/create-objective.ts';
import { frozenParameters } from './parameter-patterns.ts';
import type { Reference } from './reference/reference.ts';

/** What a stage goes on with: of the stage before, or of a checkpoint. */
export interface Carried {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly head: ReadonlyMap<string, Float32Array>;
  readonly average: MovingAverage | undefined;
  /** Only of the same stage. */
  readonly optimizer: ReadonlyMap<string, Float32Array> | undefined;
  readonly objective: unknown;
}

export interface StageLearnersOptions {
  readonly experiment: Experiment;
  readonly stages: readonly Stage[];
  readonly spec: ModelSpec;
  readonly parameters: ReturnType<typeof buildNetwork>['parameters'];
  readonly factory: EngineFactory;
  readonly reference: Reference | undefined;
  /** Identities to train on. */
  readonly identities: number;
  readonly threads: number;
}

/** Puts the stages of an experiment to work, one after the other. */
export class StageLearners {
  readonly #options: StageLearnersOptions;

  constructor(options: StageLearnersOptions) {
    this.#options = options;
  }

  async open(index: number, before: Carried): Promise<Learner> {
    const { experiment, stages, spec, parameters, factory, reference, identities, threads } = this.#options;
    const stage = stages[index]!;
    const frozen = frozenParameters(spec, stage);
    const common = { microBatch: experiment.batch.microBatch, backend: experiment.engine.backend, threads };
    const objective = await createObjective(stage.loss, {
      ...experiment, spec, size: spec.embedding, identities, reference, head: before.head, state: before.objective,
      createReconstruction: (network, decoder, weights) => factory.createReconstruction(network, decoder, { ...common, weights }),
    });
    const engine = await factory.createEngine(spec, {
      ...common, weights: before.weights, statisticsMomentum: experiment.statisticsMomentum, frozen: (name) => frozen.has(name),
    }).catch(async (error: unknown) => {
      // Its threads would keep the process alive.
      await objective.dispose?.();
      throw error;
    });
    const optimizer = factory.createOptimizer(stage.optimizer, [...parameters.filter(({ name }) => !frozen.has(name)), ...objective.parameters]);
    if (before.optimizer) optimizer.load(before.optimizer);
    return new Learner({ stage, engine, objective, optimizer, average: before.average, clipNorm: experiment.clipNorm });
  }

  /** The next stage, with what the last one learned; its memory is freed before the next one takes its own. */
  async openAfter(last: Learner, index: number): Promise<Learner> {
    const { weights, objective: { weights: head }, average } = last;
    const carried = { weights: copyOf(weights), head: copyOf(head), average, optimizer: undefined, objective: undefined };
    await last.dispose();
    return await this.open(index, carried);
  }
}

function copyOf(arrays: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...arrays].map(([name, values]) => [name, Float32Array.from(values)]));
}

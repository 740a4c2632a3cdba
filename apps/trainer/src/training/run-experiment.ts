import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Communicator } from '@facenet/collective';
import { createOptimizer, type OptimizerOptions } from '@facenet/engine';
import { createReconstructionEngine, createTrainingEngine } from '@facenet/engine/node';
import type { Progress } from '../cli/progress.ts';
import type { Experiment } from '../config/schema.ts';
import { exportModel } from '../model/export-model.ts';
import type { EngineFactory } from './engine.ts';
import { train, type TrainResult } from './train.ts';

export interface RunOptions {
  readonly resume: boolean;
  readonly exportBundle: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** The processes that train together. */
  readonly communicator: Communicator;
}

export interface RunResult extends Pick<TrainResult, 'run' | 'step' | 'minutes' | 'interrupted' | 'best'> {
  readonly report: string;
  readonly bundle: string | null;
}

/** Trains on ONNX Runtime, then writes report and bundle; of several processes, rank 0 writes. */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<RunResult> {
  const result = await train(experiment, { ...options, factory: onnxRuntime });
  const { run, step, minutes, interrupted, best } = result;
  const bundle = interrupted || !options.exportBundle || options.communicator.rank > 0 ? null : path.join(run, 'bundle');
  if (bundle !== null) {
    const { licence: dataLicence } = experiment.data;
    await exportModel(run, {
      out: bundle, licence: experiment.licence, dataLicence, threads: experiment.engine.threads || availableParallelism(),
      progress: options.progress,
    });
  }
  return { run, step, minutes, interrupted, best, report: path.join(run, 'report.html'), bundle };
}

export const onnxRuntime: EngineFactory = {
  createEngine: createTrainingEngine,
  createReconstruction: createReconstructionEngine,
  // The config knows each kind's own settings, so what is left of it fits the kind.
  createOptimizer: (settings, parameters) => createOptimizer(definedOnly(settings) as OptimizerOptions, parameters),
};

function definedOnly(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

import type { Threshold, Verdict } from '@facenet/export';
import type { Embedder } from '../inference/embedder.ts';

/** A bundle that is loaded. */
export interface LoadedModel {
  readonly modelId: string;
  readonly name: string;
  readonly spaceId: string;
  /** Numbers of a vector. */
  readonly size: number;
  readonly inputSize: readonly number[];
  readonly licence: string;
  readonly provider: string;
  /** False-accept rates that there is a threshold of its own for, the smallest first. */
  readonly fars: readonly number[];
  readonly embedder: Embedder;
}

export interface ModelRegistry {
  /** New vectors are made by it. */
  readonly default: LoadedModel;
  list(): readonly LoadedModel[];
  /** By modelId or name; of models with one name the default, else the one that was loaded first. */
  get(id: string): LoadedModel | undefined;
  inSpace(spaceId: string): readonly LoadedModel[];
  /** Loads a bundle beside the others; one that is loaded already is given again. A BundleError or ProviderError says why it cannot join. */
  load(folder: string): Promise<LoadedModel>;
  /** Requests that have begun end with the model that they began with. */
  setDefault(modelId: string): LoadedModel;
  /** Ends when those who hold the model have let it go and its queue is empty. */
  unload(modelId: string): Promise<void>;
  /** Keeps a model (the default unless told) loaded while `work` goes on; a ModelError where there is none of this id. */
  use<T>(id: string | undefined, work: (model: LoadedModel) => Promise<T>): Promise<T>;
  /** Judged by the threshold of the two models together, from whichever loaded bundle knows it; a ThresholdError where none does. */
  decide(pair: { readonly query: string; readonly gallery: string }, distance: number, far: number): Verdict;
  /** What `decide` judges by: of a pair and rate that several bundles know, that of the first. */
  thresholds(): readonly Threshold[];
  dispose(): Promise<void>;
}

/** No loaded bundle has a threshold for a pair of models at a rate. */
export class ThresholdError extends Error {
  override readonly name = 'ThresholdError';
  readonly known: readonly number[];

  constructor(message: string, known: readonly number[]) {
    super(message);
    this.known = known;
  }
}

/** A model is not loaded, or cannot be unloaded. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly reason: 'not_loaded' | 'is_default';

  constructor(reason: ModelError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

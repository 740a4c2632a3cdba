import type { TrainedParameter } from '@facenet/engine';
import type { Triplets } from '@facenet/triplet';
import type { ReferenceBatch } from '../reference/reference.ts';

/** What a batch gives to learn from. */
export interface EmbeddedBatch extends ReferenceBatch {
  readonly step: number;
  /** [n, d], rows of unit length. */
  readonly embeddings: Float32Array;
  /** [n, 3, h, w], what the network saw. */
  readonly images: Float32Array;
  /** [n], the identity of each row. */
  readonly labels: Int32Array;
  /** Chosen offline, as rows of the batch. */
  readonly triplets?: Triplets;
}

export interface Lesson {
  readonly loss: number;
  /** [n, d], ∂loss/∂embedding. */
  readonly gradient: Float32Array;
  /** Of the objective's own parameters. */
  readonly headGradients: ReadonlyMap<string, Float32Array>;
  /** For the log; null where there was nothing to measure. */
  readonly measured: Readonly<Record<string, number | null>>;
  /** Something that must not go unseen. */
  readonly note?: string;
}

/** What a stage learns by: a loss over the embeddings of a whole batch. */
export interface Objective<State = unknown> {
  /** Learned beside the network and left behind at export, such as the class directions of a softmax. */
  readonly parameters: readonly TrainedParameter[];
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Throws when training should stop. */
  teach(batch: EmbeddedBatch): Lesson | Promise<Lesson>;
  /** What it remembers beside its weights; JSON. */
  state(): State;
  /** Frees what it owns, if it owns something. */
  dispose?(): Promise<void>;
}

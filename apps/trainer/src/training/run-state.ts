import { createHash } from 'node:crypto';
import { Random, type RandomState } from '@facenet/architecture';
import type { SamplerState } from '@facenet/triplet';
import type { Dataset } from '../data/dataset.ts';
import type { LogLengths } from './metrics-log.ts';
import type { TripletFile } from './offline-selection.ts';
import type { WindowState } from './window.ts';

/** What a run remembers beside weights and optimiser; JSON inside a checkpoint. */
export interface RunState {
  readonly step: number;
  /** Time spent so far, over all resumptions. */
  readonly minutes: number;
  readonly random: RandomState;
  readonly sampler: SamplerState | null;
  readonly stage: StagePosition;
  /** Triplets chosen offline that are in force or coming. */
  readonly offline: readonly TripletFile[];
  readonly window: WindowState;
  readonly best: Best | null;
  readonly logs: LogLengths;
  /** Digest of the list of images, since the sampler's state means nothing on other data. */
  readonly data: string;
}

/** Which part of the run it is in, where that part began, and what its objective remembers. */
export interface StagePosition {
  readonly index: number;
  readonly firstStep: number;
  readonly startMinutes: number;
  readonly objective: unknown;
}

export interface Best {
  readonly step: number;
  /** On people held out. */
  readonly accuracy: number;
  /** Against the reference, both ways; otherwise of the network alone. */
  readonly across?: boolean;
}

export function initialState(seed: number, data: string): RunState {
  return {
    step: 0,
    minutes: 0,
    random: new Random(seed, 'sampler').state,
    sampler: null,
    stage: { index: 0, firstStep: 0, startMinutes: 0, objective: undefined },
    offline: [],
    window: {},
    best: null,
    logs: { metrics: 0, events: 0 },
    data,
  };
}

/** What the digest of a dataset is taken of. */
export interface ImageList extends Pick<Dataset, 'identities' | 'labels' | 'trainImages'> {
  readonly images: Pick<Dataset['images'], 'files'>;
}

/** Identities and how many images each has, training and validation. */
export function dataDigest({ identities, labels, trainImages, images }: ImageList): string {
  const names = images.files.map((file) => file.split(/[\\/]/).at(-1));
  return createHash('sha256').update(JSON.stringify([identities, [...labels], trainImages, names])).digest('hex');
}

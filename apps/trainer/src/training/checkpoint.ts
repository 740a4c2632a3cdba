import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { CliError } from '../cli/errors.ts';
import { writeFileAtomically } from '@facenet/files';
import { decodeTensorFile, encodeTensorFile, type Tensor } from './tensor-file.ts';

/** Everything a run needs to go on as if it had not stopped. */
export interface Checkpoint {
  readonly step: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly optimizer: ReadonlyMap<string, Float32Array>;
  /** What the objective learned beside the network; empty for triplets. */
  readonly head: ReadonlyMap<string, Float32Array>;
  /** The moving average of the weights; empty where none is kept. */
  readonly ema: ReadonlyMap<string, Float32Array>;
  /** Digest of the network, so that weights never meet another one. */
  readonly specHash: string;
  /** The network itself, as canonical JSON. */
  readonly spec: string;
  /** The whole experiment, as YAML. */
  readonly experiment: string;
  /** JSON of the sampler, the collapse guard, the open log window, the lengths of the logs, … */
  readonly state: string;
}

const format = 'facenet-checkpoint-1';
const names = { weights: 'weights/', optimizer: 'optimizer/', head: 'head/', ema: 'ema/' } as const;
const stepFile = /^step-(\d+)\.safetensors$/;

export type Shapes = ReadonlyMap<string, readonly number[]>;

export function encodeCheckpoint(checkpoint: Checkpoint, shapes: Shapes): Uint8Array {
  const tensors = new Map<string, Tensor>();
  for (const group of ['weights', 'optimizer', 'head', 'ema'] as const) {
    for (const [name, data] of checkpoint[group]) {
      tensors.set(names[group] + name, { shape: shapes.get(name) ?? [data.length], data });
    }
  }
  const { step, specHash, spec, experiment, state } = checkpoint;
  return encodeTensorFile({ metadata: { format, step: String(step), specHash, spec, experiment, state }, tensors });
}

/** Reads a checkpoint file; for a run folder, its newest or best one is found by `checkpointIn`. */
export function readCheckpoint(file: string): Checkpoint {
  return decodeCheckpoint(readCheckpointBytes(file), file);
}

export function readCheckpointBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CliError(`${file}: cannot read the checkpoint (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

/** `file` is where the bytes come from, for messages. */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { metadata, tensors } = decodeTensorFile(bytes, file);
  if (metadata['format'] !== format) {
    throw new CliError(`${file}: expected a checkpoint of format '${format}', got '${metadata['format'] ?? 'none'}'`);
  }
  const text = (key: string): string => metadata[key] ?? '';
  return {
    step: Number(text('step')),
    weights: group(tensors, names.weights),
    optimizer: group(tensors, names.optimizer),
    head: group(tensors, names.head),
    ema: group(tensors, names.ema),
    specHash: text('specHash'),
    spec: text('spec'),
    experiment: text('experiment'),
    state: text('state'),
  };
}

/** The weights that a run stands for: their moving average where one is kept. */
export function trainedWeights({ weights, ema }: Pick<Checkpoint, 'weights' | 'ema'>): ReadonlyMap<string, Float32Array> {
  return ema.size > 0 ? ema : weights;
}

function group(tensors: ReadonlyMap<string, Tensor>, prefix: string): Map<string, Float32Array> {
  const mine = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(mine.map(([name, { data }]) => [name.slice(prefix.length), data]));
}

/** The checkpoint that `place` means: a file, or a run folder's best one (else its newest). */
export function checkpointIn(place: string): string {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return place;
  const folder = new CheckpointFolder(place);
  const file = folder.best() ?? folder.newest();
  if (file === undefined) throw new CliError(`${place}: no checkpoint in this run folder`);
  return file;
}

/** `checkpoints/` of a run: the newest few and the best. */
export class CheckpointFolder {
  readonly #folder: string;

  constructor(run: string) {
    this.#folder = path.join(run, 'checkpoints');
  }

  newest(): string | undefined {
    return this.#steps().at(-1)?.file;
  }

  best(): string | undefined {
    const file = path.join(this.#folder, 'best.safetensors');
    return statSync(file, { throwIfNoEntry: false }) ? file : undefined;
  }

  save(checkpoint: Checkpoint, shapes: Shapes, keep: number): string {
    const file = path.join(this.#folder, `step-${String(checkpoint.step).padStart(8, '0')}.safetensors`);
    writeFileAtomically(file, encodeCheckpoint(checkpoint, shapes));
    for (const old of this.#steps().slice(0, -keep)) rmSync(old.file, { force: true });
    return file;
  }

  saveBest(checkpoint: Checkpoint, shapes: Shapes): void {
    writeFileAtomically(path.join(this.#folder, 'best.safetensors'), encodeCheckpoint(checkpoint, shapes));
  }

  #steps(): { readonly step: number; readonly file: string }[] {
    if (!statSync(this.#folder, { throwIfNoEntry: false })) return [];
    return readdirSync(this.#folder)
      .flatMap((name) => {
        const step = stepFile.exec(name)?.[1];
        return step === undefined ? [] : [{ step: Number(step), file: path.join(this.#folder, name) }];
      })
      .sort((a, b) => a.step - b.step);
  }
}

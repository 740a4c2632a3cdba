import { optimizerKinds, type OptimizerOptions } from '@facenet/engine';
import { z } from 'zod';
import { lossSchema } from './loss.ts';

const positive = z.number().positive();
const count = z.int().positive();
const share = z.number().min(0).max(1);

/** Exactly one of the units that `shape` offers. */
const oneUnit = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).refine(
  (value) => Object.values(value).filter((amount) => amount !== undefined).length === 1,
  { error: `expected exactly one of ${Object.keys(shape).join(', ')}` },
);

const length = { steps: count.optional(), epochs: positive.optional(), examples: count.optional() };

/** How long something lasts. A length in minutes cannot be repeated to the bit; the others can. */
export const durationSchema = oneUnit({ ...length, minutes: positive.optional() });
/** How often something happens. */
export const intervalSchema = oneUnit(length);
const checkpointIntervalSchema = oneUnit({ ...length, minutes: positive.optional() });

const modelSchema = z.union([z.string(), z.record(z.string(), z.unknown())], {
  error: 'expected the name of a network, or a variant such as { extends: nn4, normalization: batch }',
});

const dataSchema = z.strictObject({
  /** A folder with one folder per identity, a .rec, tar shards such as faces-{00..12}.tar, or a .csv list. */
  train: z.string({ error: 'expected the folder with one folder per identity, a .rec, tar shards or a .csv (data.train)' }).min(1),
  /** The centred part that the network sees, as a share of the largest one; jitter moves around it. */
  crop: z.number().positive().max(2).default(0.85),
  validation: z.strictObject({
    /** Identities kept away from training: a share, a number, or their names. */
    identities: z.union([z.number().min(0), z.array(z.string())], {
      error: 'expected a share below 1, a number of identities, or a list of their names',
    }).default(0.1),
    /** At most this many images of each, so that an evaluation stays short. */
    imagesPerIdentity: z.int().min(2).default(20),
    /** Pairs for the accuracy, half of them of one person. */
    pairs: z.int().min(20).default(6000),
  }).prefault({}),
  /** Train on a part of what is left: shares of the identities, and of each one's images. A smaller part lies within a larger one. */
  use: z.strictObject({ identities: z.number().gt(0).max(1).default(1), images: z.number().gt(0).max(1).default(1) }).prefault({}),
  /** Decoded pixels kept in memory; a set that takes more is read and decoded by the threads as it is needed. */
  cacheMegabytes: z.number().min(0).default(4096),
  /** A broken image ends the run instead of being skipped and counted. */
  strict: z.boolean().default(false),
  /** Under which the images may be used; written into the bundle. */
  licence: z.string().default('not stated'),
  /** Threads that augment the next batches while the engine computes. */
  workers: z.int().min(1).max(64).default(1),
});

const batchSchema = z.strictObject({
  /** Identities of a batch. */
  identities: z.int().min(2).default(32),
  /** Images of each. */
  faces: z.int().min(2).default(4),
  /** Randomly chosen images that serve as negatives. */
  negatives: z.int().min(0).default(0),
  /** Images that the engine holds at once; memory follows this number. */
  microBatch: count.default(32),
});

const collapseSchema = z.strictObject({
  /** What happens when every face gets the same embedding: the run ends, or selects more gently for a while. */
  policy: z.enum(['stop', 'intervene']).default('stop'),
  /** Steps in a row that have to look collapsed. */
  window: count.default(200),
});

const decay = z.number().min(0).lt(1).optional();

/** Settings that only some optimisers have. */
const optimizerKeys = {
  adagrad: ['initialAccumulator', 'epsilon', 'weightDecay'],
  sgd: ['momentum', 'nesterov', 'weightDecay'],
  adam: ['beta1', 'beta2', 'epsilon', 'weightDecay'],
  adamw: ['beta1', 'beta2', 'epsilon', 'weightDecay'],
} as const satisfies Record<OptimizerOptions['kind'], readonly string[]>;

const optimizerSchema = z.strictObject({
  kind: z.enum(optimizerKinds).default('adam'),
  momentum: decay,
  nesterov: z.boolean().optional(),
  beta1: decay,
  beta2: decay,
  epsilon: positive.optional(),
  initialAccumulator: z.number().min(0).optional(),
  /** Of weights, not of biases and normalisation. */
  weightDecay: z.number().min(0).optional(),
}).superRefine(({ kind, ...settings }, context) => {
  const known: readonly string[] = optimizerKeys[kind];
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined || known.includes(key)) continue;
    context.addIssue({ code: 'custom', path: [key], message: `'${kind}' has no such setting; it has ${known.join(', ')}` });
  }
});

const learningRateSchema = z.strictObject({
  peak: positive.default(1e-3),
  schedule: z.enum(['constant', 'step', 'cosine', 'linear']).default('cosine'),
  /** Share of the run during which the rate climbs from 0 to its peak. */
  warmup: share.default(0.02),
  /** Where cosine and linear end, as a share of the peak. */
  end: share.default(0),
  /** For `step`: the rate is multiplied by `factor` when these shares of the run have passed. */
  milestones: z.array(share).default([0.5, 0.75, 0.9]),
  factor: positive.default(0.1),
});

const augmentationSchema = z.strictObject({
  /** Probability of a mirrored face. */
  mirror: share.default(0.5),
  /** The crop moves by up to this share of its size, in each direction. */
  shift: z.number().min(0).max(0.5).default(0.06),
  /** The crop grows or shrinks by up to this share. */
  scale: z.number().min(0).max(0.9).default(0.08),
  /** Brightness, contrast and saturation change by up to this share. */
  colour: z.number().min(0).max(1).default(0.2),
  /** Probability of grey. */
  grey: share.default(0.02),
  /** Probability of a blur. */
  blur: share.default(0.05),
  /** Probability that a rectangle is erased. */
  erase: share.default(0),
});

/** Names of parameters: `*` within a part, `**` across parts, `last` for the embedding layer. */
const patternsSchema = z.array(z.string().min(1));

const startSchema = z.strictObject({
  /** A run folder (its best checkpoint) or a checkpoint file. */
  from: z.string().min(1),
  /** Parameters that start afresh instead: a new last layer may have another size. */
  reset: patternsSchema.default([]),
});

const harmonicSchema = z.strictObject({
  /** v1, frozen: a bundle, or a file of embeddings keyed by image. */
  reference: z.string().min(1),
  /** What v1 sees of an image: as it is, once, as in a gallery; or, of a bundle, each time what v2 sees, augmented alike. */
  view: z.enum(['original', 'augmented']).default('original'),
  /** JSON file with a matrix, a list of rows, from the size of v1's embeddings to that of this network's. */
  projection: z.string().min(1).optional(),
});

const emaSchema = z.strictObject({
  /** Share of the old average that stays at each step. */
  decay: z.number().gt(0).lt(1).default(0.999),
});

const stageSchema = z.strictObject({
  name: z.string().min(1),
  duration: durationSchema,
  /** What differs from the experiment's own. */
  loss: lossSchema.optional(),
  learningRate: learningRateSchema.optional(),
  optimizer: optimizerSchema.optional(),
  /** Only these parameters learn … */
  train: patternsSchema.optional(),
  /** … and these do not. */
  freeze: patternsSchema.optional(),
});

/** A whole experiment. Everything has a default but the folder of faces. */
export const experimentSchema = z.strictObject({
  model: modelSchema.default('nns2'),
  initialization: z.enum(['he', 'xavier']).default('he'),
  /** Momentum of the running statistics of batch normalisation. */
  statisticsMomentum: z.number().gt(0).lt(1).default(0.9),
  /** Trained weights to start from instead of random ones. */
  start: startSchema.optional(),
  data: dataSchema,
  batch: batchSchema.prefault({}),
  loss: lossSchema.prefault({}),
  /** Only these parameters learn … */
  train: patternsSchema.default(['**']),
  /** … and these do not. */
  freeze: patternsSchema.default([]),
  /** Parts of the run, one after the other, each with an optimiser and a schedule of its own; they replace `duration`. */
  stages: z.array(stageSchema).default([]),
  /** The network whose embeddings the losses `harmonic` and `regression` make this one's comparable with. */
  harmonic: harmonicSchema.optional(),
  /** A moving average of the weights, which is what gets measured, kept as best and exported. */
  ema: emaSchema.optional(),
  optimizer: optimizerSchema.prefault({}),
  learningRate: learningRateSchema.prefault({}),
  /** The largest norm of the whole gradient; 0 is no limit. */
  clipNorm: z.number().min(0).default(0),
  augmentation: augmentationSchema.prefault({}),
  collapse: collapseSchema.prefault({}),
  duration: durationSchema.prefault({ epochs: 20 }),
  log: intervalSchema.prefault({ steps: 10 }),
  evaluation: intervalSchema.prefault({ epochs: 1 }),
  checkpoint: z.strictObject({
    every: checkpointIntervalSchema.prefault({ minutes: 2 }),
    /** The newest ones kept; the best one stays beside them. */
    keep: count.default(2),
  }).prefault({}),
  engine: z.strictObject({
    backend: z.enum(['cpu', 'webgpu']).default('cpu'),
    /** Threads of the engine; 0 is one per core. Another number gives other last digits. */
    threads: z.int().min(0).default(0),
  }).prefault({}),
  seed: z.int().default(1),
  /** Under which the weights may be used; written into the bundle. */
  licence: z.string().default('not stated'),
  /** Folder of the run: checkpoints, metrics, report, bundle. */
  run: z.string().min(1).default('runs/experiment'),
});

export type Experiment = z.output<typeof experimentSchema>;
export type Duration = z.output<typeof durationSchema>;

/** The keys allowed at `path`, for messages about a key that is not. */
export function knownKeys(path: readonly PropertyKey[], schema: z.ZodType = experimentSchema): readonly string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return path.length > 0 ? knownKeys(path.slice(1), inner.element as z.ZodType) : [];
  if (!(inner instanceof z.ZodObject)) return [];
  const shape = inner.shape as Record<string, z.ZodType>;
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(shape);
  const child = shape[String(key)];
  return child ? knownKeys(rest, child) : [];
}

/** Takes off defaults, `optional`, and what is done with the value afterwards. */
function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.def.innerType as z.ZodType);
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in as z.ZodType);
  return schema;
}

import { z } from 'zod';

/** Changes to an experiment: mappings as deep as wanted, keys also as `model.embedding`. */
const settingsSchema = z.record(z.string(), z.unknown());

/** How test crops are made worse; evaluate/perturb.ts says what each value may be. */
const perturbationSchema = z.strictObject({
  jpeg: z.number().optional(),
  pixels: z.number().optional(),
  shift: z.number().optional(),
  rotation: z.number().optional(),
  scale: z.number().optional(),
});

export const perturbations = ['jpeg', 'pixels', 'shift', 'rotation', 'scale'] as const satisfies readonly (keyof z.output<typeof perturbationSchema>)[];

const axisSchema = z.strictObject({
  /** What the rows and the chart call it; by default the last part of the setting. */
  name: z.string().min(1).optional(),
  /** The setting that changes, such as `model.embedding`; the experiment is trained for each value. */
  set: z.string().min(1).optional(),
  /** Or how the test crops are made worse. */
  perturb: z.enum(perturbations).optional(),
  /** A row for each. */
  values: z.array(z.unknown()).min(1),
  /** Of the chart's axis. */
  scale: z.enum(['linear', 'log']).default('linear'),
}).refine(({ set, perturb }) => (set === undefined) !== (perturb === undefined), { error: 'expected exactly one of set, perturb' });

export const pairFeatureNames = ['difference', 'product', 'both'] as const;

const svmSchema = z.strictObject({
  /** Bundles, or names of rows before this one. */
  models: z.array(z.string().min(1)).min(1),
  /** Ready crops of people to learn from, one folder per person; by default those that the first model's row trained on. */
  train: z.string().min(1).optional(),
  /** Their pairs; drawn from the images unless given. */
  trainPairs: z.string().min(1).optional(),
  features: z.enum(pairFeatureNames).default('difference'),
  /** Price of an error; chosen on a part of the people to learn from unless given. */
  c: z.number().positive().optional(),
});

const rowSchema = z.strictObject({
  name: z.string().min(1),
  /** Another experiment than the sweep's, found from the sweep file's folder. */
  extends: z.string().min(1).optional(),
  set: settingsSchema.optional(),
  /** An exported model instead of an experiment. */
  bundle: z.string().min(1).optional(),
  perturb: perturbationSchema.optional(),
  /** A linear support vector machine on the features of several models. */
  svm: svmSchema.optional(),
});

/** A sweep: what its rows have in common, what differs, and what is measured of each. */
export const sweepSchema = z.strictObject({
  title: z.string().min(1),
  /** The experiment that rows start from, found from this file's folder. */
  extends: z.string().min(1).optional(),
  /** Or an exported model: rows then only measure it. */
  bundle: z.string().min(1).optional(),
  /** Changes to the experiment of every row. */
  set: settingsSchema.default({}),
  axes: z.array(axisSchema).default([]),
  rows: z.array(rowSchema).default([]),
  measure: z.strictObject({
    /** Ready crops to evaluate on, one folder per person; without them only the people held out of a training are measured. */
    images: z.string().min(1).optional(),
    /** Pairs in the format of LFW's pairs.txt; drawn from the images unless given. */
    pairs: z.string().min(1).optional(),
    /** What to call the images; by default the folder's name. */
    name: z.string().min(1).optional(),
    far: z.number().gt(0).lt(1).default(1e-3),
    /** Add the embeddings of each image and its mirror. */
    flip: z.boolean().default(false),
    /** Of pairs drawn, and of what perturbations draw. */
    seed: z.int().default(1),
  }).prefault({}),
  /** Folder of everything that the sweep writes; by default `runs/` and the file's name. */
  out: z.string().min(1).optional(),
}).refine(({ extends: base, bundle }) => base === undefined || bundle === undefined, { error: 'expected at most one of extends, bundle' })
  .refine(({ axes, rows }) => axes.length + rows.length > 0, { error: 'expected rows or axes, found neither' });

export type SweepFile = z.output<typeof sweepSchema>;
export type SweepAxis = SweepFile['axes'][number];
export type SweepRow = SweepFile['rows'][number];
export type SvmSettings = z.output<typeof svmSchema>;
export type Measure = SweepFile['measure'];

import { parseDecoder } from '@facenet/architecture';
import { parseMix, parseSelection, reductions } from '@facenet/triplet';
import { z } from 'zod';

/** A setting that the triplet library reads itself. */
const readBy = <T>(parse: (value: unknown) => T) => z.unknown().transform((value, context): T => {
  try {
    return parse(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** α: by how much a face of another person must be farther away, as a squared distance. */
const tripletMargin = z.number().gt(0).lt(4).default(0.2);
/** A name, or { kind: semi-hard, choice: …, fallback: … }. */
const selection = readBy(parseSelection).prefault('semi-hard');
/** What the summed loss is divided by. */
const reduction = z.enum(reductions).default('selected');
/** Triplets chosen every so many steps with the latest weights among a part of the training set. */
const offlineSchema = z.strictObject({
  every: z.strictObject({ steps: z.int().positive() }).prefault({ steps: 200 }),
  /** About how many images are looked at; whole identities are drawn. */
  images: z.int().min(10).max(20_000).default(2000),
  /** `batch-hard`: argmax of the positives and argmin of the negatives for every anchor. */
  selection: readBy(parseSelection).prefault('batch-hard'),
  /** Of the batches that are made of them; the others are chosen online. */
  share: z.number().gt(0).max(1).default(0.5),
});
export type OfflineSettings = z.output<typeof offlineSchema>;

/** s: the logits are s times the cosines. */
const scale = z.number().gt(0).max(128).default(32);

/** The settings of each loss. */
const losses = {
  triplet: z.strictObject({
    kind: z.literal('triplet'), margin: tripletMargin, selection, reduction, offline: offlineSchema.optional(),
    /** What the spread-out regulariser, which keeps all directions of the space in use, adds to the loss. */
    spreadOut: z.number().min(0).default(0),
  }),
  /** Cross entropy over the cosines to one direction per identity. */
  softmax: z.strictObject({ kind: z.literal('softmax'), scale }),
  /** The same with an angle, in radians, by which the own identity must win. */
  arcface: z.strictObject({ kind: z.literal('arcface'), scale, margin: z.number().gt(0).lt(1.5).default(0.5) }),
  /** Triplets of the network's embeddings and those of a frozen reference, each other's and their own. */
  harmonic: z.strictObject({
    kind: z.literal('harmonic'), margin: tripletMargin, selection, reduction,
    /** Which sources anchor, positive and negative come from: a name, or weights by name. */
    mix: readBy(parseMix).prefault('union'),
    /** Whether both embeddings of one image make a pair of anchor and positive. */
    sameImage: z.boolean().default(true),
    /** What the mean squared distance to the reference of the same image adds to the loss. */
    regression: z.number().min(0).default(0),
  }),
  /** Tells the picture from the embedding by a decoder, a list of layers: the bottleneck of an autoencoder is the embedding. */
  reconstruction: z.strictObject({ kind: z.literal('reconstruction'), decoder: readBy(parseDecoder) }),
  /** The squared distance to the reference of the same image, alone. */
  regression: z.strictObject({ kind: z.literal('regression') }),
};

/** Every key that some loss has, for messages; each kind then accepts its own only. */
const anyLoss = z.strictObject({
  kind: z.enum(Object.keys(losses) as [keyof typeof losses, ...(keyof typeof losses)[]]).default('triplet'),
  ...Object.fromEntries(Object.values(losses).flatMap(({ shape }) => (
    Object.keys(shape).filter((key) => key !== 'kind').map((key) => [key, z.unknown().optional()])
  ))),
});

/** What a network learns by: a `kind` (triplet unless told) and that kind's settings. */
export const lossSchema = anyLoss.transform((value, context): LossSettings => {
  const given = Object.fromEntries(Object.entries(value).filter(([, setting]) => setting !== undefined));
  const parsed = losses[value.kind].safeParse(given);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    if (issue.code !== 'unrecognized_keys') {
      context.addIssue({ ...issue, code: 'custom' });
      continue;
    }
    const known = Object.keys(losses[value.kind].shape).filter((key) => key !== 'kind');
    for (const key of issue.keys) {
      context.addIssue({ code: 'custom', path: [key], message: `'${value.kind}' has no such setting; it has ${known.join(', ')}` });
    }
  }
  return z.NEVER;
});

export type LossSettings = { [K in keyof typeof losses]: z.output<(typeof losses)[K]> }[keyof typeof losses];
export type LossKind = LossSettings['kind'];
export type LossOf<K extends LossKind> = Extract<LossSettings, { kind: K }>;

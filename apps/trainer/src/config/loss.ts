import { parseSelection, reductions } from '@facenet/triplet';
import { z } from 'zod';

const selectionSchema = z.unknown().transform((value, context) => {
  try {
    return parseSelection(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** α: by how much a face of another person must be farther away, as a squared distance. */
const tripletMargin = z.number().gt(0).lt(4).default(0.2);
/** A name, or { kind: semi-hard, choice: …, fallback: … }. */
const selection = selectionSchema.prefault('semi-hard');
/** What the summed loss is divided by. */
const reduction = z.enum(reductions).default('selected');
/** s: the logits are s times the cosines. */
const scale = z.number().gt(0).max(128).default(32);

/** The settings of each loss. */
const losses = {
  triplet: z.strictObject({ kind: z.literal('triplet'), margin: tripletMargin, selection, reduction }),
  /** Cross entropy over the cosines to one direction per identity. */
  softmax: z.strictObject({ kind: z.literal('softmax'), scale }),
  /** The same with an angle, in radians, by which the own identity must win. */
  arcface: z.strictObject({ kind: z.literal('arcface'), scale, margin: z.number().gt(0).lt(1.5).default(0.5) }),
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

import { z } from 'zod';
import { text, time } from './common.ts';

export const health = z.object({ status: z.literal('ok'), version: z.string() });

export const ready = z.object({
  status: z.literal('ready'),
  model_id: z.string(),
  inference_ms: z.number().meta({ description: 'Of a real face-sized picture through the default model.' }),
  checked_at: time,
});

export const model = z.object({
  model_id: z.string(),
  name: z.string(),
  space_id: z.string(),
  size: z.number(),
  input_size: z.array(z.number()),
  licence: z.string(),
  provider: z.string(),
  fars: z.array(z.number()),
  default: z.boolean(),
});
export type ModelBody = z.output<typeof model>;

export const models = z.object({ models: z.array(model), default_far: z.number(), pipeline: z.string().meta({ description: 'Detector and alignment with their versions.' }) });

/** What a loaded bundle says of vectors of two models: at a false-accept rate, the distance below which they match, and how it was measured. */
export const measuredThreshold = z.object({
  far: z.number(),
  threshold: z.number().meta({ description: 'Squared Euclidean distance, 0 to 4.' }),
  val: z.number().meta({ description: 'Share of pairs of one person that were accepted.' }),
  false_accepts: z.number(),
  pairs_same: z.number(),
  pairs_different: z.number(),
  source: z.string(),
  measured_with: z.string().optional().meta({ description: 'Only where it was taken over: the model that it was measured with, which one of the two was made of.' }),
});
export type MeasuredThresholdBody = z.output<typeof measuredThreshold>;

export const pairThresholds = z.object({
  query_model_id: z.string(),
  gallery_model_id: z.string(),
  query_name: z.string().nullable().meta({ description: 'Null where that model is not loaded.' }),
  gallery_name: z.string().nullable(),
  thresholds: z.array(measuredThreshold).meta({ description: 'The smallest rate first.' }),
});
export type PairThresholdsBody = z.output<typeof pairThresholds>;
export const thresholds = z.object({ pairs: z.array(pairThresholds) });

export const setDefaultModel = z.strictObject({ model_id: text(200) });

export const modelParams = z.strictObject({ model_id: text(200) });
export const loadModel = z.strictObject({ folder: text(500).meta({ description: 'Of a bundle on the disk of the server, below its model root.' }) });
export const unloadedModel = z.object({
  model_id: z.string(),
  state: z.enum(['unloaded', 'unloading']).meta({ description: '`unloading`: nobody finds it any more, but work that began with it goes on.' }),
});

export const status = z.object({
  version: z.string(),
  store: z.object({
    kind: z.enum(['embedded', 'postgres']),
    version: z.string(),
    vector_extension: z.string(),
    faces: z.number(),
    bytes: z.number().nullable(),
    warning: z.string().nullable(),
  }),
  queue: z.object({ waiting: z.number(), running: z.number(), capacity: z.number() }),
});

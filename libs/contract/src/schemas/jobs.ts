import { z } from 'zod';
import { id, text, time } from './common.ts';
import { failure } from './face.ts';

export const jobParams = z.strictObject({ job_id: id });

export const migrate = z.strictObject({ model: text(200).meta({ description: 'By id or name; of the space of the collection.' }) });

/** Long work. It goes on after a restart, and only one replica has it at a time. */
export const job = z.object({
  id,
  collection_id: id,
  kind: z.string().meta({ description: '`clusters` or `migrate`.' }),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  done: z.number(),
  total: z.number(),
  progress: z.number().meta({ description: '0 to 1.' }),
  details: z.record(z.string(), z.unknown()).meta({ description: 'What it was asked for, and counts of what it did.' }),
  error: failure.nullable().meta({ description: 'Why it failed: a row of the table of errors.' }),
  created_at: time,
  updated_at: time,
});
export type JobBody = z.output<typeof job>;

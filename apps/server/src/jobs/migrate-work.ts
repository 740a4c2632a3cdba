import { setTimeout as sleep } from 'node:timers/promises';
import type { Pixels } from '@facenet/face';
import { ModelError, type ModelRegistry } from '../models/model-registry.ts';
import { reembed } from '../models/upgrade/reembed.ts';
import type { GalleryStore } from '../store/store.ts';
import type { JobWork } from './job-runner.ts';

export interface MigrateParts {
  readonly store: GalleryStore;
  readonly models: Pick<ModelRegistry, 'use'>;
  /** Of a kept crop. */
  readonly decodeCrop: (crop: Uint8Array) => Promise<Pixels>;
}

/** Embeds the kept crops of a collection again. */
export function migrateWork({ store, models, decodeCrop }: MigrateParts): JobWork {
  return {
    kind: 'migrate',
    async run(job, { owner, signal }) {
      const pause = (seconds: number): Promise<void> => sleep(1000 * seconds, undefined, { signal });
      try {
        await models.use(String(job.details['model_id']), (model) =>
          reembed(job, { faces: store.faces, jobs: store.jobs, model, decode: decodeCrop, owner, pause }, { signal }));
      } catch (error) {
        // Another replica may have it loaded, or this one will: the claim runs out, and whoever comes first tries again.
        if (!(error instanceof ModelError) || error.reason !== 'not_loaded') throw error;
      }
    },
  };
}

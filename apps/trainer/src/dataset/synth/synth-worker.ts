import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { fileName } from './names.ts';
import { renderImage, type SynthPlan } from './render.ts';

/** All pictures of one person. */
export interface SynthJob {
  readonly plan: SynthPlan;
  readonly index: number;
  readonly folder: string;
}

export type SynthAnswer =
  | { readonly kind: 'picture'; readonly kept: boolean }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly message: string };

// The workers are the parallelism.
sharp.concurrency(1);

const answer = (message: SynthAnswer): void => { parentPort!.postMessage(message); };

parentPort!.on('message', (job: SynthJob) => {
  renderPerson(job).then(
    () => { answer({ kind: 'finished' }); },
    (error: unknown) => { answer({ kind: 'failed', message: (error as Error).message }); },
  );
});

async function renderPerson({ plan, index, folder }: SynthJob): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let image = 0; image < plan.images; image++) {
    const file = path.join(folder, fileName(image));
    const kept = existsSync(file);
    if (!kept) {
      const { pixels: { data, width, height }, quality } = renderImage(plan, index, image);
      // Under its final name a picture is whole, so that going on after an interruption may trust it.
      writeFileSync(`${file}.tmp`, await sharp(data, { raw: { width, height, channels: 3 } }).jpeg({ quality }).toBuffer());
      renameSync(`${file}.tmp`, file);
    }
    answer({ kind: 'picture', kept });
  }
}

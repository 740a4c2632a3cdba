import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { canonicalSpec, initializeWeights, Random, resolveSpec } from '@facenet/architecture';
import sharp from 'sharp';
import { formatExperiment, parseExperiment } from '../config/load.ts';
import { loadDataset } from '../data/dataset.ts';
import { writeFileAtomically } from '@facenet/files';
import { encodeCheckpoint } from '../training/checkpoint.ts';
import { dataDigest, initialState } from '../training/run-state.ts';
import { specHash } from '../training/spec-hash.ts';

/** For tests: people that are patches of colour, a file each, and a run that has learned nothing from them. */
export async function makeFaces(folder: string, people: number, images: number, seed = 9): Promise<void> {
  const random = new Random(seed);
  for (let person = 0; person < people; person++) {
    const patches = Array.from({ length: 4 * 4 * 3 }, () => random.integer(256));
    const home = path.join(folder, `person-${String(person).padStart(2, '0')}`);
    mkdirSync(home, { recursive: true });
    for (let image = 0; image < images; image++) {
      const noisy = Uint8Array.from(patches, (value) => Math.max(0, Math.min(255, value + random.integer(21) - 10)));
      await sharp(noisy, { raw: { width: 4, height: 4, channels: 3 } }).resize(48, 48).png().toFile(path.join(home, `${image}.png`));
    }
  }
}

/** Writes the checkpoint of a run on `faces` and returns the run folder; another width or crop makes another model. */
export async function makeRun(run: string, faces: string, settings = '', { width = 0.25, crop = 0.85 } = {}): Promise<string> {
  const experiment = parseExperiment(`
run: ${run}
model: { extends: nns2, input: [3, 32, 32], width: ${width}, embedding: 16, normalization: batch }
licence: MIT
data: { train: ${faces}, licence: CC0, crop: ${crop}, validation: { identities: 0.5 } }
${settings}`, 'test.yaml');
  const spec = resolveSpec(experiment.model, 'model');
  const data = dataDigest(await loadDataset(experiment, () => undefined));
  mkdirSync(path.join(run, 'checkpoints'), { recursive: true });
  writeFileAtomically(path.join(run, 'checkpoints/step-00000007.safetensors'), encodeCheckpoint({
    step: 7, weights: initializeWeights(spec, { seed: 1, scheme: 'he' }), optimizer: new Map(), head: new Map(), ema: new Map(),
    spec: canonicalSpec(spec), specHash: specHash(spec), experiment: formatExperiment(experiment),
    state: JSON.stringify(initialState(1, data)),
  }, new Map()));
  return run;
}

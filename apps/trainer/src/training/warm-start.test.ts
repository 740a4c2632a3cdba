import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { initializeWeights, resolveSpec } from '@facenet/architecture';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { startingWeights } from './warm-start.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-warm-start-'));
  await makeFaces(path.join(folder, 'faces'), 4, 2);
  await makeRun(path.join(folder, 'run'), path.join(folder, 'faces'));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const spec = resolveSpec({ extends: 'nns2', input: [3, 32, 32], width: 0.25, embedding: 16, normalization: 'batch' }, 'model');
const settings = (reset: string[]): Parameters<typeof startingWeights>[1] => ({ start: { from: path.join(folder, 'run'), reset }, seed: 1, initialization: 'he' });

test('what is reset is another than what the run before began with, by the same seed too', () => {
  // The run holds what seed 1 draws.
  const first = initializeWeights(spec, { seed: 1, scheme: 'he' });
  const kept = startingWeights(spec, settings([]));
  const reset = startingWeights(spec, settings(['last']));
  const changed = [...first.keys()].filter((name) => !reset.get(name)!.every((value, i) => value === first.get(name)![i]));
  expect([...first.keys()].filter((name) => !kept.get(name)!.every((value, i) => value === first.get(name)![i]))).toEqual([]);
  expect(changed).toEqual(['fc2/weight']);
  const [a, b] = [first.get('fc2/weight')!, reset.get('fc2/weight')!];
  const cosine = a.reduce((sum, value, i) => sum + value * b[i]!, 0) / Math.hypot(...a) / Math.hypot(...b);
  // Independent directions of n numbers: a standard deviation of 1 / sqrt(n).
  expect(Math.abs(cosine)).toBeLessThan(4 / Math.sqrt(a.length));
  // And it is repeated to the bit.
  expect(startingWeights(spec, settings(['last'])).get('fc2/weight')).toEqual(b);
});

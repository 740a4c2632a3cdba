// Images per second of one process with two threads against two processes with one thread each, in turns:
//   npx tsx apps/trainer/src/training/scaling.bench.ts [nns2|nn4|nn2 [rounds]]
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mpirun } from '@facenet/collective/testing';
import { makeFaces } from '../model/trained-run.fixture.ts';

/** Images that a thread takes at a time, and how many such micro-batches a step has. */
const shapes: Readonly<Record<string, { readonly microBatch: number; readonly count: number }>> = {
  nns2: { microBatch: 32, count: 8 }, nn4: { microBatch: 32, count: 4 }, nn2: { microBatch: 8, count: 4 },
};
const warmUp = 2;
const steps = 6;

const [model = 'nns2', rounds = '3'] = process.argv.slice(2);
const { microBatch, count } = shapes[model]!;
const command = fileURLToPath(new URL('../../../../bin/facenet.mjs', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'facenet-scaling-'));

/** Median rate of the steps after the first ones, of a run that must have ended well. */
function rateOf(run: string): number {
  const rates = readFileSync(path.join(run, 'metrics.jsonl'), 'utf8').trim().split('\n')
    .map((line) => JSON.parse(line) as { kind: string; time: { imagesPerSecond: number } })
    .filter(({ kind }) => kind === 'train').slice(warmUp).map(({ time }) => time.imagesPerSecond);
  return median(rates);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

try {
  await makeFaces(path.join(folder, 'faces'), count * microBatch / 4, 4);
  const config = path.join(folder, 'scaling.yaml');
  writeFileSync(config, `
model: { extends: ${model}, normalization: batch }
data: { train: ${path.join(folder, 'faces')}, validation: { identities: 0 } }
batch: { identities: ${count * microBatch / 4}, faces: 4, microBatch: ${microBatch} }
duration: { steps: ${steps} }
log: { steps: 1 }
evaluation: { steps: 1000 }
`);
  const train = (run: string, threads: number): string[] => [command, 'train', config, '--no-export', '--set', `run=${run}`, '--set', `engine.threads=${threads}`];
  const rates = { threads: [] as number[], processes: [] as number[] };
  for (let round = 0; round < Number(rounds); round++) {
    const [one, two] = ['one', 'two'].map((name) => path.join(folder, `${name}-${round}`)) as [string, string];
    await promisify(execFile)(process.execPath, train(one, 2));
    rates.threads.push(rateOf(one));
    const { code, stderr } = await mpirun(train(two, 1), { ranks: 2 });
    if (code !== 0) throw new Error(stderr);
    rates.processes.push(rateOf(two));
    console.log(`${model}, round ${round + 1}: 1 × 2 threads ${rates.threads.at(-1)!.toFixed(1)} images/s, 2 × 1 thread ${rates.processes.at(-1)!.toFixed(1)}`);
  }
  const ratio = median(rates.processes.map((rate, i) => rate / rates.threads[i]!));
  console.log(`${model}: two processes have ${ratio.toFixed(2)} of the rate of two threads (median of ${rounds} rounds, ${count} micro-batches of ${microBatch})`);
} finally {
  rmSync(folder, { recursive: true });
}

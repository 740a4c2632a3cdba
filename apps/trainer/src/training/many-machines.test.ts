import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Ended, makeTwoHosts, missingHosts, missingMpi, mpirun, type MpirunOptions } from '@facenet/collective/testing';
import { facenet } from '../commands/run-command.fixture.ts';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { readCheckpoint } from './checkpoint.ts';

const command = fileURLToPath(new URL('../../../../bin/facenet.mjs', import.meta.url));
const steps = 20;

/** Whatever ranks must do alike: a decoder, class directions, triplets chosen offline, averaged weights. */
const stages = `
stages:
  - name: pictures
    duration: { steps: 4 }
    loss: { kind: reconstruction, decoder: [{ kind: expand, name: expand, out: 4, rows: 8, cols: 8 }, { kind: picture, name: picture, kernel: 3, stride: 2 }] }
  - { name: identities, duration: { steps: 5 }, loss: { kind: softmax, scale: 16 } }
  - { name: triplets, duration: { steps: 11 }, loss: { offline: { every: { steps: 3 }, images: 20, share: 0.6 } } }
ema: { decay: 0.9 }
`;
const experiment = (data: string, normalization: 'none' | 'batch'): string => `
model:
  name: tiny
  input: [3, 32, 32]
  embedding: 8
  normalization: ${normalization}
  layers:
    - { kind: conv, name: conv1, out: 8, kernel: 3, stride: 2 }
    - { kind: conv, name: conv2, out: 16, kernel: 3, stride: 2 }
    - { kind: averagePool, name: pool }
    - { kind: embedding, name: embedding }
data: { train: ${data}, validation: { identities: 4, pairs: 40 } }
batch: { identities: 4, faces: 4, negatives: 4, microBatch: 4 }
optimizer: { kind: sgd, momentum: 0.9 }
learningRate: { peak: 0.05 }
duration: { steps: ${steps} }
${normalization === 'batch' ? stages : ''}
log: { steps: 1 }
evaluation: { steps: 10 }
checkpoint: { every: { steps: 4 } }
engine: { threads: 1 }
`;

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-ranks-'));
  await makeFaces(at('faces'), 10, 5);
  for (const normalization of ['none', 'batch'] as const) writeFileSync(at(`${normalization}.yaml`), experiment(at('faces'), normalization));
}, 60_000);
afterAll(() => { rmSync(folder, { recursive: true }); });

type Normalization = 'none' | 'batch';
const argumentsOf = (config: Normalization, run: string, flags: readonly string[] = []): string[] => (
  [command, 'train', at(`${config}.yaml`), '--no-export', '--set', `run=${at(run)}`, ...flags]
);
const alone = async (config: Normalization, run: string, flags: readonly string[] = []): Promise<void> => {
  await promisify(execFile)(process.execPath, argumentsOf(config, run, flags));
};
const together = (config: Normalization, run: string, options: Partial<MpirunOptions> = {}, flags: readonly string[] = []): Promise<Ended> => (
  mpirun(argumentsOf(config, run, flags), { ranks: 2, ...options })
);

/** What several processes are compared with, without batch normalisation. */
let reference: Promise<void> | undefined;
const one = (): Promise<void> => (reference ??= alone('none', 'one'));

const linesOf = (run: string): string[] => {
  try {
    return readFileSync(path.join(at(run), 'metrics.jsonl'), 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
};
const withoutTimes = (run: string): string[] => linesOf(run).map((line) => line.replace(/,"time":\{[^}]*\}\}$/, '}'));
const lossesOf = (run: string): number[] => linesOf(run)
  .map((line) => JSON.parse(line) as { kind: string; loss: number })
  .filter(({ kind }) => kind === 'train').map(({ loss }) => loss);

async function untilLines(run: string, count: number): Promise<void> {
  for (let waited = 0; linesOf(run).length < count && waited < 60_000; waited += 5) await sleep(5);
}

/** The process that mpirun has started for rank 1 of this run. */
function rankOne(run: string): number {
  const pid = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((name) => {
    try {
      return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes('OMPI_COMM_WORLD_RANK=1')
        && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`run=${at(run)}`);
    } catch {
      return false;
    }
  });
  return Number(pid);
}

/** Largest |a − b| ÷ |b| of the losses of two runs. */
function lossDifference(run: string, other: string): number {
  const [ours, theirs] = [lossesOf(run), lossesOf(other)];
  expect([ours.length, theirs.length]).toEqual([steps, steps]);
  return Math.max(...ours.map((loss, i) => Math.abs(loss - theirs[i]!) / Math.abs(theirs[i]!)));
}

const noMpi = missingMpi();
const withMpi = noMpi === undefined ? test : test.skip;
const mpiNote = noMpi === undefined ? '' : ` (skipped: ${noMpi})`;
const noHosts = noMpi ?? missingHosts();
const withHosts = noHosts === undefined ? test : test.skip;
const hostsNote = noHosts === undefined ? '' : ` (skipped: ${noHosts})`;

withMpi(`two processes have the losses of one with the same batches to 1e-5${mpiNote}`, async () => {
  await one();
  expect(await together('none', 'two')).toMatchObject({ code: 0 });
  expect(lossDifference('two', 'one')).toBeLessThan(1e-5);
  // The comparison means something: the loss moves, and each rank had its part of every batch.
  expect(lossesOf('one').at(-1)! / lossesOf('one')[0]!).not.toBeCloseTo(1, 2);
  const tooMany = await together('none', 'too-many', {}, ['--set', 'batch.microBatch=20']);
  expect(tooMany).toMatchObject({ code: 2 });
  expect(tooMany.stderr).toContain('facenet: batch: 1 micro-batches of 20 images cannot be shared by 2 processes');
}, 600_000);

withMpi(`two processes learn from a reference that sees each batch as augmented as one does, to 1e-5${mpiNote}`, async () => {
  await makeRun(at('v1'), at('faces'));
  expect(await facenet('export', at('v1'), '--out', at('v1/bundle'), '--no-measure')).toMatchObject({ code: 0 });
  const harmonic = ['--set', `harmonic={ reference: ${at('v1/bundle')}, view: augmented }`, '--set', 'model.embedding=16', '--set', 'loss={ kind: harmonic, mix: union, selection: all, regression: 1 }'];
  await alone('none', 'harmonic-one', harmonic);
  expect(await together('none', 'harmonic-two', {}, harmonic)).toMatchObject({ code: 0 });
  expect(lossDifference('harmonic-two', 'harmonic-one')).toBeLessThan(1e-5);
  // What v1 sees is part of it: unaugmented it says something else.
  await alone('none', 'harmonic-original', [...harmonic, '--set', 'harmonic.view=original']);
  expect(lossDifference('harmonic-original', 'harmonic-one')).toBeGreaterThan(1e-3);
}, 600_000);

withHosts(`two hosts have the losses of one process to 1e-5${hostsNote}`, async () => {
  const hosts = makeTwoHosts();
  try {
    await one();
    expect(await together('none', 'two-hosts', { hosts })).toMatchObject({ code: 0 });
    expect(lossDifference('two-hosts', 'one')).toBeLessThan(1e-5);
  } finally {
    hosts.dispose();
  }
}, 600_000);

withMpi(`a run whose rank 1 is killed ends, and resumed and interrupted it repeats an uninterrupted one to the bit${mpiNote}`, async () => {
  expect(await together('batch', 'whole')).toMatchObject({ code: 0 });
  const killed = await together('batch', 'broken', {
    interfere: async () => {
      await untilLines('broken', 9);
      process.kill(rankOne('broken'), 'SIGKILL');
    },
  });
  expect(killed.code).not.toBe(0);
  expect(killed.stderr).toMatch(/rank 1 with PID .* exited on signal 9/);
  const interrupted = await together('batch', 'broken', {
    interfere: async ({ pid }) => {
      await untilLines('broken', 14);
      process.kill(pid, 'SIGUSR2');
    },
  }, ['--resume']);
  expect(interrupted).toMatchObject({ code: 130 });
  expect(interrupted.stderr).toMatch(/stopped at step \d+; go on with: mpirun -n 2 npx facenet train .*broken\/config\.yaml --resume/);
  const resumed = await together('batch', 'broken', {}, ['--resume']);
  expect(resumed).toMatchObject({ code: 0 });
  expect(withoutTimes('broken')).toEqual(withoutTimes('whole'));
  const last = `checkpoints/step-${String(steps).padStart(8, '0')}.safetensors`;
  const [whole, broken] = ['whole', 'broken'].map((run) => readCheckpoint(path.join(at(run), last)));
  for (const part of ['weights', 'optimizer', 'ema'] as const) expect(broken![part]).toEqual(whole![part]);

  // Batch statistics are those of one process that had all micro-batches; sums in another order leave the last digits.
  await alone('batch', 'one-batch');
  const alike = readCheckpoint(path.join(at('one-batch'), last));
  expect(lossDifference('whole', 'one-batch')).toBeLessThan(1e-3);
  const statistics = [...alike.weights.keys()].filter((name) => /\/(mean|variance)$/.test(name));
  expect(statistics).toHaveLength(4);
  for (const statistic of statistics) whole!.weights.get(statistic)!.forEach((value, i) => { expect(value).toBeCloseTo(alike.weights.get(statistic)![i]!, 3); });
}, 600_000);

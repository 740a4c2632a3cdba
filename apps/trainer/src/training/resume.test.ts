import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '@facenet/architecture';
import sharp from 'sharp';
import { recordFile } from '../data/readers/recordio.fixture.ts';
import { checkpointIn, readCheckpoint } from './checkpoint.ts';

const command = fileURLToPath(new URL('../../../../bin/facenet.mjs', import.meta.url));
const steps = 30;
const last = `step-${String(steps).padStart(8, '0')}.safetensors`;

/** A run of several parts, with all that a checkpoint may have to hold. */
const stages = `stages:
  - { name: pictures, duration: { steps: 4 }, loss: { kind: reconstruction, decoder: [{ kind: expand, name: expand, out: 4, rows: 4, cols: 4 }, { kind: picture, name: picture, kernel: 3, stride: 2 }] } }
  - { name: identities, duration: { steps: 6 }, loss: { kind: softmax, scale: 16 }, optimizer: { kind: sgd, momentum: 0.9 } }
  - { name: angles, duration: { steps: 6 }, loss: { kind: arcface, scale: 16, margin: 0.2 } }
  - { name: last layer, duration: { steps: 4 }, train: [last] }
  - { name: triplets, duration: { steps: 10 }, freeze: ['conv1/**'], loss: { offline: { every: { steps: 3 }, images: 20, share: 0.6 } } }
ema: { decay: 0.9 }
`;
const experiment = (data: string, stages = ''): string => `
model:
  name: tiny
  input: [3, 16, 16]
  embedding: 8
  normalization: batch
  layers:
    - { kind: conv, name: conv1, out: 8, kernel: 3, stride: 2 }
    - { kind: conv, name: conv2, out: 16, kernel: 3, stride: 2 }
    - { kind: averagePool, name: pool }
    - { kind: embedding, name: embedding }
data: { train: ${data}, workers: 2, validation: { identities: 4, pairs: 40 } }
batch: { identities: 4, faces: 3, negatives: 4, microBatch: 4 }
augmentation: { blur: 0.3, erase: 0.3 }
duration: { steps: ${steps} }
${stages}log: { steps: 3 }
evaluation: { steps: 10 }
checkpoint: { every: { steps: 5 } }
engine: { threads: 2 }
`;

let folder: string;
let config: string;
let staged: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-resume-'));
  const data = path.join(folder, 'faces');
  const random = new Random(5);
  for (let identity = 0; identity < 10; identity++) {
    mkdirSync(path.join(data, `person-${identity}`), { recursive: true });
    const colour = [0, 1, 2].map(() => random.integer(256));
    for (let image = 0; image < 5; image++) {
      const pixels = Uint8Array.from({ length: 20 * 20 * 3 }, (_, i) => (colour[i % 3]! + random.integer(100)) % 256);
      await sharp(pixels, { raw: { width: 20, height: 20, channels: 3 } }).png().toFile(path.join(data, `person-${identity}`, `${image}.png`));
    }
  }
  writeFileSync(path.join(data, 'person-0', 'broken.jpg'), 'no picture');
  // The same faces in one file, of which nothing is kept in memory.
  const records = readdirSync(data).sort().flatMap((person, labels) => (
    readdirSync(path.join(data, person)).sort().map((name) => ({ labels, picture: readFileSync(path.join(data, person, name)) }))
  ));
  const { rec, idx } = recordFile(records);
  writeFileSync(path.join(folder, 'faces.rec'), rec);
  writeFileSync(path.join(folder, 'faces.idx'), idx);
  config = path.join(folder, 'experiment.yaml');
  writeFileSync(config, experiment(data));
  staged = path.join(folder, 'staged.yaml');
  writeFileSync(staged, experiment(`${path.join(folder, 'faces.rec')}, cacheMegabytes: 0`, stages));
});

afterAll(() => { rmSync(folder, { recursive: true }); });

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Starts a run in `run`; `interfere` may send it signals. */
async function train(
  run: string, flags: readonly string[] = [], interfere?: (kill: (signal: NodeJS.Signals) => void) => Promise<void>, file = config,
): Promise<Ended> {
  const child = spawn(process.execPath, [command, 'train', file, '--no-export', '--set', `run=${run}`, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  const ended = new Promise<Ended>((resolve) => { child.on('close', (code, signal) => { resolve({ code, signal, stderr }); }); });
  await interfere?.((signal) => child.kill(signal));
  return await ended;
}

const linesOf = (run: string): string[] => {
  try {
    return readFileSync(path.join(run, 'metrics.jsonl'), 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
};

const withoutTimes = (run: string): string[] => linesOf(run).map((line) => line.replace(/,"time":\{[^}]*\}\}$/, '}'));

/** Signals the run once its log has so many lines. */
const afterLines = (run: string, count: number, signal: NodeJS.Signals) => async (kill: (signal: NodeJS.Signals) => void): Promise<void> => {
  for (let waited = 0; linesOf(run).length < count && waited < 60_000; waited += 5) await sleep(5);
  kill(signal);
};

test('a run that is killed or interrupted and resumed writes the same metrics as an uninterrupted one', async () => {
  const whole = path.join(folder, 'whole');
  const uninterrupted = await train(whole);
  expect(uninterrupted).toMatchObject({ code: 0 });
  expect(uninterrupted.stderr).toContain('1 broken images left out');

  // Where the kill lands is up to the clock; wherever it does, the result must be the same.
  const broken = path.join(folder, 'broken');
  expect(await train(broken, [], afterLines(broken, 6, 'SIGKILL'))).toMatchObject({ signal: 'SIGKILL' });
  expect(linesOf(broken).length).toBeLessThan(linesOf(whole).length);
  const interrupted = await train(broken, ['--resume'], afterLines(broken, 9, 'SIGINT'));
  expect(interrupted).toMatchObject({ code: 130 });
  expect(interrupted.stderr).toMatch(/stopped at step \d+; go on with: npx facenet train .*broken\/config\.yaml --resume/);
  expect(await train(broken, ['--resume'])).toMatchObject({ code: 0 });

  expect(withoutTimes(broken)).toEqual(withoutTimes(whole));
  // The comparison means something: the log has trained, evaluated, and all lines carried a time.
  expect(linesOf(whole).filter((line) => line.includes('"kind":"train"'))).toHaveLength(10);
  expect(linesOf(whole).filter((line) => line.includes('"kind":"evaluation"'))).toHaveLength(4);
  expect(withoutTimes(whole).join()).not.toContain('"time"');
  expect(readdirSync(path.join(broken, 'checkpoints')).sort()).toEqual(['best.safetensors', 'step-00000025.safetensors', last]);
}, 300_000);

test('a run of stages on a set that streams repeats exactly after a kill and an interruption, with its head, its average and each optimiser', async () => {
  const whole = path.join(folder, 'staged-whole');
  expect(await train(whole, [], undefined, staged)).toMatchObject({ code: 0 });
  const broken = path.join(folder, 'staged-broken');
  expect(await train(broken, [], afterLines(broken, 5, 'SIGKILL'), staged)).toMatchObject({ signal: 'SIGKILL' });
  expect(await train(broken, ['--resume'], afterLines(broken, 12, 'SIGINT'), staged)).toMatchObject({ code: 130 });
  expect(await train(broken, ['--resume'], undefined, staged)).toMatchObject({ code: 0 });
  expect(withoutTimes(broken)).toEqual(withoutTimes(whole));
  const [ours, theirs] = [broken, whole].map((run) => readCheckpoint(path.join(run, 'checkpoints', last)));
  expect(ours!.weights).toEqual(theirs!.weights);
  expect(ours!.ema).toEqual(theirs!.ema);
  // The best is of the last stage, which begins after step 20, however well an earlier one did.
  expect(readCheckpoint(checkpointIn(whole)).step).toBeGreaterThan(20);
  const text = linesOf(whole).join('\n');
  for (const stage of ['pictures', 'identities', 'angles', 'last layer', 'triplets']) expect(text).toContain(`stage '${stage}'`);
  expect(text).toContain('classAccuracy');
  expect(text).toContain('positiveDistance');
}, 300_000);

test('a run starts from the weights of another, but for what is reset', async () => {
  const first = path.join(folder, 'first');
  expect(await train(first, ['--set', 'duration.steps=2'])).toMatchObject({ code: 0 });
  const wider = ['--set', `start.from=${first}`, '--set', 'model.embedding=12', '--set', 'train=[last]', '--set', 'duration.steps=1'];
  const refused = await train(path.join(folder, 'second'), wider);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("'embedding/weight' has 128 numbers there, expected [12, 16] (192)");
  expect(await train(path.join(folder, 'second'), [...wider, '--set', 'start.reset=[last]'])).toMatchObject({ code: 0 });
  const [before, after] = [first, path.join(folder, 'second')].map((run) => readCheckpoint(checkpointIn(run)).weights);
  expect(after!.get('conv2/weight')).toEqual(before!.get('conv2/weight'));
  expect(after!.get('embedding/weight')).toHaveLength(192);
}, 300_000);

test('a folder with a run takes neither a new run nor another network, and says which settings changed', async () => {
  const run = path.join(folder, 'short');
  expect(await train(run, ['--set', 'duration.steps=2'])).toMatchObject({ code: 0 });
  const again = await train(run, ['--set', 'duration.steps=2']);
  expect(again).toMatchObject({ code: 2 });
  expect(again.stderr).toContain('holds a run already; go on with --resume');
  const changed = await train(run, ['--resume', '--set', 'duration.steps=3']);
  expect(changed).toMatchObject({ code: 0 });
  expect(changed.stderr).toContain('duration.steps: was 2 until the checkpoint, is 3 from here on');
  const other = await train(run, ['--resume', '--set', 'model.embedding=16']);
  expect(other).toMatchObject({ code: 2 });
  expect(other.stderr).toContain('holds another network');
}, 300_000);

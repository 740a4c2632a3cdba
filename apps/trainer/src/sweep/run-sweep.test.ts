import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { facenet } from '../commands/run-command.fixture.ts';
import { readBundleFolder } from '@facenet/model';
import { makeFaces } from '../model/trained-run.fixture.ts';
import { planSweep } from './plan.ts';
import type { RowResult } from './row-result.ts';
import { runSweep } from './run-sweep.ts';

let folder: string;
const at = (...names: string[]): string => path.join(folder, ...names);

const base = (): string => `
model:
  name: tiny
  input: [3, 16, 16]
  embedding: 8
  normalization: batch
  layers:
    - { kind: conv, name: conv1, out: 8, kernel: 3, stride: 2 }
    - { kind: averagePool, name: pool }
    - { kind: embedding, name: embedding }
data: { train: ${at('faces')}, validation: { identities: 6, pairs: 80 } }
batch: { identities: 4, faces: 3, microBatch: 4 }
duration: { steps: 6 }
log: { steps: 3 }
evaluation: { steps: 3 }
checkpoint: { every: { steps: 2 } }
engine: { threads: 1 }
`;

const sweep = (rows: string): string => `
title: Little sweep
extends: base.yaml
axes: [{ set: batch.faces, values: [2, 3] }]
${rows}
measure: { images: ${at('unseen')}, far: 0.05 }
out: ${at('out')}
`;

const rows = `rows:
  - { name: uneven, set: { batch: { microBatch: 5 } } }
  - { name: worse, perturb: { pixels: 9 } }
  - { name: machine, svm: { models: [worse] } }`;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-sweep-'));
  await makeFaces(at('faces'), 16, 4);
  // The fixture draws the same people each time: those after the first 16 are others.
  await makeFaces(at('unseen'), 36, 4);
  for (const name of readdirSync(at('unseen')).slice(0, 16)) rmSync(at('unseen', name), { recursive: true });
  writeFileSync(at('base.yaml'), base());
}, 300_000);
afterAll(() => { rmSync(folder, { recursive: true }); });

const resultsIn = (out: string): RowResult[] => (JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as { rows: RowResult[] }).rows;

test('fills a table, notes the row that fails, and goes on where it stopped', async () => {
  writeFileSync(at('sweep.yaml'), sweep(rows));
  const first = await facenet('sweep', at('sweep.yaml'), '--json');
  expect(first).toMatchObject({ code: 1 });
  expect(first.stderr).toContain('1 rows failed: uneven');
  const [printed] = JSON.parse(first.stdout) as [{ rows: RowResult[]; table: string; report: string }];
  expect(printed.rows).toEqual(resultsIn(at('out')));
  const byName = Object.fromEntries(printed.rows.map((row) => [row.name, row]));
  expect(byName['uneven']).toMatchObject({ status: 'failed', error: expect.stringContaining('12 images, which is no multiple of microBatch 5') as string });

  // The figures are those that `evaluate` finds on the bundle, and that the run wrote at its best step.
  const { evaluation, training, heldOut, cost } = byName['faces 3']!;
  const evaluated = JSON.parse((await facenet('evaluate', '--model', training!.bundle!, '--images', at('unseen'), '--far', '0.05', '--no-report', '--json')).stdout) as Record<string, unknown>;
  expect(evaluated).toMatchObject({ ...evaluation });
  const metrics = readFileSync(path.join(training!.run, 'metrics.jsonl'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
  const best = metrics.filter(({ kind, step }) => kind === 'evaluation' && step === training!.bestStep).at(-1)!;
  expect(heldOut).toEqual({ accuracy: best['accuracy'], standardError: best['accuracyStandardError'], val: best['val'], far: best['valFar'] });
  // 16 × 16 halved is 8 × 8: 8 filters of 3 × 3 × 3 and a bias at 64 places, then 8 × 8 and 8 biases.
  expect(cost).toMatchObject({ multiplyAdds: 64 * 8 * (27 + 1) + 8 * (8 + 1), embedding: 8 });
  expect(training).toMatchObject({ steps: 6, examples: 6 * 12 });

  // Of the same experiment as 'faces 3', so it trained for both; perturbed crops give other figures.
  expect(byName['worse']).toMatchObject({ training });
  expect(byName['worse']!.heldOut).toBeUndefined();
  expect(byName['worse']!.evaluation!.areaUnderRoc).not.toBe(evaluation!.areaUnderRoc);
  expect(byName['machine']).toMatchObject({ svm: { features: 'difference', people: expect.any(Number) as number }, evaluation: { images: 80 } });

  const table = readFileSync(printed.table, 'utf8');
  expect(table).toContain('| row | parameters | multiply-adds |');
  expect(table).toMatch(/\| uneven \|.*no multiple of microBatch 5 \|/);
  const page = readFileSync(printed.report, 'utf8');
  expect(page).toContain('<h1>Little sweep</h1>');
  expect(page).toMatch(/<h3>Failed<\/h3>\s*<table><tr><th>uneven<\/th><td>batch: .*no multiple of microBatch 5/);
  expect(page.match(/<svg/g)).toHaveLength(2);
  expect(readdirSync(at('out')).filter((name) => name.endsWith('.svg'))).toEqual(['faces-accuracy.svg', 'faces-val.svg']);

  // Again, with the failing row mended and another axis value: only these are new.
  writeFileSync(at('sweep.yaml'), sweep(rows.replace('microBatch: 5', 'microBatch: 6')).replace('[2, 3]', '[3, 5]'));
  const second = await facenet('sweep', at('sweep.yaml'));
  expect(second).toMatchObject({ code: 0 });
  expect(second.stderr.match(/\S+ ?\S*: done before/g)).toEqual(['worse: done before', 'machine: done before', 'faces 3: done before'].map((text) => expect.stringContaining(text.split(' ').at(-3)!) as string));
  expect(resultsIn(at('out')).map(({ name, status }) => [name, status])).toEqual(['uneven', 'worse', 'machine', 'faces 3', 'faces 5'].map((name) => [name, 'done']));
}, 300_000);

test('an interrupted row goes on from its checkpoint to the same weights', async () => {
  const spy = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  writeFileSync(at('one.yaml'), sweep('').replace('[2, 3]', '[4]'));
  const whole = await planSweep(at('one.yaml'), { out: at('whole') });
  const never = new AbortController().signal;
  const complete = await runSweep(whole, { signal: never });

  const plan = await planSweep(at('one.yaml'), { out: at('broken') });
  let asked = 0;
  // As if Ctrl-C came early in the six steps; in which of them depends on how often the loop asks.
  const signal = { get aborted() { return ++asked > 4; } } as AbortSignal;
  await expect(runSweep(plan, { signal })).rejects.toThrow(/^stopped at step [1-5] of row 'faces 4'; the same command goes on/);
  expect(existsSync(at('broken', 'rows'))).toBe(false);
  const resumed = await runSweep(plan, { signal: never });

  const modelOf = async ({ rows: [row] }: typeof resumed): Promise<string> => (await readBundleFolder(row!.training!.bundle!)).manifest.modelId;
  expect(await modelOf(resumed)).toBe(await modelOf(complete));
  expect(resumed.rows[0]!.evaluation).toEqual(complete.rows[0]!.evaluation);
  expect(spy).toHaveBeenCalledWith(expect.stringContaining('going on from'));
  spy.mockRestore();
}, 300_000);

test('runs one row alone, and says which there are', async () => {
  writeFileSync(at('alone.yaml'), sweep(rows));
  expect(await facenet('sweep', at('alone.yaml'), '--only', 'wrose', '--out', at('alone'))).toMatchObject({
    code: 2, stderr: expect.stringContaining("has no such row; did you mean 'worse'?") as string,
  });
  // The machine's model was never trained in this folder.
  const machine = await facenet('sweep', at('alone.yaml'), '--only', 'machine', '--out', at('alone'));
  expect(machine).toMatchObject({ code: 1, stderr: expect.stringContaining("needs the model of row 'worse', which is not done") as string });
  expect(resultsIn(at('alone')).map(({ name }) => name)).toEqual(['machine']);
  const dry = await facenet('sweep', at('alone.yaml'), '--dry-run', '--json', '--out', at('alone'));
  const [{ rows: described }] = JSON.parse(dry.stdout) as [{ rows: { name: string; status: string; examples: number | null }[] }];
  expect(described.map(({ name, status, examples }) => [name, status, examples])).toEqual([
    ['uneven', 'to do', 72], ['worse', 'to do', 72], ['machine', 'failed before', null], ['faces 2', 'to do', 48], ['faces 3', 'to do', 72],
  ]);
}, 300_000);

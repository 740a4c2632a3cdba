import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { makeFaces, makeRun } from '../model/trained-run.fixture.ts';
import { exportModel } from '../model/export-model.ts';
import { describePlan } from './describe-plan.ts';
import { planSweep, type SweepChanges, type SweepPlan } from './plan.ts';

// Bundles are made and read, which takes long beside other work.
jest.setTimeout(300_000);

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-plan-'));
  await makeFaces(at('faces'), 10, 4);
  await makeRun(at('run'), at('faces'));
  await exportModel(at('run'), { out: at('bundle'), images: false });
  writeFileSync(at('base.yaml'), `
model: { extends: nns2, input: [3, 32, 32], width: 0.25, normalization: batch }
data: { train: ${at('faces')}, crop: 0.9 }
duration: { steps: 100 }
`);
});
afterAll(() => { rmSync(folder, { recursive: true }); });

let files = 0;

async function plan(text: string, changes: SweepChanges = {}): Promise<SweepPlan> {
  const file = at(`sweep-${files++}.yaml`);
  writeFileSync(file, `title: Try\n${text}`);
  return planSweep(file, { images: at('faces'), ...changes });
}

const experimentsOf = ({ rows }: SweepPlan) => rows.map(({ work }) => (work.kind === 'train' ? work.experiment : undefined)!);

test('rows are what is common, changed by the command line, changed by what is their own', async () => {
  const planned = await plan(`
extends: base.yaml
set: { duration: { epochs: 2 }, learningRate: { peak: 5.0e-3 } }
rows:
  - { name: plain }
  - { name: deep, set: { learningRate: { warmup: 0.5 }, data.crop: 0.8 } }
  - { name: other, set: { model: { extends: nns2, input: [3, 48, 48], normalization: batch } } }
axes:
  - { set: model.embedding, values: [32, 64] }
`, { set: ['learningRate.peak=1e-4', 'data.crop=0.7'] });
  expect(planned.rows.map(({ name }) => name)).toEqual(['plain', 'deep', 'other', 'embedding 32', 'embedding 64']);
  const [plain, deep, other, e32] = experimentsOf(planned);
  // A length is replaced as a whole: epochs beside steps would be an error.
  expect(plain).toMatchObject({ duration: { epochs: 2 }, learningRate: { peak: 1e-4, warmup: 0.02 }, data: { crop: 0.7 } });
  expect(plain!.duration.steps).toBeUndefined();
  // A mapping is merged, so the rest of it stays.
  expect(deep).toMatchObject({ learningRate: { peak: 1e-4, warmup: 0.5 }, data: { crop: 0.8, train: at('faces') } });
  // A network that names its base is another one: no width is left of the first.
  expect(other!.model).toEqual({ extends: 'nns2', input: [3, 48, 48], normalization: 'batch' });
  expect(e32!.model).toMatchObject({ embedding: 32, width: 0.25 });
});

test('the same experiment has the same digest however it is written, and another one has another', async () => {
  const digests = async (rows: string, changes?: SweepChanges): Promise<string[]> => (await plan(`extends: base.yaml\n${rows}`, changes)).rows.map(({ digest }) => digest);
  const [a, b, c, d] = await digests(`rows:
  - { name: a }
  - { name: b, set: { model: { width: 0.25, normalization: batch, input: [3, 32, 32], extends: nns2 } } }
  - { name: c, set: { seed: 2 } }
  - { name: d, perturb: { shift: 0, scale: 1 } }
`);
  expect([b, d]).toEqual([a, a]);
  expect(c).not.toBe(a);
  // Measured on other images, the result is another one.
  await makeFaces(at('others'), 6, 4);
  expect(await digests('rows: [{ name: a }]', { images: at('others') })).not.toEqual([a]);
});

test('an axis of perturbations measures a bundle, and its untouched end is the untouched row', async () => {
  const { rows, axes } = await plan(`
bundle: ${at('bundle')}
rows: [{ name: untouched }]
axes: [{ perturb: rotation, values: [0, 10] }, { perturb: jpeg, values: [50], name: JPEG }]
`);
  expect(rows.map(({ name, work, perturbation }) => [name, work.kind, perturbation])).toEqual([
    ['untouched', 'bundle', {}], ['rotation 0', 'bundle', {}], ['rotation 10', 'bundle', { rotation: 10 }], ['JPEG 50', 'bundle', { jpeg: 50 }],
  ]);
  expect(rows[1]!.digest).toBe(rows[0]!.digest);
  expect(axes[0]).toMatchObject({ name: 'rotation', perturbs: true, points: [{ row: 'rotation 0', x: 0 }, { row: 'rotation 10', x: 10 }] });
});

test('a mistake is blamed on its line', async () => {
  const message = async (text: string, changes?: SweepChanges): Promise<string> => {
    try {
      await plan(text, changes);
    } catch (error) {
      return (error as Error).message.replace(/^.*\/(?=[^/]*\.yaml)/, '').replace(/^sweep-\d+/, 'x');
    }
    throw new Error('expected an error');
  };
  expect(await message('extends: base.yaml\naxis: []\n')).toMatch(/^x\.yaml:3: unknown key 'axis'; did you mean 'axes'\?/);
  expect(await message('extends: base.yaml\nrows:\n  - name: a\n    perturb: { jepg: 3 }\n')).toBe("x.yaml:5: unknown key 'rows.0.perturb.jepg'; did you mean 'jpeg'?");
  expect(await message('extends: base.yaml\nrows:\n  - { name: a }\n  - { name: b, set: { bacth: { faces: 3 } } }\n')).toBe("x.yaml:5: row 'b': unknown key 'bacth'; did you mean 'batch'?");
  expect(await message('extends: base.yaml\nset:\n  batch:\n    faces: 1\nrows: [{ name: a }]\n')).toMatch(/^x\.yaml:5: 'batch\.faces': .*>=2/);
  expect(await message('extends: base.yaml\naxes:\n  - set: model.embedding\n    values: [32, x]\n')).toMatch(/^x\.yaml:5: row 'embedding x': model\.embedding.*got "x"/);
  expect(await message('extends: base.yaml\naxes:\n  - { perturb: jpeg, values: [500] }\n')).toMatch(/^x\.yaml:4: row 'jpeg 500': perturb: jpeg: expected a whole quality from 1 to 100, got 500/);
  expect(await message('extends: base.yaml\nrows:\n  - { name: a }\n  - { name: a }\n')).toMatch(/^x\.yaml:5: a second row is called 'a'/);
  expect(await message(`bundle: ${at('bundle')}\nrows:\n  - { name: a, set: { seed: 3 } }\n`)).toMatch(/^x\.yaml:4: row 'a': 'set' changes an experiment/);
  expect(await message(`bundle: ${at('bundle')}\nrows:\n  - { name: a }\n`, { images: undefined })).toMatch(/^x\.yaml:4: row 'a' has nothing to be measured on; expected measure\.images/);
  expect(await message('extends: base.yaml\nrows:\n  - { name: first }\n  - { name: svm, svm: { models: [frist] } }\n')).toMatch(/^x\.yaml:5: row 'svm': neither a row before it nor a folder is called 'frist'; did you mean 'first'\?/);
  expect(await message('extends: nowhere.yaml\nrows: [{ name: a }]\n')).toMatch(/nowhere\.yaml: cannot read the config \(ENOENT\)/);
  expect(await message('extends: base.yaml\n')).toMatch(/expected rows or axes, found neither/);
});

test('says what a sweep will do: faces to see follow from the length and the folder', async () => {
  const described = describePlan(await plan(`
extends: base.yaml
set: { batch: { identities: 4, faces: 3, microBatch: 4 }, data.validation.identities: 2 }
axes: [{ set: duration, values: [{ steps: 5 }, { epochs: 3 }, { minutes: 1 }] }]
`));
  // 8 identities with 4 images are left: 3 × 32 faces are 8 batches of 12.
  expect(described.rows.map(({ length, examples, status }) => [length, examples, status])).toEqual([['5 steps', 60, 'to do'], ['3 epochs', 96, 'to do'], ['1 minutes', null, 'to do']]);
});

test('every sweep of the repository can be planned', async () => {
  const configs = fileURLToPath(new URL('../../../../configs/', import.meta.url));
  const names = readdirSync(configs).filter((name) => name.startsWith('sweep-'));
  expect(names).toEqual(['data', 'embedding', 'input-size', 'networks', 'quality', 'robustness'].map((name) => `sweep-${name}.yaml`));
  for (const name of names) {
    const measured = ['quality', 'robustness'].some((kind) => name.includes(kind));
    const { rows } = await planSweep(path.join(configs, name), { images: at('faces'), ...(measured ? { bundle: at('bundle') } : { set: [`data.train=${at('faces')}`] }) });
    expect(rows.length).toBeGreaterThan(3);
    for (const { work } of rows) {
      if (work.kind !== 'train') continue;
      const { batch, data } = work.experiment;
      expect((batch.identities * batch.faces + batch.negatives) % batch.microBatch).toBe(0);
      expect(data.train).toBe(at('faces'));
    }
  }
});

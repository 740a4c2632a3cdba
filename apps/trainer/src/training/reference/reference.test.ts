// Trains harmonic to a tiny bundle and to the same vectors in a file, through the command line.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { facenet } from '../../commands/run-command.fixture.ts';
import { readEmbeddingsFile } from '../../embeddings-file/index.ts';
import { makeFaces, makeRun } from '../../model/trained-run.fixture.ts';
import { decodeTensorFile } from '../tensor-file.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-reference-'));
  await makeFaces(at('faces'), 6, 4);
  await makeRun(at('v1'), at('faces'));
  expect(await facenet('export', at('v1'), '--out', at('v1/bundle'), '--no-measure')).toMatchObject({ code: 0 });
  expect(await facenet('embed', at('faces'), '--out', at('v1.jsonl'), '--crop', '--model', at('v1/bundle'))).toMatchObject({ code: 0 });
  writeFileSync(at('experiment.yaml'), `
model: { extends: nns2, input: [3, 36, 28], width: 0.25, embedding: 16, normalization: batch }
harmonic: { reference: ${at('v1/bundle')} }
loss: { kind: harmonic, mix: union, selection: all, regression: 1 }
data: { train: ${at('faces')}, validation: { identities: 2 } }
batch: { identities: 4, faces: 2, microBatch: 8 }
learningRate: { peak: 3.0e-3, warmup: 0, schedule: constant }
duration: { steps: 30 }
log: { steps: 10 }
engine: { threads: 1 }
`);
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const train = (run: string, ...settings: string[]): ReturnType<typeof facenet> => (
  facenet('train', at('experiment.yaml'), '--no-export', ...[`run=${at(run)}`, ...settings].flatMap((setting) => (setting.startsWith('--') ? [setting] : ['--set', setting])))
);
const metrics = (run: string, wanted: string): Record<string, number>[] => readFileSync(at(`${run}/metrics.jsonl`), 'utf8').trim().split('\n')
  .map((line) => JSON.parse(line) as Record<string, number>).filter(({ kind }) => String(kind) === wanted);
const logged = (run: string): Record<string, number>[] => metrics(run, 'train');
const evaluations = (run: string): Record<string, number>[] => metrics(run, 'evaluation');

test('a network comes nearer to the embeddings of a bundle, which are those of the images as they are', async () => {
  expect(await train('near')).toMatchObject({ code: 0 });
  const distances = logged('near').map(({ referenceDistance }) => referenceDistance!);
  expect(distances).toHaveLength(3);
  expect(distances[2]).toBeLessThan(0.7 * distances[0]!);

  // `facenet embed` reads, crops and embeds the files on a path of its own.
  const { tensors } = decodeTensorFile(readFileSync(at('near/reference.safetensors')), 'reference');
  const kept = tensors.get('embeddings')!;
  const file = readEmbeddingsFile(at('v1.jsonl'));
  const found = Array.from({ length: kept.shape[0]! }, (_, row) => kept.data.subarray(16 * row, 16 * row + 16));
  const all = Array.from(file.keys, (_, row) => file.data.subarray(16 * row, 16 * row + 16));
  for (const row of found) expect(Math.min(...all.map((other) => Math.max(...row.map((value, i) => Math.abs(value - other[i]!)))))).toBeLessThan(1e-5);
  // Those held out too, for the search across.
  expect(found).toHaveLength(24);
}, 120_000);

test('a file of embeddings serves as well, mapped by a declared matrix too', async () => {
  const short = ['duration.steps=2', 'log.steps=1'];
  expect(await train('file', ...short, `harmonic.reference=${at('v1.jsonl')}`)).toMatchObject({ code: 0 });
  const [bundle, file] = [await train('bundle', ...short), logged('file')];
  expect(bundle).toMatchObject({ code: 0 });
  // The same vectors, but for the digits that the file keeps.
  expect(file[0]!['loss']).toBeCloseTo(logged('bundle')[0]!['loss']!, 4);

  // The identity maps nothing: the loss must be that of no projection.
  writeFileSync(at('identity.json'), JSON.stringify(Array.from({ length: 16 }, (_, i) => Array.from({ length: 16 }, (__, j) => Number(i === j)))));
  expect(await train('identity', ...short, `harmonic.projection=${at('identity.json')}`)).toMatchObject({ code: 0 });
  expect(logged('identity')[0]!['loss']).toBeCloseTo(logged('bundle')[0]!['loss']!, 5);
  // From 16 numbers to 8.
  writeFileSync(at('half.json'), JSON.stringify(Array.from({ length: 8 }, (_, i) => Array.from({ length: 16 }, (__, j) => Number(i === j)))));
  expect(await train('half', ...short, 'model.embedding=8', `harmonic.projection=${at('half.json')}`)).toMatchObject({ code: 0 });
}, 120_000);

test('people held out are looked for among the embeddings of the reference, and the best step is the best at that', async () => {
  const heldOut = readdirSync(at('faces')).slice(0, 4);
  const four = [`data.validation.identities=[${heldOut.join(', ')}]`, 'batch={ identities: 2, faces: 4, microBatch: 8 }', 'duration.steps=3', 'evaluation={ steps: 1 }', 'log.steps=1'];
  expect(await train('across', ...four)).toMatchObject({ code: 0 });
  const measured = evaluations('across').map(({ acrossAccuracy, step }) => ({ acrossAccuracy: acrossAccuracy!, step: step! }));
  expect(measured.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
  const best = measured.slice(1).reduce((a, b) => (b.acrossAccuracy > a.acrossAccuracy ? b : a));
  expect(readFileSync(at('across/report.html'), 'utf8')).toContain(`${(100 * best.acrossAccuracy).toFixed(2)} % held-out accuracy against the reference at step ${best.step}`);

  // A file serves as well, and says so where it has only the training images.
  expect(await train('across-file', ...four, `harmonic.reference=${at('v1.jsonl')}`)).toMatchObject({ code: 0 });
  expect(evaluations('across-file').map(({ acrossAccuracy }) => acrossAccuracy)).toEqual(measured.map(({ acrossAccuracy }) => acrossAccuracy));
  const lines = readFileSync(at('v1.jsonl'), 'utf8').trim().split('\n');
  writeFileSync(at('trained.jsonl'), lines.filter((line) => !line.includes(`${heldOut[0]!}/`)).join('\n'));
  const { code, stderr } = await train('across-part', ...four, `harmonic.reference=${at('trained.jsonl')}`);
  expect(code).toBe(0);
  expect(stderr).toContain('lacks images of people held out');
  expect(evaluations('across-part').every(({ acrossAccuracy }) => acrossAccuracy === undefined)).toBe(true);
}, 120_000);

const still = 'augmentation={ mirror: 0, shift: 0, scale: 0, colour: 0, grey: 0, blur: 0 }';
const asAugmented = 'harmonic.view=augmented';

test('a bundle embeds what augmentation makes of each image', async () => {
  const short = ['duration.steps=3', 'log.steps=1', 'data.crop=0.85', 'evaluation={ steps: 3 }'];
  // With nothing augmented both views are one.
  expect(await train('still', ...short, still)).toMatchObject({ code: 0 });
  expect(await train('still-augmented', ...short, still, asAugmented)).toMatchObject({ code: 0 });
  const losses = (run: string): number[] => logged(run).map(({ loss }) => loss!);
  losses('still').forEach((loss, i) => { expect(losses('still-augmented')[i]).toBeCloseTo(loss, 4); });
  expect(evaluations('still-augmented').map(({ acrossAccuracy }) => acrossAccuracy)).toEqual(evaluations('still').map(({ acrossAccuracy }) => acrossAccuracy));

  // All turned left for right: v1 has to be that of files turned by another program.
  for (const person of readdirSync(at('faces'))) {
    mkdirSync(at(`flopped/${person}`), { recursive: true });
    for (const file of readdirSync(at(`faces/${person}`))) await sharp(at(`faces/${person}/${file}`)).flop().png().toFile(at(`flopped/${person}/${file}`));
  }
  expect(await facenet('embed', at('flopped'), '--out', at('turned.jsonl'), '--crop', '--model', at('v1/bundle'))).toMatchObject({ code: 0 });
  const mirrored = still.replace('mirror: 0', 'mirror: 1');
  expect(await train('mirrored', ...short, mirrored, asAugmented)).toMatchObject({ code: 0 });
  expect(await train('turned', ...short, mirrored, `harmonic.reference=${at('turned.jsonl')}`)).toMatchObject({ code: 0 });
  losses('turned').forEach((loss, i) => { expect(losses('mirrored')[i]).toBeCloseTo(loss, 4); });
  expect(Math.abs(losses('mirrored')[0]! - losses('still')[0]!)).toBeGreaterThan(1e-3);
}, 120_000);

test('a run that is stopped and resumed sees the same embeddings of augmented images', async () => {
  const settings = ['log.steps=1', asAugmented];
  expect(await train('through', ...settings, 'duration.steps=6')).toMatchObject({ code: 0 });
  expect(await train('halves', ...settings, 'duration.steps=3')).toMatchObject({ code: 0 });
  expect(await train('halves', ...settings, 'duration.steps=6', '--resume')).toMatchObject({ code: 0 });
  expect(logged('halves').map(({ loss }) => loss)).toEqual(logged('through').map(({ loss }) => loss));
}, 120_000);

test('what does not fit is refused with both numbers', async () => {
  const refused = async (...settings: string[]): Promise<string> => {
    const { code, stderr } = await train('refused', ...settings);
    rmSync(at('refused'), { recursive: true, force: true });
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused('model.embedding=8')).toContain('has embeddings of 16 numbers, this network 8; set model.embedding=16, or declare harmonic.projection');
  writeFileSync(at('wrong.json'), '[[1, 2], [3, 4]]');
  expect(await refused(`harmonic.projection=${at('wrong.json')}`)).toContain('is [2, 2]; expected [16, 16]');
  expect(await refused(`harmonic.reference=${at('nowhere')}`)).toContain('no such bundle or file of embeddings');
  expect(await refused('harmonic={ reference: x, margin: 1 }')).toContain("unknown key 'harmonic.margin'");
  expect(await refused(`harmonic.reference=${at('v1.jsonl')}`, asAugmented)).toMatch(/harmonic\.view: expected 'original'.*'augmented' needs a bundle/);
  const lines = readFileSync(at('v1.jsonl'), 'utf8').trim().split('\n');
  writeFileSync(at('part.jsonl'), lines.filter((line) => !line.includes('person-')).concat(lines.at(-1)!).join('\n'));
  expect(await refused(`harmonic.reference=${at('part.jsonl')}`)).toMatch(/no embedding of 'person-.*missing/);
}, 120_000);

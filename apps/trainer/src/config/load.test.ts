import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resolveSpec } from '@facenet/architecture';
import { z } from 'zod';
import { UsageError } from '../cli/errors.ts';
import { formatExperiment, loadExperiment, parseExperiment, parseSettings } from './load.ts';

const minimal = 'data: { train: faces }\n';

function messageOf(text: string, overrides: string[] = []): string {
  try {
    parseExperiment(text, 'x.yaml', overrides);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('expected an error');
}

test('fills in every default', () => {
  const experiment = parseExperiment(minimal, 'x.yaml');
  expect(experiment).toMatchObject({
    model: 'nns2', data: { train: 'faces', validation: { identities: 0.1 } }, loss: { margin: 0.2, selection: { kind: 'semi-hard' } },
    optimizer: { kind: 'adam' }, learningRate: { peak: 1e-3, schedule: 'cosine' }, duration: { epochs: 20 },
  });
});

test('a resolved experiment reads back as itself', () => {
  const experiment = parseExperiment(minimal, 'x.yaml', ['loss.selection.kind=hard', 'duration={ minutes: 3 }']);
  expect(parseExperiment(formatExperiment(experiment), 'y.yaml')).toEqual(experiment);
});

test('an unknown key is an error that names file, line and the key that was meant', () => {
  expect(messageOf(`${minimal}learningrate: { peak: 1 }\n`)).toBe("x.yaml:2: unknown key 'learningrate'; did you mean 'learningRate'?");
  expect(messageOf('data:\n  train: faces\n  validation:\n    identites: 3\n'))
    .toBe("x.yaml:4: unknown key 'data.validation.identites'; did you mean 'identities'?");
});

test('a key far from every known one lists what is known', () => {
  expect(messageOf(`${minimal}checkpoint: { banana: 1 }\n`)).toContain('known here: every, keep');
});

test('every bad value is reported at its own line', () => {
  expect(messageOf('data: { train: faces }\nbatch:\n  faces: 1\nloss:\n  margin: 9\n').split('\n')).toEqual([
    expect.stringMatching(/^x\.yaml:3: 'batch\.faces': .*>=2/), expect.stringMatching(/^x\.yaml:5: 'loss\.margin': .*<4/),
  ]);
  expect(messageOf(`${minimal}loss: { selection: semihard }\n`)).toMatch(/x\.yaml:2: 'loss\.selection': .*semi-hard, hard/);
});

test('a duration has exactly one unit', () => {
  expect(messageOf(`${minimal}duration: { steps: 3, epochs: 1 }\n`)).toContain("'duration': expected exactly one of steps, epochs, examples, minutes");
  expect(messageOf(`${minimal}evaluation: { minutes: 3 }\n`)).toContain("unknown key 'evaluation.minutes'");
});

test('a missing folder of faces is said in words', () => {
  expect(messageOf('')).toContain('data');
  expect(messageOf('data: {}')).toContain('expected the folder with one folder per identity');
});

test('overrides are typed as YAML and create what is missing', () => {
  const experiment = parseExperiment(minimal, 'x.yaml', [
    'learningRate.peak=5e-4', 'data.strict=true', 'data.validation.identities=[ann, bob]', 'model={ extends: nn4, width: 0.5 }', 'model.width=0.25',
  ]);
  expect(experiment.learningRate.peak).toBe(0.0005);
  expect(experiment.data.strict).toBe(true);
  expect(experiment.data.validation.identities).toEqual(['ann', 'bob']);
  expect(experiment.model).toEqual({ extends: 'nn4', width: 0.25 });
});

test('a bad override is blamed on itself, not on the file', () => {
  expect(messageOf(minimal, ['batch.faces=many'])).toMatch(/^--set batch\.faces=many: 'batch\.faces'/);
  expect(messageOf(minimal, ['bacth.faces=3'])).toBe("--set bacth.faces=3: unknown key 'bacth'; did you mean 'batch'?");
  expect(messageOf(`${minimal}model: nn4\n`, ['model.width=0.5'])).toContain("'model' is \"nn4\", which has no keys");
  expect(messageOf(minimal, ['batch.faces'])).toContain('expected key=value');
});

test('other settings are read as strictly, and a mistake in a list is found at its item', () => {
  const schema = z.strictObject({ rows: z.array(z.strictObject({ name: z.string(), size: z.number().optional() })) });
  const read = (text: string) => parseSettings(schema, text, 'y.yaml');
  const good = read('rows:\n  - { name: a }\n  - name: b\n    size: 3\n');
  expect(good.settings).toEqual({ rows: [{ name: 'a' }, { name: 'b', size: 3 }] });
  expect([['rows', 0], ['rows', 1, 'size'], ['rows', 1, 'absent']].map(good.placeOf)).toEqual(['y.yaml:2', 'y.yaml:4', 'y.yaml:3']);
  expect(() => read('rows:\n  - { name: a }\n  - name: b\n    sise: 3\n')).toThrow("y.yaml:4: unknown key 'rows.1.sise'; did you mean 'size'?");
  expect(() => read('rows:\n  - { name: a }\n  - { size: 3 }\n')).toThrow(/^y\.yaml:3: 'rows\.1\.name'/);
});

test('broken YAML is an error of the file', () => {
  expect(messageOf('data: [')).toMatch(/^x\.yaml: not valid YAML/);
});

test('every config of the repository is a valid experiment, with a batch that its micro-batch divides', () => {
  const folder = fileURLToPath(new URL('../../../../configs/', import.meta.url));
  const configs = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.startsWith('sweep-'));
  expect(configs).toEqual(expect.arrayContaining(['nn4-faces.yaml', 'nns2-faces.yaml', 'quickstart.yaml', 'smoke.yaml']));
  for (const name of configs) {
    const { model, batch } = loadExperiment(`${folder}${name}`);
    expect(resolveSpec(model).normalization).toBe('batch');
    expect((batch.identities * batch.faces + batch.negatives) % batch.microBatch).toBe(0);
  }
});

import { resolveSpec } from '@facenet/architecture';
import { UsageError } from '../cli/errors.ts';
import { frozenParameters, parametersMatching } from './parameter-patterns.ts';

const spec = resolveSpec({ extends: 'nns2', normalization: 'batch' });
const matching = (...patterns: string[]): string[] => [...parametersMatching(spec, patterns, 'freeze')];

test('a star stays within a part of the name, two go across', () => {
  expect(matching('conv1/*')).toEqual(['conv1/weight', 'conv1/scale', 'conv1/shift']);
  expect(() => matching('*')).toThrow("'*' is no parameter");
});

test("'last' is the embedding layer, whatever it is called", () => {
  expect(matching('last')).toEqual(['fc2/weight', 'fc2/bias']);
  expect([...parametersMatching(resolveSpec('nn1'), ['last'], 'train')]).toEqual(['fc7128/weight', 'fc7128/bias']);
});

test('a pattern that means nothing is an error that shows what there is', () => {
  expect(() => matching('conv9/**')).toThrow(UsageError);
  expect(() => matching('conv9/**')).toThrow(/freeze: 'conv9\/\*\*' is no parameter of 'nns2.*conv1, /);
});

test('freezing wins over training, and something must be left', () => {
  const frozen = frozenParameters(spec, { train: ['last'], freeze: ['fc2/bias'] });
  expect(frozen.has('fc2/weight')).toBe(false);
  expect(frozen.has('fc2/bias')).toBe(true);
  expect(frozen.has('conv1/weight')).toBe(true);
  expect(() => frozenParameters(spec, { train: ['**'], freeze: ['**'] })).toThrow('no parameter');
});

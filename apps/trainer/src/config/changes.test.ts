import { changedSettings } from './changes.ts';

test('names each setting that differs, added, removed or changed', () => {
  const before = { batch: { faces: 4, identities: 8 }, duration: { steps: 5 }, model: 'nns2', list: [1, 2] };
  const after = { batch: { faces: 5, identities: 8 }, duration: { epochs: 2 }, model: 'nns2', list: [1, 3] };
  expect(changedSettings(before, after)).toEqual([
    { path: 'batch.faces', before: '4', after: '5' },
    { path: 'duration.steps', before: '5', after: 'not set' },
    { path: 'duration.epochs', before: 'not set', after: '2' },
    { path: 'list', before: '[1,2]', after: '[1,3]' },
  ]);
  expect(changedSettings(before, structuredClone(before))).toEqual([]);
});

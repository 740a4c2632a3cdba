import { evaluationLines } from './evaluation-lines.ts';

test('reads counts, shares and figures at rates', () => {
  expect(evaluationLines({
    images: 13233, accuracy: { accuracy: 0.9321, std: 0.01, standardError: 0.0042, threshold: 1, folds: [] },
    val: [{ far: 0.001, value: 0.183, achievedFar: 0.00099 }, { far: 0.01, value: 0.6452, standardError: 0.01 }],
    rank1: { value: 0.5, low: 0.4, high: 0.6 }, note: 'identities held out', threshold: 1.25,
  })).toEqual([
    ['Images', '13,233'], ['Accuracy', '93.2 % ± 0.42 %'],
    ['Own pairs found, 1 in 1,000 strangers passes', '18.3 %'], ['Own pairs found, 1 in 100 strangers passes', '64.5 % ± 1 %'],
    ['First answer right', '50 %, from 40 % to 60 %'], ['Note', 'identities held out'], ['Threshold', '1.25'],
  ]);
});

test('leaves out what is no figure', () => {
  expect(evaluationLines({ nothing: null, yes: true, points: [[0, 1]], nested: { deep: { value: 1 } } })).toEqual([]);
});

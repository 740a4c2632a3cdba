import { verdictReason, verdictTitle, type WhoAnswer } from './verdict-text.ts';

const match = (name: string): WhoAnswer['matches'][number] => ({ person: { name } });
const verdict = (it: Partial<WhoAnswer>): WhoAnswer => ({
  verdict: 'unknown', reason: 'too_far', person: null, matches: [], distance: 0.9, threshold: 0.4, ambiguous_below: 0.6, far: 1e-3, gap: { required: 0.1, actual: null }, ...it,
});

test('names whom it is, and the threshold that let it', () => {
  const it = verdict({ verdict: 'match', reason: 'close_enough', person: match('Ada').person, matches: [match('Ada')], distance: 0.2 });
  expect(verdictTitle(it)).toBe('Ada');
  expect(verdictReason(it)).toBe('The distance of 0.200 is below the threshold of 0.400, under which 1 in 1,000 strangers come, and nobody else is as close.');
});

test('names both who are close, and how far apart they must be', () => {
  const it = verdict({ verdict: 'ambiguous', reason: 'second_person_close', matches: [match('Ada'), match('Ben')], distance: 0.2, gap: { required: 0.1, actual: 0.05 } });
  expect(verdictTitle(it)).toBe('Perhaps Ada or Ben');
  expect(verdictReason(it)).toBe('Ada is close at 0.200, but Ben is farther only by 0.050; 0.100 is needed to tell them apart.');
});

test('says between what it is, how far the nearest is, and that nobody is there', () => {
  expect(verdictReason(verdict({ verdict: 'ambiguous', reason: 'between_thresholds', distance: 0.5 }))).toContain('between 0.400, below which it would be a match, and 0.600');
  expect(verdictReason(verdict({}))).toBe('The nearest person is at a distance of 0.900, not below 0.600.');
  expect(verdictReason(verdict({ reason: 'nobody_enrolled', distance: null }), 'in this collection')).toBe('Nobody with a name is in this collection.');
});

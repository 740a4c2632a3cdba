import type { Match, VerdictBody } from '@facenet/contract';
import { verdictReason, verdictTitle } from './verdict-text.ts';

const match = (name: string, distance: number): Match => ({
  person: { id: name, name, external_id: null, metadata: {}, created_at: '' }, distance, similarity: 1 - distance / 2, decision: 'match', threshold: 0.4, ambiguous_below: 0.6, matched_face_id: '', model_id: '',
});
const verdict = (it: Partial<VerdictBody>): VerdictBody => ({
  verdict: 'unknown', reason: 'too_far', person: null, matches: [], distance: 0.9, threshold: 0.4, ambiguous_below: 0.6, far: 1e-3, gap: { required: 0.1, actual: null }, query_model_id: '', space_id: '', ...it,
});

test('names whom it is, and the threshold that let it', () => {
  const it = verdict({ verdict: 'match', reason: 'close_enough', person: match('Ada', 0.2).person, matches: [match('Ada', 0.2)], distance: 0.2 });
  expect(verdictTitle(it)).toBe('Ada');
  expect(verdictReason(it)).toBe('The distance of 0.200 is below the threshold of 0.400, under which 1 in 1,000 strangers come, and nobody else is as close.');
});

test('names both who are close, and how far apart they must be', () => {
  const it = verdict({ verdict: 'ambiguous', reason: 'second_person_close', matches: [match('Ada', 0.2), match('Ben', 0.25)], distance: 0.2, gap: { required: 0.1, actual: 0.05 } });
  expect(verdictTitle(it)).toBe('Perhaps Ada or Ben');
  expect(verdictReason(it)).toBe('Ada is close at 0.200, but Ben is farther only by 0.050; 0.100 is needed to tell them apart.');
});

test('says between what it is, how far the nearest is, and that nobody is there', () => {
  expect(verdictReason(verdict({ verdict: 'ambiguous', reason: 'between_thresholds', distance: 0.5 }))).toContain('between 0.400, below which it would be a match, and 0.600');
  expect(verdictReason(verdict({}))).toBe('The nearest person is at a distance of 0.900, not below 0.600.');
  expect(verdictReason(verdict({ reason: 'nobody_enrolled', distance: null }))).toBe('Nobody with a name is in this collection.');
});

import type { Track } from '../who/index.ts';
import { liveSentence } from './live-words.ts';

const box = { x: 0, y: 0, width: 1, height: 1 };
const track = (id: number, shown: Track['shown'], missed = 0): Track => ({ id, box, shown, recent: [], missed });
const names = (id: string): string => ({ a: 'Ada', b: 'Ben' })[id] ?? '';

test('names those that frames agree on, in the order in which they came', () => {
  expect(liveSentence([track(2, { state: 'unknown' }), track(1, { state: 'match', personId: 'a' }), track(3, { state: 'looking' })], names)).toBe('Ada, Unknown.');
});

test('says nothing of who is lost or not yet decided', () => {
  expect(liveSentence([track(1, { state: 'match', personId: 'b' }, 1), track(2, { state: 'looking' })], names)).toBeUndefined();
  expect(liveSentence([], names)).toBeUndefined();
});

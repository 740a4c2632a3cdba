import { type Live, noFaces, type SeenFace, smoothFrame, usualRule } from './smooth-frames.ts';

const at = (x: number) => ({ x, y: 0, width: 100, height: 100 });
const is = (personId: string, x = 0): SeenFace => ({ box: at(x), verdict: 'match', personId });
const unknown = (x = 0): SeenFace => ({ box: at(x), verdict: 'unknown', personId: null });
const ambiguous = (x = 0): SeenFace => ({ box: at(x), verdict: 'ambiguous', personId: null });

/** What is shown of the only face after each frame: a name, or a state. */
function play(frames: readonly (readonly SeenFace[])[], rule = usualRule): (string | undefined)[] {
  let live: Live = noFaces;
  return frames.map((faces) => {
    live = smoothFrame(live, faces, rule);
    const shown = live.tracks[0]?.shown;
    return shown === undefined ? undefined : shown.state === 'match' ? shown.personId : shown.state;
  });
}

test('a name is shown once four frames of seven agree, not before', () => {
  expect(play([[is('ada')], [is('ada')], [unknown()], [is('ada')], [is('ada')]])).toEqual(['looking', 'looking', 'looking', 'looking', 'ada']);
});

test('single wrong frames change nothing: no flicker', () => {
  const frames = [is('ada'), is('ada'), is('ada'), is('ada'), is('bob'), is('ada'), unknown(), is('ada'), ambiguous(), is('ada'), is('bob'), is('ada')].map((face) => [face]);
  expect(play(frames).slice(3)).toEqual(new Array(9).fill('ada'));
});

test('another name needs as many frames, and there is no moment with neither', () => {
  const frames = [...new Array<SeenFace>(6).fill(is('ada')), ...new Array<SeenFace>(6).fill(is('bob'))].map((face) => [face]);
  expect(play(frames)).toEqual(['looking', 'looking', 'looking', 'ada', 'ada', 'ada', 'ada', 'ada', 'ada', 'bob', 'bob', 'bob']);
});

test('frames that alternate between two people never show a name', () => {
  const frames = Array.from({ length: 40 }, (_, i) => [i % 3 === 0 ? is('ada') : i % 3 === 1 ? is('bob') : ambiguous()]);
  expect(new Set(play(frames))).toEqual(new Set(['looking']));
});

test('somebody unknown is said to be so, by frames that agree', () => {
  expect(play([[unknown()], [unknown()], [unknown()], [unknown()]]).at(-1)).toBe('unknown');
  expect(play([[ambiguous()], [ambiguous()], [ambiguous()], [ambiguous()]]).at(-1)).toBe('ambiguous');
});

test('a face keeps its track while it moves, and while it is lost for a moment', () => {
  let live = noFaces;
  const ids: (number | undefined)[] = [];
  for (let i = 0; i < 10; i++) {
    live = smoothFrame(live, i === 5 || i === 6 ? [] : [is('ada', 10 * i)], usualRule);
    ids.push(live.tracks[0]?.id);
  }
  expect(ids).toEqual(new Array(10).fill(1));
  expect(live.tracks[0]!.shown).toEqual({ state: 'match', personId: 'ada' });
  for (let i = 0; i <= usualRule.patience; i++) live = smoothFrame(live, []);
  expect(live.tracks).toEqual([]);
  // Who comes then is someone new, of whom nothing is known.
  live = smoothFrame(live, [is('ada', 90)]);
  expect(live.tracks).toMatchObject([{ id: 2, shown: { state: 'looking' } }]);
});

test('someone else in another place does not inherit a name', () => {
  let live = noFaces;
  for (let i = 0; i < 4; i++) live = smoothFrame(live, [is('ada')]);
  live = smoothFrame(live, [unknown(300)]);
  expect(live.tracks.map(({ id, shown }) => [id, shown.state])).toEqual([[1, 'match'], [2, 'looking']]);
});

test('two faces side by side keep apart, whatever their order', () => {
  let live = noFaces;
  for (let i = 0; i < 6; i++) live = smoothFrame(live, i % 2 === 0 ? [is('ada', 0), is('bob', 60)] : [is('bob', 62), is('ada', 2)]);
  expect(live.tracks.map(({ shown }) => shown)).toEqual([{ state: 'match', personId: 'ada' }, { state: 'match', personId: 'bob' }]);
});

test('refuses a rule under which two names could agree at once', () => {
  expect(() => smoothFrame(noFaces, [], { ...usualRule, window: 8, agree: 4 })).toThrow(/agree is 4 of 8 frames; expected more than half/);
});

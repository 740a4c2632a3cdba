import { testEmbeddings } from './embeddings.fixture.ts';
import { contiguousFolds, csvFields, parseCfpPairs, parseCsvPairs, parseVideoSplits, videoDistances } from './index.ts';

describe('contiguousFolds', () => {
  it('divides as KFold(10, shuffle=False) does', () => {
    // scikit-learn's documentation: the first n % k folds have n // k + 1 members, the others n // k.
    const sizes = (pairs: number): number[] => Array.from({ length: 10 }, (_, fold) => contiguousFolds(pairs).filter((set) => set === fold).length);
    expect(sizes(6000)).toEqual(Array(10).fill(600));
    expect(sizes(7003)).toEqual([701, 701, 701, 700, 700, 700, 700, 700, 700, 700]);
    const folds = contiguousFolds(7003);
    expect([...folds]).toEqual([...folds].sort((a, b) => a - b));
    expect(() => contiguousFolds(9)).toThrow('9 pairs cannot be divided into 10 sets');
  });
});

describe('csvFields', () => {
  it.each<[string, string[]]>([
    ['a,b,1', ['a', 'b', '1']],
    [',a,', ['', 'a', '']],
    ['"a, ""b""" , c', ['a, "b"', 'c']],
    ['"a",""', ['a', '']],
    ['', ['']],
  ])('reads %j', (line, fields) => { expect(csvFields(line)).toEqual(fields); });
});

describe('parseCsvPairs', () => {
  it('reads sets by their names, in numeric order, under a header', () => {
    const text = 'a,b,same,fold\nx/1.jpg,x/2.jpg,1,10\r\n"y, z/1.jpg",x/2.jpg,False,2\n\nx/1.jpg,x/3.jpg,true,2\n';
    expect(parseCsvPairs(text, 'p.csv')).toEqual({
      name: 'p.csv', sets: 2, pairs: [
        { line: 2, first: 'x/1.jpg', second: 'x/2.jpg', same: true, set: 1 },
        { line: 3, first: 'y, z/1.jpg', second: 'x/2.jpg', same: false, set: 0 },
        { line: 5, first: 'x/1.jpg', second: 'x/3.jpg', same: true, set: 0 },
      ],
    });
  });

  it('makes ten sets in order where the lines have none', () => {
    const { sets, pairs } = parseCsvPairs(Array.from({ length: 20 }, (_, i) => `${i},b,${i % 2}`).join('\n'), 'p.csv');
    expect(sets).toBe(10);
    expect(pairs.map(({ set }) => set)).toEqual(Array.from({ length: 20 }, (_, i) => Math.floor(i / 2)));
  });

  it.each([
    ['', "p.csv:1: expected 'a,b,same' or 'a,b,same,fold', got 0 fields"],
    ['a,b', 'p.csv:1: expected'],
    ['a,b,2,1', "p.csv:1: expected 1 (one person) or 0 (two people), got '2'"],
    ['a,b,1,1\na,c,1', 'p.csv:2: expected 4 fields as in the first pair, got 3'],
    ['a,b,1', '1 pairs cannot be divided into 10 sets'],
  ])('refuses %j', (text, message) => { expect(() => parseCsvPairs(text, 'p.csv')).toThrow(message); });
});

describe('parseVideoSplits', () => {
  // As published with the YouTube Faces database.
  const header = 'split number, first name, second name, is same, is same person(1 for yes/0 for no)';

  it('reads the published form', () => {
    expect(parseVideoSplits(`${header}\n1, Ann_A/0, Ann_A/3, 1, 1\n1, Bob/1, Ann_A/0, 0, 0\n2, Cy/0, Di/2, 0, 0\n`)).toEqual({
      name: 'splits.txt', sets: 2, pairs: [
        { line: 2, set: 0, first: 'Ann_A/0', second: 'Ann_A/3', same: true },
        { line: 3, set: 0, first: 'Bob/1', second: 'Ann_A/0', same: false },
        { line: 4, set: 1, first: 'Cy/0', second: 'Di/2', same: false },
      ],
    });
  });

  it.each([
    ['0, A/0, B/0, 0\n', "splits.txt:1: expected the number of a split from 1, got '0'"],
    [`${header}\n1, A, B/0, 0\n`, "splits.txt:2: expected a video as person/number, got 'A'"],
    ['1, A/0, B/0\n', "splits.txt:1: expected 1 (one person) or 0 (two people), got ''"],
    ['1, A/0, B/0, 0\n3, A/0, B/0, 0\n', 'got none of split 2'],
    ['1, A/0, B/0, 0\n', 'splits.txt: expected pairs of at least two splits, from 1 on without gaps, got 1'],
  ])('refuses %j', (text, message) => { expect(() => parseVideoSplits(text)).toThrow(message); });
});

describe('parseCfpPairs', () => {
  // The form of cfp-dataset/Protocol: numbered lists, and in each of ten splits 'i,j' lines.
  const files = new Map<string, string>([
    ['Pair_list_F.txt', '1 ../Data/Images/001/frontal/01.jpg\n2 ../Data/Images/001/frontal/02.jpg\n3 ../Data/Images/002/frontal/01.jpg\n'],
    ['Pair_list_P.txt', '1 ../Data/Images/001/profile/01.jpg\n2 ../Data/Images/002/profile/01.jpg\n'],
  ]);
  for (let split = 1; split <= 10; split++) {
    const folder = String(split).padStart(2, '0');
    files.set(`Split/FP/${folder}/same.txt`, '1,1\n3,2\n').set(`Split/FP/${folder}/diff.txt`, '1,2\n');
    files.set(`Split/FF/${folder}/same.txt`, '1,2\n').set(`Split/FF/${folder}/diff.txt`, '2,3\n');
  }
  const read = (path: string): string => files.get(path)!;

  it('pairs frontal images with profiles', () => {
    const { sets, pairs } = parseCfpPairs({ kind: 'FP', read });
    expect(sets).toBe(10);
    expect(pairs).toHaveLength(30);
    expect(pairs.slice(27)).toEqual([
      { line: 1, set: 9, same: true, first: '../Data/Images/001/frontal/01.jpg', second: '../Data/Images/001/profile/01.jpg' },
      { line: 2, set: 9, same: true, first: '../Data/Images/002/frontal/01.jpg', second: '../Data/Images/002/profile/01.jpg' },
      { line: 1, set: 9, same: false, first: '../Data/Images/001/frontal/01.jpg', second: '../Data/Images/002/profile/01.jpg' },
    ]);
  });

  it('pairs frontal images with each other', () => {
    expect(parseCfpPairs({ kind: 'FF', read }).pairs[1]).toMatchObject({ same: false, first: '../Data/Images/001/frontal/02.jpg', second: '../Data/Images/002/frontal/01.jpg' });
  });

  it('names the line whose number no list has', () => {
    const broken = (path: string): string => (path === 'Split/FP/03/diff.txt' ? '1,2\n\n2,9\n' : read(path));
    expect(() => parseCfpPairs({ kind: 'FP', read: broken })).toThrow("Split/FP/03/diff.txt:3: expected a number of Pair_list_F.txt and one of Pair_list_P.txt, such as '1,5', got '2,9'");
    expect(() => parseCfpPairs({ kind: 'FF', read: (path) => (path === 'Pair_list_F.txt' ? 'frontal/01.jpg' : read(path)) })).toThrow("Pair_list_F.txt:1: expected a number and the path of an image, got 'frontal/01.jpg'");
  });
});

it('the distance of two videos is the mean over all pairs of their frames', () => {
  const videoOf = Int32Array.of(0, 1, 0, 2, 1, 1, 2, 0, 1);
  const frames = { data: testEmbeddings([...videoOf], 5, 1, 3), size: 5 };
  const first = Int32Array.of(0, 0, 1);
  const second = Int32Array.of(1, 2, 2);
  const found = videoDistances(frames, videoOf, 3, { first, second });
  first.forEach((a, pair) => {
    // By its own words, frame by frame.
    const distances = [...videoOf.keys()].filter((row) => videoOf[row] === a).flatMap((row) => (
      [...videoOf.keys()].filter((other) => videoOf[other] === second[pair]).map((other) => (
        Array.from({ length: 5 }, (_, i) => (frames.data[row * 5 + i]! - frames.data[other * 5 + i]!) ** 2).reduce((x, y) => x + y)
      ))
    ));
    expect(found[pair]).toBeCloseTo(distances.reduce((x, y) => x + y) / distances.length, 10);
  });
});

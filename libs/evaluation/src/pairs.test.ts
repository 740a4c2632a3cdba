import { formatPairs, lfwFile, parsePairs, PairsError, resolvePairs, type ImageName } from './index.ts';

const text = '2\t1\nAnn\t1\t4\nAnn\t2\tBob\t10\nCy Lee\t3\t2\nBob\t1\tCy Lee\t1\n';

describe('parsePairs', () => {
  it('reads sets of same pairs followed by different pairs', () => {
    const { sets, perSet, pairs } = parsePairs(text);
    expect({ sets, perSet }).toEqual({ sets: 2, perSet: 1 });
    expect(pairs).toEqual([
      { line: 2, set: 0, same: true, first: { identity: 'Ann', number: 1 }, second: { identity: 'Ann', number: 4 } },
      { line: 3, set: 0, same: false, first: { identity: 'Ann', number: 2 }, second: { identity: 'Bob', number: 10 } },
      { line: 4, set: 1, same: true, first: { identity: 'Cy Lee', number: 3 }, second: { identity: 'Cy Lee', number: 2 } },
      { line: 5, set: 1, same: false, first: { identity: 'Bob', number: 1 }, second: { identity: 'Cy Lee', number: 1 } },
    ]);
  });

  it('reads one set when the first line has one number, as in pairsDevTest.txt, and blanks between fields', () => {
    expect(parsePairs('1\nAnn 1 2\r\nAnn 1 Bob 1\n\n').pairs.map(({ set, same }) => [set, same])).toEqual([[0, true], [0, false]]);
  });

  it('writes what it read', () => {
    expect(formatPairs(parsePairs(text))).toBe(text);
  });

  it.each<[string, string, string]>([
    ['an empty file', '', "my.txt:1: expected the number of sets and of pairs per set, such as '10 300', got ''"],
    ['a header of words', 'ten sets\n', "my.txt:1: expected the number of sets and of pairs per set, such as '10 300', got 'ten sets'"],
    ['a missing line', '1 2\na 1 2\na 1 3\na 1 b 1\n', 'my.txt: the first line promises 1 sets of 2 + 2 pairs, 4 lines; got 3'],
    ['a different pair among the same', '1 1\na 1 b 2\na 1 b 1\n', "my.txt:2: expected 'name i j', two images of one person, in set 1, got 'a 1 b 2'"],
    ['a same pair among the different', '1 1\na 1 2\na 1 3\n', "my.txt:3: expected 'name i name j', two different people, in set 1, got 'a 1 3'"],
    ['a number that is none', '1 1\na 1 x\na 1 b 1\n', "my.txt:2: expected an image number from 1, got 'x'"],
    ['image 0', '1 1\na 1 2\na 0 b 1\n', "my.txt:3: expected an image number from 1, got '0'"],
    ['an image with itself', '1 1\na 2 2\na 1 b 1\n', "my.txt:2: pairs image 2 of 'a' with itself"],
    ['one person as two', '1 1\na 1 2\na 1 a 2\n', "my.txt:3: expected 'name i name j', two different people, got 'a' twice"],
  ])('refuses %s and names the line', (_what, content, message) => {
    expect(() => parsePairs(content, 'my.txt')).toThrow(new PairsError(message));
  });

  it('knows where LFW keeps an image', () => {
    expect(lfwFile({ identity: 'Abel_Pacheco', number: 4 })).toBe('Abel_Pacheco/Abel_Pacheco_0004.jpg');
  });
});

describe('resolvePairs', () => {
  const rows = new Map([['Ann 1', 0], ['Ann 4', 1], ['Ann 2', 2], ['Cy Lee 3', 3], ['Cy Lee 2', 4], ['Bob 1', 5], ['Cy Lee 1', 6]]);
  const rowOf = ({ identity, number }: ImageName): number | undefined => rows.get(`${identity} ${number}`);

  it('names the missing image and its line', () => {
    expect(() => resolvePairs(parsePairs(text), rowOf)).toThrow("pairs.txt:3: there is no image 10 of 'Bob' among the images given");
  });

  it('leaves pairs out on request, counts them, and keeps the set of the others', () => {
    expect(resolvePairs(parsePairs(text), rowOf, { missing: 'skip' })).toEqual({
      sets: 2,
      first: Int32Array.of(0, 3, 5),
      second: Int32Array.of(1, 4, 6),
      same: Uint8Array.of(1, 1, 0),
      set: Int32Array.of(0, 1, 1),
      skipped: 1,
    });
  });
});

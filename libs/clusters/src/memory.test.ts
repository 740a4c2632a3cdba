import type { Cluster, Link } from './links.ts';
import { clusterFaces } from './cluster-faces.ts';
import { type ClusterEdit, mergeClusters, splitCluster, undoEdit } from './edit-clusters.ts';
import { circle, randomFaces, squared, testRandom } from './faces.fixture.ts';
import { keepIds } from './stable-ids.ts';

const ids = (...names: string[]) => () => names.shift()!;
const cluster = (id: string, faces: string): Cluster => ({ id, faceIds: [...faces] });
const shown = (clusters: readonly Cluster[]): string[] => clusters.map(({ id, faceIds }) => `${id}:${faceIds.join('')}`);

describe('keepIds', () => {
  it('gives a group the id of the cluster that it shares most faces with', () => {
    const old = [cluster('A', 'abcd'), cluster('B', 'ef')];
    expect(shown(keepIds(old, [['a', 'b', 'c', 'e'], ['d', 'f', 'g']], ids('N')))).toEqual(['A:abce', 'B:dfg']);
  });

  it('keeps the id on the larger part of what was divided, and the larger of what was joined', () => {
    expect(shown(keepIds([cluster('A', 'abcde')], [['a', 'b'], ['c', 'd', 'e']], ids('N')))).toEqual(['N:ab', 'A:cde']);
    expect(shown(keepIds([cluster('A', 'ab'), cluster('B', 'cde')], [['a', 'b', 'c', 'd', 'e']], ids('N')))).toEqual(['B:abcde']);
  });

  it('decides equals by the older id and gives none twice', () => {
    const old = [cluster('B', 'cd'), cluster('A', 'ab')];
    expect(shown(keepIds(old, [['a', 'c'], ['b', 'd'], ['x', 'y']], ids('N')))).toEqual(['A:ac', 'B:bd', 'N:xy']);
  });

  it.each([1, 2, 3, 4])('gives the same ids again for the same faces (seed %i), and when one face leaves', (seed) => {
    const faces = randomFaces(seed, { count: 200, people: 10, size: 5, spread: 0.7 });
    let next = 0;
    const newId = (): string => `id-${seed}-${next++}`;
    const options = { threshold: () => 0.2 };
    const first = keepIds([], clusterFaces(faces, [], options).groups, newId);
    expect(keepIds(first, clusterFaces([...faces].reverse(), [], options).groups, newId)).toEqual(first);
    const largest = first.reduce((a, b) => (a.faceIds.length >= b.faceIds.length ? a : b));
    const without = keepIds(first, [largest.faceIds.slice(1)], newId);
    expect(without).toEqual([{ id: largest.id, faceIds: largest.faceIds.slice(1) }]);
  });
});

/** What is said after an edit. */
function afterwards(links: readonly Link[], { set, unset }: Pick<ClusterEdit, 'set' | 'unset'>): Link[] {
  const key = ({ a, b }: Pick<Link, 'a' | 'b'>): string => [a, b].sort().join(' ');
  const replaced = new Set([...set, ...unset].map(key));
  return [...links.filter((link) => !replaced.has(key(link))), ...set];
}

describe('edits', () => {
  // Two people, a to d and e to h, and i alone.
  const faces = circle([0, 1, 2, 3, 90, 91, 92, 93, 200], { a: 'party', h: 'party' });
  const state = { faces, links: [] as readonly Link[], clusters: [cluster('P', 'abcd'), cluster('Q', 'efg')] };
  const run = (links: readonly Link[], old: readonly Cluster[], newId = ids('N1', 'N2', 'N3')): Cluster[] =>
    keepIds(old, clusterFaces(faces, links, { threshold: () => squared(1.5) }).groups, newId);

  it('merges into the largest, and the next run keeps it so', () => {
    const edit = mergeClusters(state, ['Q', 'P']);
    expect(shown(edit.clusters)).toEqual(['P:abcdefg']);
    expect([edit.set.map(({ kind, a, b }) => `${kind} ${a}${b}`), edit.unset]).toEqual([['must ab', 'must bc', 'must cd', 'must de', 'must ef', 'must fg'], []]);
    // h is like g, but of one photo with a: it must not draw f and g away.
    expect(shown(run(edit.set, edit.clusters))).toEqual(['P:abcdefg']);
  });

  it('does not merge what cannot be one person, nor what is not there', () => {
    const clusters = [cluster('P', 'abcd'), cluster('Q', 'efgh')];
    expect(() => mergeClusters({ ...state, clusters }, ['P', 'Q'])).toThrow('the faces a and h are of one photo, so their clusters cannot be merged');
    expect(() => mergeClusters({ ...state, links: [{ kind: 'cannot', a: 'e', b: 'b' }] }, ['P', 'Q'])).toThrow('the faces b and e were said not to be one person');
    expect(() => mergeClusters(state, ['P', 'X'])).toThrow('no cluster X');
    expect(() => mergeClusters(state, ['P', 'P'])).toThrow('a merge of 1 clusters; expected at least 2');
  });

  it('splits so that the next run does too, though nothing else tells the faces apart', () => {
    const edit = splitCluster(state, 'P', ['d', 'b'], ids('S'));
    expect(shown(edit.clusters)).toEqual(['P:ac', 'Q:efg', 'S:bd']);
    const again = run(edit.set, edit.clusters);
    expect(shown(again)).toEqual(['P:ac', 'S:bd', 'Q:efgh']);
  });

  it('leaves the id with the larger side', () => {
    expect(shown(splitCluster(state, 'P', ['a', 'b', 'c'], ids('S')).clusters)).toEqual(['P:abc', 'Q:efg', 'S:d']);
  });

  it('takes back a merge by a split of what it joined', () => {
    const merged = mergeClusters(state, ['P', 'Q']);
    const links = afterwards([], merged);
    const split = splitCluster({ ...state, links, clusters: merged.clusters }, 'P', ['e', 'f', 'g'], ids('S'));
    expect(split.set).toContainEqual({ kind: 'cannot', a: 'a', b: 'e' });
    expect(split.unset).toEqual([{ a: 'd', b: 'e' }]);
    expect(shown(run(afterwards(links, split), split.clusters))).toEqual(['P:abcd', 'S:efgh']);
  });

  it('does not split off what is not there, nor everything', () => {
    expect(() => splitCluster(state, 'P', ['a', 'e'], ids('S'))).toThrow('the cluster P has no face e');
    expect(() => splitCluster(state, 'P', [...'abcd'], ids('S'))).toThrow('a split of 4 from 0 faces; expected at least one on each side');
    expect(() => splitCluster(state, 'P', [], ids('S'))).toThrow('a split of 0 from 4 faces');
  });

  it.each([1, 2, 3, 4, 5, 6])('undoes a row of edits, the last first, to the very beginning (seed %i)', (seed) => {
    const random = testRandom(seed);
    let clusters: readonly Cluster[] = [cluster('P', 'abcd'), cluster('Q', 'efg'), cluster('R', 'i')];
    let links: readonly Link[] = [{ kind: 'must', a: 'a', b: 'b' }, { kind: 'cannot', a: 'f', b: 'i' }];
    const past: { readonly clusters: readonly Cluster[]; readonly links: readonly Link[]; readonly edit: ClusterEdit }[] = [];
    for (let i = 0; i < 30; i++) {
      const current = { faces, links, clusters };
      const [one, other] = [clusters[random.integer(clusters.length)]!, clusters[random.integer(clusters.length)]!];
      try {
        const edit = random.next() < 0.5
          ? mergeClusters(current, [one.id, other.id])
          : splitCluster(current, one.id, one.faceIds.filter(() => random.next() < 0.5), () => `S${i}`);
        past.push({ clusters, links, edit: JSON.parse(JSON.stringify(edit)) as ClusterEdit });
        ({ clusters } = edit);
        links = afterwards(links, edit);
      } catch (error) {
        expect((error as Error).name).toBe('ClusterEditError');
      }
    }
    expect(past.length).toBeGreaterThan(5);
    const sorted = (all: readonly Link[]): string[] => all.map((link) => JSON.stringify(link)).sort();
    for (const before of past.reverse()) {
      const undone = undoEdit(clusters, before.edit.undo);
      ({ clusters } = undone);
      links = afterwards(links, undone);
      expect(shown(clusters)).toEqual(shown(before.clusters));
      expect(sorted(links)).toEqual(sorted(before.links));
    }
  });

  it('undoes an edit after faces have come and gone', () => {
    const { undo } = mergeClusters(state, ['P', 'Q']);
    expect(shown(undoEdit([cluster('P', 'abcdegx'), cluster('Y', 'yz')], undo).clusters)).toEqual(['P:abcdx', 'Q:eg', 'Y:yz']);
  });
});

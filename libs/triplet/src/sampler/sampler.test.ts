import { seededRandom } from '../testing.ts';
import { createSampler, type SampledBatch, type SamplerOptions } from './sampler.ts';

/** Identity k of the data set is called 10 k and has `counts[k]` images, interleaved with the others'. */
function dataSet(counts: number[]): Int32Array {
  const images = counts.flatMap((count, k) => Array.from({ length: count }, (_, i) => ({ label: 10 * k, order: i / count })));
  return Int32Array.from(images.toSorted((a, b) => a.order - b.order), ({ label }) => label);
}

const sampler = (options: Partial<SamplerOptions> & { labels: Int32Array }, seed = 1) => createSampler({
  identities: 4, imagesPerIdentity: 5, randomNegatives: 0, random: seededRandom(seed), ...options,
});
const batches = (from: { next(): SampledBatch }, count: number): SampledBatch[] => Array.from({ length: count }, () => from.next());
const counted = (values: Iterable<number>): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

const plenty = dataSet(Array.from({ length: 13 }, () => 9));
const uneven = dataSet([30, 1, 2, 7, 3, 1, 12, 5, 4, 2, 2, 9, 1, 3, 8]);

describe('a batch', () => {
  it.each([
    ['plenty', plenty, 4, 5, 0], ['plenty with negatives', plenty, 4, 5, 7], ['uneven', uneven, 4, 5, 3],
    ['uneven, nearly everything', uneven, 12, 7, 5], ['uneven, everything', uneven, 12, 7, 6], ['one identity', plenty, 1, 9, 3],
  ])('has exactly the asked size, no image twice and the right labels: %s', (_, labels, identities, imagesPerIdentity, randomNegatives) => {
    const source = sampler({ labels, identities, imagesPerIdentity, randomNegatives });
    for (const batch of batches(source, 40)) {
      expect(batch.indices).toHaveLength(identities * imagesPerIdentity + randomNegatives);
      expect(source.size).toBe(batch.indices.length);
      expect(new Set(batch.indices).size).toBe(batch.indices.length);
      expect(batch.labels).toEqual(batch.indices.map((image) => labels[image]!));
    }
  });

  it('has K images of each of P identities when all have enough', () => {
    for (const batch of batches(sampler({ labels: plenty }), 20)) {
      expect([...counted(batch.labels).values()]).toEqual([5, 5, 5, 5]);
      expect(batch).toMatchObject({ shortIdentities: 0, filled: 0 });
    }
  });

  it('takes random negatives from other identities', () => {
    for (const batch of batches(sampler({ labels: plenty, randomNegatives: 9 }), 20)) {
      const counts = [...counted(batch.labels).values()].sort((a, b) => b - a);
      expect(counts.slice(0, 4)).toEqual([5, 5, 5, 5]);
      expect(counts.slice(4).reduce((sum, x) => sum + x, 0)).toBe(9);
    }
  });

  it('takes each image equally often', () => {
    const counts = counted(batches(sampler({ labels: plenty }), 1300).flatMap(({ indices }) => [...indices]));
    // 26,000 draws of 117 images: 222 each, ± 5 standard deviations of about 13.
    expect(counts.size).toBe(117);
    for (const count of counts.values()) expect(Math.abs(count - 222.2)).toBeLessThan(65);
  });

  it('takes as random negatives also images of identities with one image, and those are never among the P', () => {
    const labels = dataSet([9, 9, 9, 9, 9, 1, 1]);
    const singles = (batch: SampledBatch): number => batch.labels.filter((label) => label >= 50).length;
    expect(Math.max(...batches(sampler({ labels }), 50).map(singles))).toBe(0);
    expect(Math.max(...batches(sampler({ labels, randomNegatives: 6 }), 50).map(singles))).toBe(2);
  });

  it('says how many identities were short and how many images were filled in', () => {
    // Three images each and K = 5: 4 × 2 missing, which come from three further identities (3 + 3 + 2).
    const labels = dataSet(Array.from({ length: 9 }, () => 3));
    const batch = sampler({ labels }).next();
    expect(batch).toMatchObject({ shortIdentities: 4, filled: 8 });
    expect([...counted(batch.labels).values()].sort()).toEqual([2, 3, 3, 3, 3, 3, 3]);
  });

  it('fills up with any images when no identity is left', () => {
    const labels = dataSet([20, 2, 2, 2]);
    const batch = sampler({ labels, randomNegatives: 2 }).next();
    // 5 + 2 + 2 + 2, then 9 of the first identity to make 20, then 2 of it as there are no other negatives.
    expect(batch).toMatchObject({ shortIdentities: 3, filled: 9 });
    expect(counted(batch.labels).get(0)).toBe(16);
  });

  it('spreads each identity over the batch', () => {
    // Unshuffled, the first half of the batch would hold 2 identities of 4; here every identity is in each half, nearly always.
    const labels = dataSet(Array.from({ length: 8 }, () => 40));
    const halves = batches(sampler({ labels, imagesPerIdentity: 40 }), 20).map((batch) => counted(batch.labels.slice(0, 80)));
    for (const counts of halves) for (const count of counts.values()) expect(Math.abs(count - 20)).toBeLessThan(12);
  });
});

describe('the order of identities', () => {
  it('brings each one once per epoch, also across the end of one', () => {
    const source = sampler({ labels: plenty });
    // 13 identities by 4: after 13 batches each has come four times; after any number, no two differ by more than one.
    const total = new Map<number, number>();
    for (let i = 1; i <= 26; i++) {
      for (const label of counted(source.next().labels).keys()) total.set(label, (total.get(label) ?? 0) + 1);
      const counts = Array.from({ length: 13 }, (_, k) => total.get(10 * k) ?? 0);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
    expect([...total.values()]).toEqual(Array.from({ length: 13 }, () => 8));
    expect(source.state().epoch).toBe(7);
  });

  it('depends on the seed and on nothing else', () => {
    const indices = (seed: number) => batches(sampler({ labels: uneven, randomNegatives: 3 }, seed), 5).map((batch) => [...batch.indices]);
    expect(indices(1)).toEqual(indices(1));
    expect(indices(1)).not.toEqual(indices(2));
  });

  it('goes on from a stored state as if nothing had happened', () => {
    for (let stop = 0; stop < 12; stop++) {
      const random = seededRandom(3);
      const options = { labels: uneven, randomNegatives: 3 };
      const source = sampler({ ...options, random });
      batches(source, stop);
      const stored = JSON.parse(JSON.stringify({ sampler: source.state(), random: random.state() })) as
        { sampler: ReturnType<typeof source.state>; random: number };
      const rest = batches(source, 8);
      const restored = sampler({ ...options, state: stored.sampler, random: seededRandom(stored.random) });
      expect(batches(restored, 8)).toEqual(rest);
    }
  });
});

describe('a plan that cannot be is refused', () => {
  it.each([
    [{ identities: 14 }, 'identities: a batch takes 14 identities with two images or more, the data set has 13 (and 0 with one image)'],
    [{ identities: 13, imagesPerIdentity: 9, randomNegatives: 1 }, '13 identities × 9 images + 1 random negatives are 118 images, the data set has 117'],
    [{ imagesPerIdentity: 1 }, 'imagesPerIdentity: expected an integer of at least 2, got 1'],
    [{ identities: 0.5 }, 'identities: expected an integer of at least 1, got 0.5'],
    [{ randomNegatives: -1 }, 'randomNegatives: expected an integer of at least 0, got -1'],
    [{ labels: new Int32Array(50), identities: 1 }, 'expected at least two identities, got one'],
    [{ state: { epoch: 0, order: [0, 1, 2], position: 0 } }, 'was the data set changed since the checkpoint?'],
    [{ state: { epoch: 0, order: Array.from({ length: 13 }, (_, i) => i), position: 14 } }, 'position 14 of 13 in epoch 0 cannot be'],
  ])('%j', (change, message) => {
    expect(() => sampler({ labels: plenty, ...change })).toThrow(message);
  });
});

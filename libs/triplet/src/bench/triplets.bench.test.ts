import { benchTriplets } from './triplets.bench.ts';

describe('benchTriplets', () => {
  it('times a whole step of the stated batch', () => {
    let clock = 0;
    const result = benchTriplets({ identities: 5, imagesPerIdentity: 4, dimension: 16, repeats: 3, now: () => clock += 2 });
    // 5 · 4 · 3 ordered pairs; the clock goes on by 2 per reading.
    expect(result).toMatchObject({ kernels: 'wasm-simd', batch: 20, pairs: 60, milliseconds: 2, fastest: 2 });
  });

  it('times a harmonic step of twice the rows', () => {
    let clock = 0;
    const result = benchTriplets({ identities: 5, imagesPerIdentity: 4, dimension: 16, mix: 'union', repeats: 3, now: () => clock += 2 });
    // Anchors and positives from either: 2 · 5 · 4 · 3 of one source and 2 · 5 · 4 · 4 across, with those of one image.
    expect(result).toMatchObject({ mix: 'union', batch: 20, pairs: 280, milliseconds: 2 });
  });
});

import { benchTriplets } from './triplets.bench.ts';

describe('benchTriplets', () => {
  it('times a whole step of the stated batch', () => {
    let clock = 0;
    const result = benchTriplets({ identities: 5, imagesPerIdentity: 4, dimension: 16, repeats: 3, now: () => clock += 2 });
    // 5 · 4 · 3 ordered pairs; the clock goes on by 2 per reading.
    expect(result).toMatchObject({ kernels: 'wasm-simd', batch: 20, pairs: 60, milliseconds: 2, fastest: 2 });
  });
});

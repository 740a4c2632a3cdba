// Pairs per second on one core, LFW's size: npx tsx libs/evaluation/src/all-pairs.bench.ts
import { allPairs, allPairsOfParts, valAtFar, valOverParts, type Embeddings } from './index.ts';

const images = 13233;
const size = 128;
let state = 1;
const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;

function unitRows(): Embeddings {
  const data = Float32Array.from({ length: images * size }, next);
  for (let start = 0; start < data.length; start += size) {
    const row = data.subarray(start, start + size);
    const length = Math.hypot(...row);
    row.forEach((value, i) => { row[i] = value / length; });
  }
  return { data, size };
}

const embeddings = unitRows();
const labels = Int32Array.from({ length: images }, (_, i) => Math.floor(i / 2.3));
const time = (what: string, pairs: number, work: () => number): void => {
  const start = performance.now();
  const value = work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${what}: ${seconds.toFixed(2)} s, ${(pairs / seconds / 1e6).toFixed(1)} M pairs/s (VAL ${value.toFixed(5)})`);
};

const pairs = (images * (images - 1)) / 2;
for (let round = 0; round < 2; round++) {
  time('five parts', pairs / 5, () => valOverParts(allPairsOfParts(embeddings, labels, { parts: 5, largestFar: 0.1 }), 1e-3).value);
  time('whole set, FAR to 0.1', pairs, () => valAtFar(allPairs(embeddings, labels, { largestFar: 0.1 }), 1e-3).value);
  time('whole set, FAR to 0.01', pairs, () => valAtFar(allPairs(embeddings, labels, { largestFar: 0.01 }), 1e-3).value);
}

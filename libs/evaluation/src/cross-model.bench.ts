// The whole table at LFW's size, processor seconds on one core: npx tsx libs/evaluation/src/cross-model.bench.ts
import { crossModelTable, type Embeddings } from './index.ts';

const size = 128;
let state = 1;
const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;

// LFW's people: 4,069 of 5,749 have one image, the most have 530; here n images for the k-th, falling as 530 / k.
const labels = Int32Array.from(Array.from({ length: 5749 }, (_, k) => Array.from({ length: Math.max(1, Math.round(530 / (k + 1) ** 0.72)) }, () => k)).flat()).slice(0, 13233);
const centres = Float64Array.from({ length: size * 5749 }, next);

function around(spread: number): Embeddings {
  const data = new Float32Array(labels.length * size);
  labels.forEach((label, row) => {
    const vector = Array.from({ length: size }, (_, i) => centres[label * size + i]! + spread * next());
    const length = Math.hypot(...vector);
    vector.forEach((value, i) => { data[row * size + i] = value / length; });
  });
  return { data, size };
}

const [gallery, query] = [around(1.2), around(1.6)];
const start = performance.now();
const before = process.cpuUsage();
const table = crossModelTable(gallery, query, labels);
const { user, system } = process.cpuUsage(before);
const { val, rank1, passes } = table;
console.log(`${labels.length} images, ${table.identities} people: ${((user + system) / 1e6).toFixed(1)} s of processor time, ${((performance.now() - start) / 1000).toFixed(1)} s passed, ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`);
const about = ({ value, interval }: { value: number; interval: { low: number; high: number } }): string => `${value.toFixed(4)} (${interval.low.toFixed(4)} to ${interval.high.toFixed(4)})`;
for (const [name, cell] of Object.entries(val)) console.log('VAL', name, about(cell), cell.pairsSame, cell.pairsDifferent);
for (const [name, cell] of Object.entries(rank1)) console.log('rank 1', name, about(cell), cell.probes);
console.log({ passes });

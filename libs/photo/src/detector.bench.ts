// How long a photo takes, one after the other on one thread, without its start:
//   npx tsx libs/photo/src/detector.bench.ts [photo …]
import { readFileSync } from 'node:fs';
import { decodePhoto, FaceDetector } from './index.ts';
import { drawFaces } from './testing.ts';

const drawn: readonly [string, () => Promise<Buffer>][] = [
  ['crop 136×136, 1 face', () => drawFaces(136, 136, [{ x: 68, y: 62, scale: 0.8 }])],
  ['400×300, 1 face', () => drawFaces(400, 300, [{ x: 200, y: 150, scale: 1 }])],
  ['400×300, none', () => drawFaces(400, 300, [])],
  ['1600×1200, 1 face', () => drawFaces(1600, 1200, [{ x: 800, y: 600, scale: 3 }])],
  ['4000×3000, 1 face', () => drawFaces(4000, 3000, [{ x: 2000, y: 1500, scale: 7 }])],
];
const named = process.argv.slice(2).map((file) => [file, async () => Promise.resolve(readFileSync(file))] as const);

const detector = new FaceDetector();
for (const [name, open] of named.length > 0 ? named : drawn) {
  const photo = await decodePhoto(await open());
  let faces = await detector.detect(photo);
  const times: number[] = [];
  // What counts where the machine has other work.
  const busy: number[] = [];
  for (let i = 0; i < 9; i++) {
    const begin = performance.now();
    const before = process.cpuUsage();
    faces = await detector.detect(photo);
    times.push(performance.now() - begin);
    const { user, system } = process.cpuUsage(before);
    busy.push((user + system) / 1000);
  }
  console.log(`${name}: ${faces.length} found, ${median(times).toFixed(0)} ms, of the processor ${median(busy).toFixed(0)} ms`);
}
await detector.dispose();

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

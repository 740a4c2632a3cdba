// Pictures per second on one core: npx tsx libs/face/src/to-input.bench.ts
import { cropBox, defaultPreprocessing, toInput, type Pixels, type Size } from './index.ts';

const crop: Pixels = {
  width: 136,
  height: 136,
  channels: 3,
  data: Uint8Array.from({ length: 136 * 136 * 3 }, (_, i) => (i * 7919) % 251),
};
const sizes: readonly Size[] = [[140, 116], [96, 96], [160, 160], [224, 224]];

for (const size of sizes) {
  const out = new Float32Array(3 * size[0] * size[1]);
  const box = cropBox(crop.width, crop.height, size, defaultPreprocessing);
  const run = (pictures: number): number => {
    const start = performance.now();
    for (let i = 0; i < pictures; i++) toInput(crop, box, size, defaultPreprocessing, out, 0, { mirror: i % 2 === 1 });
    return (pictures * 1000) / (performance.now() - start);
  };
  run(200);
  const rates = Array.from({ length: 5 }, () => run(400));
  console.log(`136×136 → ${size[0]}×${size[1]}: ${Math.round(Math.max(...rates))} pictures/s (sum ${out.reduce((a, b) => a + b, 0).toFixed(3)})`);
}

import { clusterSteps, runGently } from '@facenet/clusters';
import { createPace } from './pace.ts';

test('pauses when the time is up, and not before', async () => {
  let pauses = 0;
  const pause = createPace(20, () => { pauses++; return Promise.resolve(); });
  await pause();
  expect(pauses).toBe(0);
  const end = performance.now() + 21;
  while (performance.now() < end);
  await pause();
  await pause();
  expect(pauses).toBe(1);
});

test('others work while many faces are grouped', async () => {
  // 600 faces of 60 people on the circle: 6° apart, each within a degree.
  const faces = Array.from({ length: 600 }, (_, i) => {
    const angle = ((i % 60) * 6 + Math.floor(i / 60) / 10) * Math.PI / 180;
    return { id: String(i).padStart(3, '0'), photoId: null, modelId: 'tiny', vector: Float32Array.of(Math.cos(angle), Math.sin(angle)) };
  });
  let others = 0;
  const timer = setInterval(() => { others++; }, 1);
  const { groups } = await runGently(clusterSteps(faces, [], { threshold: () => 2 - 2 * Math.cos(2 * Math.PI / 180) }), { pause: createPace() });
  clearInterval(timer);
  expect(groups).toHaveLength(60);
  expect(others).toBeGreaterThan(0);
});

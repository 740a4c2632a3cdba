import { buildMemory } from './build-memory.ts';

// Expected: pgvector 0.8.0 with 64 MB said that the graph no longer fits after so many vectors of 128 numbers.
test.each([['float32', 51_941], ['float16', 64_785]] as const)('a %s index has the memory that pgvector needs, and little more', (format, faces) => {
  const asked = buildMemory('postgres', 10 * faces, { size: 128, format });
  expect(asked).toBeGreaterThan(640);
  expect(asked).toBeLessThan(640 * 1.2);
});

test('never asks for more than the machine may spare, nor for less than PostgreSQL gives by itself', () => {
  expect(buildMemory('postgres', 1e8, { size: 128, format: 'float32' })).toBe(2048);
  expect(buildMemory('embedded', 1e8, { size: 128, format: 'float32' })).toBe(192);
  expect(buildMemory('postgres', 5_000, { size: 128, format: 'float32' })).toBe(64);
});

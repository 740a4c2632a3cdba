import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CollectiveError, openCommunicator, shareOf, singleProcess } from './index.ts';
import { contiguousRuns } from './reduce-arrays.ts';

test('shares cover everything once, in order, and differ by at most one', () => {
  for (const [count, size] of [[10, 1], [10, 3], [7, 7], [5, 2], [3, 4], [57, 8]] as const) {
    const shares = Array.from({ length: size }, (_, rank) => shareOf(count, { rank, size }));
    expect(shares.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i))).toEqual([...Array(count).keys()]);
    const lengths = shares.map(({ start, end }) => end - start);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
  }
});

test('arrays that lie one behind the other are added up in one message', () => {
  const [one, other] = [new Float32Array(10).map((_, i) => i), Float32Array.of(20, 21)];
  const arrays = [one.subarray(0, 2), one.subarray(2, 5), one.subarray(6, 9), new Float32Array(0), other, one.subarray(9)];
  expect(contiguousRuns(arrays).map((run) => [...run])).toEqual([[0, 1, 2, 3, 4], [6, 7, 8], [20, 21], [9]]);
  // Views, not copies.
  contiguousRuns(arrays)[0]![4] = 40;
  expect(one[4]).toBe(40);
});

test('a process that mpirun has not started, or started alone, is rank 0 of 1', async () => {
  expect(openCommunicator({})).toBe(singleProcess);
  expect(openCommunicator({ OMPI_COMM_WORLD_SIZE: '1', OMPI_COMM_WORLD_RANK: '0' })).toBe(singleProcess);
  const values = Float32Array.of(1, 2);
  expect(await singleProcess.allGather(values)).toEqual(values);
  expect(await singleProcess.allGather(values)).not.toBe(values);
  await singleProcess.allReduceSum(values);
  expect([...values]).toEqual([1, 2]);
});

test('a limit that is no number of seconds is refused', () => {
  const open = () => openCommunicator({ OMPI_COMM_WORLD_SIZE: '2', OMPI_COMM_WORLD_RANK: '1', FACENET_MPI_TIMEOUT: 'soon' });
  expect(open).toThrow(CollectiveError);
  expect(open).toThrow("FACENET_MPI_TIMEOUT: expected a number of seconds above 0, got 'soon'");
});

test('without the addon, a rank says in one line how to build it', () => {
  // A copy of the library as it is before anything is built.
  const copy = mkdtempSync(path.join(tmpdir(), 'facenet-unbuilt-'));
  try {
    const library = fileURLToPath(new URL('..', import.meta.url));
    for (const part of ['src', 'package.json']) cpSync(path.join(library, part), path.join(copy, part), { recursive: true });
    writeFileSync(path.join(copy, 'start.ts'), `import { openCommunicator } from './src/index.ts';
try {
  openCommunicator(process.env);
} catch (error) {
  console.log(String(error));
}
`);
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', path.join(copy, 'start.ts')], {
      encoding: 'utf8', cwd: library, env: { ...process.env, OMPI_COMM_WORLD_SIZE: '2', OMPI_COMM_WORLD_RANK: '1' },
    });
    expect(stdout).toBe('CollectiveError: started by mpirun as rank 1 of 2: the MPI addon is not built; build it with: '
      + 'npx nx build-mpi @facenet/collective (needs Debian\'s g++ and libopenmpi-dev)\n');
  } finally {
    rmSync(copy, { recursive: true });
  }
}, 60_000);

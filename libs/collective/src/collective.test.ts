import { fileURLToPath } from 'node:url';
import { type Ended, makeTwoHosts, missingHosts, missingMpi, mpirun, type MpirunOptions } from './testing.ts';

const script = fileURLToPath(new URL('./collective-script.ts', import.meta.url));
const run = (scene: string, options: MpirunOptions): Promise<Ended> => mpirun(['--import', 'tsx', script, scene], options);

interface Operations {
  readonly rank: number;
  readonly size: number;
  readonly gathered: readonly number[];
  readonly labels: readonly number[];
  readonly memory: readonly number[];
  readonly told: readonly number[];
  readonly bytes: readonly number[];
  readonly nothing: null;
  readonly different: string;
  readonly queue: readonly (readonly number[])[];
}

/** What each operation must have given to every rank, worked out by hand from the numbers in collective-script.ts. */
function expectOperations({ code, stdout, stderr }: Ended, size: number): void {
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const results = stdout.trim().split('\n').map((line) => JSON.parse(line) as Operations).sort((a, b) => a.rank - b.rank);
  const ranks = [...Array(size).keys()];
  const sum = size * (size + 1) / 2;
  expect(results).toEqual(ranks.map((rank) => ({
    rank, size,
    gathered: ranks.flatMap((r) => Array.from({ length: r + 1 }, (_, i) => 10 * r + i)),
    labels: ranks.flatMap((r) => [r, 0 - r]),
    // The tenth number lies behind the arrays and stays.
    memory: [...Array.from({ length: 9 }, (_, i) => i * sum), 9 * (rank + 1)],
    told: [size - 0.5],
    bytes: [7, 8, 9],
    nothing: null,
    different: `CollectiveError: the weights: rank ${ranks.slice(1).join(', ')} of ${size} has other ones than rank 0`,
    queue: [ranks, ranks],
  })));
}

const noMpi = missingMpi();
const withMpi = noMpi === undefined ? test : test.skip;
const mpiNote = noMpi === undefined ? '' : ` (skipped: ${noMpi})`;

withMpi(`three processes gather, add up, tell and compare${mpiNote}`, async () => {
  expectOperations(await run('operations', { ranks: 3 }), 3);
}, 60_000);

withMpi(`a rank that is killed ends the others${mpiNote}`, async () => {
  const { code, stdout, stderr } = await run('dies', { ranks: 2 });
  expect(code).not.toBe(0);
  expect(stdout).not.toContain('all came');
  expect(stderr).toMatch(/rank 1 with PID .* exited on signal 9/);
}, 60_000);

withMpi(`a rank that does not come is not waited for for ever${mpiNote}`, async () => {
  const { code, stdout, stderr } = await run('hangs', { ranks: 2, env: { FACENET_MPI_TIMEOUT: '1' } });
  expect(code).toBe(3);
  expect(stdout).not.toContain('all came');
  expect(stderr).toMatch(/CollectiveError: rank 0 of 2 on .*: waited 1 s in allReduceSum for ranks that did not come/);
}, 60_000);

const noHosts = noMpi ?? missingHosts();
const withHosts = noHosts === undefined ? test : test.skip;

withHosts(`two hosts gather, add up, tell and compare over TCP${noHosts === undefined ? '' : ` (skipped: ${noHosts})`}`, async () => {
  const hosts = makeTwoHosts();
  try {
    expectOperations(await run('operations', { ranks: 2, hosts }), 2);
  } finally {
    hosts.dispose();
  }
}, 60_000);

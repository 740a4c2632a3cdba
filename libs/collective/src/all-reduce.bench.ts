// Milliseconds of an all-reduce between two processes, by size: npx tsx libs/collective/src/all-reduce.bench.ts [hosts [1gbit]]
// `hosts` puts them into two network namespaces (root), joined by a cable as fast as the machine, or as fast as told.
import { fileURLToPath } from 'node:url';
import { launchedAs, openCommunicator } from './index.ts';
import { makeTwoHosts, mpirun } from './testing.ts';

/** Numbers of 4 bytes: one, the embeddings of 1,800 faces, and gradients of a small net, NNS2, NN4 and NN2. */
const sizes = [1, 230_400, 1_000_000, 4_287_144, 6_607_888, 7_456_304];
const rounds = 15;

async function measure(): Promise<void> {
  const communicator = openCommunicator(process.env);
  for (const size of sizes) {
    const values = new Float32Array(new SharedArrayBuffer(4 * size)).fill(1 / 3);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await communicator.barrier();
      const start = performance.now();
      await communicator.allReduceSum(values);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const [best, median] = [times[0]!, times[rounds >> 1]!];
    const megabytes = 4 * size / 1e6;
    if (communicator.rank === 0) {
      console.log(`${megabytes.toFixed(2).padStart(7)} MB: best ${best.toFixed(2)} ms, median ${median.toFixed(2)} ms, ${(8 * megabytes / best).toFixed(2)} Gbit/s each way at best`);
    }
  }
  await communicator.close();
}

async function launch([where, rate]: readonly string[]): Promise<void> {
  const hosts = where === 'hosts' ? makeTwoHosts({ rate }) : undefined;
  try {
    const { code, stdout, stderr } = await mpirun(['--import', 'tsx', fileURLToPath(import.meta.url)], { ranks: 2, ...(hosts ? { hosts } : {}) });
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = code ?? 1;
  } finally {
    hosts?.dispose();
  }
}

await (launchedAs(process.env).size > 1 ? measure() : launch(process.argv.slice(2)));

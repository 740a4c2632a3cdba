// The embed route's core against the runtime on ready tensors, in one run, on the cores that this process gets:
//   npx tsx apps/server/src/inference/inference.bench.ts BUNDLE [SECONDS] [CROP] [SESSIONS]
import { availableParallelism } from 'node:os';
import type { Pixels } from '@facenet/face';
import { cropToInput, openFaceModel } from '@facenet/model';
import { inferenceDefaults, openEmbedder } from './open-embedder.ts';
import { PreparePool } from './prepare-pool.ts';

const [folder, seconds = '10', crop = '160', asked] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected: inference.bench.ts BUNDLE [SECONDS] [CROP] [SESSIONS]');
const { maxBatch } = inferenceDefaults;
const cores = availableParallelism();

const side = Number(crop);
const crops = Array.from({ length: 32 }, (_, seed): Pixels => (
  { width: side, height: side, channels: 3, data: Uint8Array.from({ length: side * side * 3 }, (_each, i) => (seed * 97 + i * 31 + (i >> 5)) % 256) }
));

const raw = await openFaceModel(folder, { threads: cores });
const inputs = crops.map((each) => cropToInput(each, raw));
const each = inputs[0]!.length;
const ready = new Float32Array(maxBatch * each);
inputs.slice(0, maxBatch).forEach((input, i) => { ready.set(input, i * each); });

const pool = new PreparePool();
const { embedder, why, sessions, threads } = await openEmbedder(folder, pool, asked === undefined ? {} : { sessions: Number(asked) });
console.log(`${raw.manifest.name} [${raw.manifest.inputSize.join(', ')}], crops ${side}×${side}; ${cores} cores, ${sessions} × ${threads} threads, batches of ${maxBatch}; ${why}`);

/** Images a second, and what each costs of all cores, which another load on the machine changes less. */
interface Pace {
  readonly images: number;
  readonly cpuMs: number;
}

async function measure(work: (goOn: () => boolean) => Promise<number>, milliseconds: number): Promise<Pace> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const done = await work(() => performance.now() - start < milliseconds);
  const { user, system } = process.cpuUsage(cpu);
  return { images: (done * 1000) / (performance.now() - start), cpuMs: (user + system) / 1000 / done };
}

/** The runtime alone, full batches one after the other. */
const runRaw = (milliseconds: number): Promise<Pace> => measure(async (goOn) => {
  let done = 0;
  for (; goOn(); done += maxBatch) await raw.runner.run(ready, maxBatch);
  return done;
}, milliseconds);

/** Many clients with one crop each, all the time. */
const saturate = (milliseconds: number, clients = 4 * maxBatch): Promise<Pace> => measure(async (goOn) => {
  let done = 0;
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    for (let i = client; goOn(); i++) {
      await embedder.embed([crops[i % crops.length]!]);
      done++;
    }
  }));
  return done;
}, milliseconds);

async function latencies(count: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    // Low load: idle in between.
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    const start = performance.now();
    await work(i);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const slice = (Number(seconds) * 1000) / 10;
await saturate(slice);
// Old and new by turns: what else the machine does meets both.
const rounds: { readonly raw: Pace; readonly embedder: Pace }[] = [];
for (let round = 0; round < 5; round++) rounds.push({ raw: await runRaw(slice), embedder: await saturate(slice) });
for (const [what, key, better] of [['images/s', 'images', 1], ['CPU ms an image', 'cpuMs', -1]] as const) {
  const ratios = rounds.map((round) => (round.embedder[key] / round.raw[key]) ** better);
  console.log(`at saturation, ${what}: raw ${median(rounds.map((round) => round.raw[key])).toFixed(2)}, ` +
    `embedder ${median(rounds.map((round) => round.embedder[key])).toFixed(2)}; ratio ${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`);
}

const alone = await latencies(60, (i) => raw.runner.run(inputs[i % inputs.length]!, 1));
const served = await latencies(60, (i) => embedder.embed([crops[i % crops.length]!]));
console.log(`at low load, p50: raw ${median(alone).toFixed(2)} ms, embedder ${median(served).toFixed(2)} ms, added ${(median(served) - median(alone)).toFixed(2)} ms`);

await embedder.dispose();
await pool.dispose();
await raw.dispose();

/**
 * `POST /v1/embeddings` with ready crops against the runtime alone, in one run: images a second at saturation and the time
 * of a single request. Both sides read the same JPEG files.
 *   node --import tsx apps/server/src/embed-route.bench.ts --network nn2
 *   node --import tsx apps/server/src/embed-route.bench.ts --model BUNDLE --seconds 60
 * --network makes a bundle of weights that learned nothing, which take as long. The runtime alone is this process: its
 * inputs are ready tensors, or made from the files while the batch before is computed. The server is a process of its own;
 * its clients are in this one, on the same cores. Linux only: the server's time is read from /proc.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { resolveSpec } from '@facenet/architecture';
import { cropToInput, openFaceModel, writeBundleFolder } from '@facenet/model';
import { decodePhoto } from '@facenet/photo';
import { drawFaces } from '@facenet/photo/testing';
import sharp from 'sharp';
import { inferenceDefaults } from './inference/open-embedder.ts';
import { randomNumbers } from './store/testing/random-vectors.ts';
import { type ServerProcess, startServer } from './testing/server-process.ts';
import { untrainedBundle } from './testing/untrained-bundle.ts';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string' },
    network: { type: 'string', default: 'nn2' },
    crop: { type: 'string', default: '224' },
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '6' },
    sessions: { type: 'string' },
  },
});
const { maxBatch } = inferenceDefaults;
const [side, rounds] = [Number(flags.crop), Number(flags.rounds)];
const milliseconds = (1000 * Number(flags.seconds)) / rounds / 3;

const scratch = mkdtempSync(path.join(tmpdir(), 'facenet-bench-'));
const folder = flags.model ?? path.join(scratch, 'model');
if (flags.model === undefined) {
  writeBundleFolder(folder, await untrainedBundle(resolveSpec({ extends: flags.network, normalization: 'batch' }, flags.network), { name: flags.network }));
}

const random = randomNumbers(1);
const files = await Promise.all(Array.from({ length: 32 }, async () => sharp(
  await drawFaces(side, side, [{ x: side * (0.45 + 0.1 * random()), y: side * (0.4 + 0.1 * random()), scale: (side / 180) * (0.9 + 0.2 * random()) }]),
).jpeg({ quality: 90 }).toBuffer()));

const raw = await openFaceModel(folder, { threads: availableParallelism() });
const batchOf = async (start: number, size: number): Promise<Float32Array> => {
  const crops = await Promise.all(Array.from({ length: size }, (_, i) => decodePhoto(files[(start + i) % files.length]!)));
  const each = raw.size[0] * raw.size[1] * 3;
  const batch = new Float32Array(size * each);
  crops.forEach((crop, i) => { cropToInput(crop, raw, batch, i * each); });
  return batch;
};

const server = await startServer(
  ['--model', folder, ...(flags.sessions === undefined ? [] : ['--sessions', flags.sessions])], { FACENET_DATA_DIR: path.join(scratch, 'data') });
try {
  await compare(server);
} finally {
  server.signal('SIGTERM');
  await server.ended;
  await raw.dispose();
  rmSync(scratch, { recursive: true });
}

/** Images a second, and what each costs of all cores: of the server alone, where there is one. */
interface Pace {
  readonly images: number;
  readonly cpuMs: number;
}

async function compare({ url, pid }: ServerProcess): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const bodies = files.map(formOf);
  const embed = (i: number): Promise<void> => post(`${url}/v1/embeddings`, bodies[i % bodies.length]!, agent);
  const own = (): number => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };

  const sides = {
    'runtime, ready tensors': async () => {
      const ready = await batchOf(0, maxBatch);
      return measure(own, async (goOn) => {
        let done = 0;
        for (; goOn(); done += maxBatch) await raw.runner.run(ready, maxBatch);
        return done;
      });
    },
    'runtime, from the files': () => measure(own, async (goOn) => {
      let done = 0;
      let next = batchOf(0, maxBatch);
      for (; goOn(); done += maxBatch) {
        const batch = await next;
        next = batchOf(done + maxBatch, maxBatch);
        await raw.runner.run(batch, maxBatch);
      }
      await next;
      return done;
    }),
    'the route': () => measure(() => processorMs(pid), async (goOn) => {
      let done = 0;
      await Promise.all(Array.from({ length: 4 * maxBatch }, async (_, client) => {
        for (let i = client; goOn(); i++, done++) await embed(i);
      }));
      return done;
    }),
  };
  // Warm, all of them; then by turns, so that what else the machine does meets each.
  for (const each of Object.values(sides)) await each();
  const paces: Record<string, Pace>[] = [];
  for (let round = 0; round < rounds; round++) {
    const pace: Record<string, Pace> = {};
    for (const [name, each] of Object.entries(sides)) pace[name] = await each();
    paces.push(pace);
  }

  console.log(`${cpus()[0]!.model.trim()}, ${availableParallelism()} cores; ${raw.manifest.name} [${raw.manifest.inputSize.join(', ')}], JPEG crops ${side}×${side}, batches of ${maxBatch}, ${rounds} rounds of ${(milliseconds / 1000).toFixed(1)} s each`);
  console.table(Object.keys(sides).map((name) => ({
    'at saturation': name,
    'images/s': rounded(median(paces.map((pace) => pace[name]!.images))),
    'CPU ms an image': rounded(median(paces.map((pace) => pace[name]!.cpuMs))),
    'the route in this, median': ratioOf(paces, name, median),
    'lowest': ratioOf(paces, name, (all) => Math.min(...all)),
    'highest': ratioOf(paces, name, (all) => Math.max(...all)),
  })));

  // One at a time, after a rest. By turns of twenty, whose first ones find their process's memory out of the caches.
  const one = await batchOf(0, 1);
  const alone: Record<'ready' | 'fromFile' | 'route', number[]> = { ready: [], fromFile: [], route: [] };
  for (let turn = 0; turn < 6; turn++) {
    alone.ready.push(...await timedTurn(() => raw.runner.run(one, 1)));
    alone.fromFile.push(...await timedTurn(async (i) => raw.runner.run(await batchOf(i, 1), 1)));
    alone.route.push(...await timedTurn(embed));
  }
  const { ready, fromFile, route } = { ready: median(alone.ready), fromFile: median(alone.fromFile), route: median(alone.route) };
  console.log(`alone, p50 of ${alone.route.length}: runtime ${ready.toFixed(2)} ms on a ready tensor, ${fromFile.toFixed(2)} ms from the file; the route ${route.toFixed(2)} ms: ${(route - fromFile).toFixed(2)} ms added`);
  agent.destroy();
}

async function measure(cpu: () => number, work: (goOn: () => boolean) => Promise<number>): Promise<Pace> {
  const [start, cpuStart] = [performance.now(), cpu()];
  const done = await work(() => performance.now() - start < milliseconds);
  return { images: (1000 * done) / (performance.now() - start), cpuMs: (cpu() - cpuStart) / done };
}

async function timedTurn(work: (i: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    const start = performance.now();
    await work(i);
    times.push(performance.now() - start);
  }
  return times;
}

/** Of a process and its threads, in its clock ticks of 10 ms. */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

interface Form {
  readonly type: string;
  readonly bytes: Buffer;
}

function formOf(file: Buffer): Form {
  const boundary = 'facenet-bench';
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="crop"\r\n\r\ntrue\r\n--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="crop.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`),
      file, Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}

// Less of a client than `fetch`, since what it takes of the cores is missing to the server.
function post(url: string, { type, bytes }: Form, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': type, 'content-length': bytes.length } }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`the route answered ${answer.statusCode}`));
      });
    });
    sent.once('error', reject);
    sent.end(bytes);
  });
}

function ratioOf(paces: readonly Record<string, Pace>[], name: string, of: (values: number[]) => number): number {
  return rounded(of(paces.map((pace) => pace['the route']!.images / pace[name]!.images)), 3);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

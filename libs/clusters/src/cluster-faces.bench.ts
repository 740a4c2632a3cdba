// Processor seconds (other work does not count) and the longest step: npx tsx apps/server/src/clusters/cluster-faces.bench.ts [FACES] [PEOPLE]
import { clusterSteps } from './cluster-faces.ts';
import { randomFaces } from './faces.fixture.ts';

const [count = '20000', people = '2000'] = process.argv.slice(2);
const faces = randomFaces(3, { count: Number(count), people: Number(people), size: 128, spread: 0.7, perPhoto: 3 });
const start = process.cpuUsage();
const steps = clusterSteps(faces, [], { threshold: () => 0.8 });
let longest = 0;
for (;;) {
  const before = process.cpuUsage();
  const step = steps.next();
  const { user: inStep } = process.cpuUsage(before);
  longest = Math.max(longest, inStep / 1000);
  if (!step.done) continue;
  const { user, system } = process.cpuUsage(start);
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const personOf = new Map(faces.map(({ id, person }) => [id, person]));
  const mixed = step.value.groups.filter((ids) => new Set(ids.map((id) => personOf.get(id))).size > 1).length;
  console.log(`${count} faces of ${people}: ${((user + system) / 1e6).toFixed(2)} s, longest step ${longest.toFixed(0)} ms, ${((heapUsed + arrayBuffers) / 2 ** 20).toFixed(0)} MiB; ` +
    `${step.value.groups.length} groups (${mixed} of several people), ${step.value.single.length} alone`);
  break;
}

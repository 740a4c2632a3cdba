// Processor seconds (other work does not count), LFW's size: npx tsx libs/evaluation/src/clustering/clustering.bench.ts
import { testEmbeddings, testRandom } from '../embeddings.fixture.ts';
import { averageLinkage, chineseWhispers, completeLinkage, dbscan, kMeans, neighbourGraph, scoreClustering } from './index.ts';

const faces = 13233;
const size = 128;
const threshold = 0.9;
const random = testRandom(2);
// Most people once, a few often, as in LFW.
const people = Int32Array.from({ length: faces }, () => Math.floor(5749 * random.next() ** 3));
const embeddings = { data: testEmbeddings([...people], size, 0.8, 5), size };

function time<T>(what: string, work: () => T, clustersOf?: (result: T) => Int32Array): T {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const scores = clustersOf && scoreClustering(people, clustersOf(result));
  const memory = process.memoryUsage();
  console.log(`${what}: ${seconds.toFixed(2)} s, ${((memory.heapUsed + memory.arrayBuffers) / 2 ** 20).toFixed(0)} MiB${scores ? `, ${scores.clusters} clusters, BCubed F ${scores.bCubed.f.toFixed(4)}` : ''}`);
  return result;
}

const same = <T>(result: T): T => result;
const graph = time('neighbour graph', () => neighbourGraph(embeddings, threshold));
console.log(`  ${graph.neighbours.length / 2} pairs closer than ${threshold}`);
time('DBSCAN', () => dbscan(graph, { minPoints: 3 }), same);
time('Chinese whispers', () => chineseWhispers(graph, { random: testRandom(1) }), same);
time('complete linkage', () => completeLinkage(graph), same);
time('average linkage', () => averageLinkage(embeddings, graph), same);
time('k-means, 1000 clusters', () => kMeans(embeddings, { clusters: 1000, random: testRandom(1) }), ({ clusters }) => clusters);

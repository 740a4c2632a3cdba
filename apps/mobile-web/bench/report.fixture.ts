import type { Download } from './first-visit.fixture.ts';
import type { OursMeasured, PeerMeasured } from './measure.ts';

interface Refused {
  readonly refused: string;
}

export interface Report {
  /** `load`: of the machine, before and after. */
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly browser: string; readonly load: readonly number[] };
  readonly model: { readonly name: string; readonly bytes: number; readonly precision: string };
  readonly downloads: readonly Download[];
  readonly visit: { readonly readyMs: number; readonly firstResultMs: number; readonly secondVisitMs: number };
  readonly live: { readonly drawnPerSecond: number; readonly looksPerSecond: number; readonly heapBytes: number; readonly memoryBytes: number | null };
  readonly ours: readonly { readonly name: string; readonly result: OursMeasured | Refused }[];
  readonly peer: readonly { readonly name: string; readonly result: PeerMeasured | Refused }[];
}

export function markdownOf({ machine, model, downloads, visit, live, ours, peer }: Report): string {
  const total = (of: (each: Download) => number): string => megabytes(downloads.reduce((sum, each) => sum + of(each), 0));
  return `# The phone's page, measured

Command: \`npx nx run mobile-web:bench\`. Machine: ${machine.cores} cores of ${machine.cpu}, Chromium ${machine.browser}, Node ${machine.node}; load before and
after: ${machine.load.map((each) => each.toFixed(1)).join(' and ')}. Model: ${model.name}, ${megabytes(model.bytes)} MB, ${model.precision}. Pictures are of drawn people. A desktop's processor
is no phone's: read the ratios.

## One ready crop to one embedding

| what | first, from nothing | p50 | p95 | runs | photo of 640×480, p50 |
|---|---|---|---|---|---|
${ours.map(({ name, result }) => rowOf(`facenet, ${name}`, result)).join('\n')}
${peer.map(({ name, result }) => rowOf(`face-api's recognition network, ${name}`, result)).join('\n')}

Every row is a page of its own, ours and the peer by turns, on the same crops. The first embedding includes downloads from the same machine,
starting the runtime, and the check with the bundle's golden pictures. The peer sees 150×150 pixels and has 5.6 million parameters.

## The page

| | |
|---|---|
| first visit: ready | ${seconds(visit.readyMs)} s |
| first visit: two photos verified | ${seconds(visit.firstResultMs)} s |
| second visit: ready | ${seconds(visit.secondVisitMs)} s |
| live view: frames looked at | ${live.looksPerSecond.toFixed(1)} a second (its camera gives 10) |
| live view: frames drawn by the page | ${live.drawnPerSecond.toFixed(1)} a second |
| JavaScript heap of the page, live | ${megabytes(live.heapBytes)} MB |
| memory of page and worker, live | ${live.memoryBytes === null ? 'not told' : `${megabytes(live.memoryBytes)} MB`} |

## What the first visit downloads

| file | MB | gzip | brotli |
|---|---|---|---|
${downloads.filter(({ gzipBytes }) => gzipBytes >= 20_000).map(({ file, bytes, gzipBytes, brotliBytes }) => `| \`${file}\` | ${megabytes(bytes)} | ${megabytes(gzipBytes)} | ${megabytes(brotliBytes)} |`).join('\n')}
| all ${downloads.length} files | ${total(({ bytes }) => bytes)} | ${total(({ gzipBytes }) => gzipBytes)} | ${total(({ brotliBytes }) => brotliBytes)} |

Brotli at quality 5, as servers do it while they send.
`;
}

function rowOf(name: string, result: OursMeasured | PeerMeasured | Refused): string {
  if ('refused' in result) return `| ${name} | not there: ${result.refused.replaceAll('|', '/').slice(0, 120)} | | | | |`;
  const { firstMs, embed: { p50, p95, runs } } = result;
  return `| ${name} | ${seconds(firstMs)} s | ${p50.toFixed(1)} ms | ${p95.toFixed(1)} ms | ${runs} | ${'photo' in result ? `${result.photo.p50.toFixed(1)} ms` : ''} |`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e5 ? 3 : 2);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

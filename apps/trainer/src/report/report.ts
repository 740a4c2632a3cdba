import { describeModel, type ModelSpec } from '@facenet/architecture';
import { rocCurve, thresholdsPerFar } from '@facenet/evaluation';
import type { Preprocessing } from '@facenet/face';
import { histogramChart, rocChart } from '../charts/index.ts';
import { formatSeconds } from '../cli/progress.ts';
import { formatExperiment } from '../config/load.ts';
import type { Experiment } from '../config/schema.ts';
import type { Dataset } from '../data/dataset.ts';
import type { HeldOut, HeldOutResult } from '../training/held-out.ts';
import type { Best } from '../training/run-state.ts';
import { drawCurves, parseMetrics } from './curves.ts';
import { showHardestPairs } from './hardest-pairs.ts';
import { type Html, html, inlineSvg, pageHead, table } from './html.ts';

export interface ReportSource {
  readonly experiment: Experiment;
  readonly spec: ModelSpec;
  readonly preprocessing: Preprocessing;
  readonly data: Dataset;
  /** The text of metrics.jsonl. */
  readonly metrics: string;
  readonly step: number;
  readonly minutes: number;
  readonly best: Best | null;
  readonly heldOut: { readonly set: HeldOut; readonly result: HeldOutResult } | undefined;
}

/** One page that needs nothing else: charts are inline SVG, pictures data URIs. */
export async function renderReport(source: ReportSource): Promise<string> {
  const { experiment, spec, metrics, heldOut } = source;
  const curves = await drawCurves(parseMetrics(metrics));
  const page = html`${pageHead(`${spec.name}: training report`, style, spec.name)}
${summarise(source)}
${heldOut ? await describeHeldOut(source, heldOut.set, heldOut.result) : html`<p>Too few identities were held out to measure anything on.</p>`}
<h2>Curves</h2>
<div class="charts">${curves}</div>
<h2>Data</h2>
${describeData(source)}
<h2>Experiment</h2>
<pre>${formatExperiment(experiment)}</pre>
</body>
</html>
`;
  return page.html;
}

function summarise({ spec, step, minutes, best, metrics }: ReportSource): Html {
  const { parameters, multiplyAdds, input, embedding, normalization } = describeModel(spec);
  const last = parseMetrics(metrics).filter(({ kind }) => kind === 'train').at(-1);
  const speed = last?.time['imagesPerSecond'];
  const waits = last?.time['waitShare'];
  return table([
    ['network', `input ${input.join('×')}, embedding ${embedding}, normalisation ${normalization}`],
    ['cost', `${parameters.toLocaleString('en')} parameters, ${multiplyAdds.toLocaleString('en')} multiply-adds an image`],
    ['trained', `${step} steps in ${formatSeconds(60 * minutes)}`],
    ['speed', typeof speed === 'number' && typeof waits === 'number' ? `${speed.toFixed(0)} images/s, waiting for data ${percent(waits, 1)} of the time` : '–'],
    ['best', best ? `${percent(best.accuracy)} held-out accuracy${best.across ? ' against the reference' : ''} at step ${best.step}` : '–'],
  ]);
}

async function describeHeldOut(source: ReportSource, set: HeldOut, result: HeldOutResult): Promise<Html> {
  const { spec, data, preprocessing, step } = source;
  const { pairs, accuracy, accuracyError, threshold } = result;
  const fars = thresholdsPerFar(pairs);
  const roc = await rocChart([{ name: 'held-out identities', curve: rocCurve(pairs) }], { title: 'ROC over all pairs', width: 420, height: 280 });
  const histogram = await histogramChart(
    [{ name: 'one person', counts: pairs.histogram.same }, { name: 'two people', counts: pairs.histogram.different }],
    { title: 'Squared distances of all pairs', x: 'squared distance', binWidth: pairs.histogram.width, width: 420, height: 280, mark: { at: threshold, label: `threshold ${threshold.toFixed(2)}` } },
  );
  return html`
<h2>Identities never trained on, at step ${step}</h2>
${table([
    ['accuracy', `${percent(accuracy)} ± ${percent(accuracyError)} (standard error) over ${set.pairs.sets} folds of ${set.pairs.same.length} pairs in all`],
    ...(result.across ? [['against the reference', `${percent(result.across.accuracy)} ± ${percent(result.across.accuracyError)}, each pair both ways`] as const] : []),
    ['threshold', `${threshold.toFixed(2)} (squared distance)`],
    ...fars.map(({ far, value, threshold: at, falseAccepts, pairsSame, pairsDifferent }) => (
      [`VAL at FAR ${far}`, `${percent(value)} at threshold ${at.toFixed(3)}; ${falseAccepts} false accepts among ${pairsDifferent} pairs, ${pairsSame} pairs of one person`] as const
    )),
  ])}
<div class="charts">${[inlineSvg(roc), inlineSvg(histogram)]}</div>
<h2>Hardest pairs</h2>
<p>Squared distance below each pair. These are pictures of the data set: whoever may not have it may not have this page.</p>
${await showHardestPairs({ images: data.images, rows: set.images, pairs: set.pairs, distances: result.distances, threshold, size: [spec.input[1], spec.input[2]], preprocessing })}`;
}

function describeData({ data }: ReportSource): Html {
  const heldOut = data.images.files.length - data.trainImages;
  const rows = table([
    ['trained on', `${data.trainImages} images of ${data.trainIdentities} identities`],
    ['held out', `${heldOut} images of ${data.identities.length - data.trainIdentities} identities`],
    ['with one image', `${data.single.length} identities, which can only be negatives`],
    ['broken', `${data.broken.length} images left out`],
  ]);
  if (data.broken.length === 0) return rows;
  return html`${rows}<details><summary>Broken images</summary><ul>${data.broken.map(({ message }) => html`<li>${message}</li>`)}</ul></details>`;
}

function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)} %`;
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: .5rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ddd; } h3 { font-size: 1rem; }
table { border-collapse: collapse; } th { text-align: left; font-weight: 600; padding: .15rem 1.5rem .15rem 0; vertical-align: top; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; } svg { max-width: 100%; height: auto; }
.pairs { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; } figure img { height: 96px; margin-right: 2px; }
figcaption { font-variant-numeric: tabular-nums; } figcaption b { color: #b00; }
pre { background: #f6f6f6; padding: 1rem; overflow-x: auto; }
`;

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { histogramChart, rocChart } from '../charts/index.ts';
import { writeFileAtomically } from '@facenet/files';
import type { EvaluationResult } from './evaluate-embeddings.ts';
import { count, figureRows, percent } from './figure-rows.ts';
import { groupIntervals, groupRows } from './group-rows.ts';
import type { GroupTable } from './group-table.ts';
import type { EvaluationSummary } from './summary.ts';

export interface ReportFacts {
  readonly title: string;
  /** What was measured on what: name, value. */
  readonly about: readonly (readonly [string, string])[];
}

export interface Figures {
  readonly summary: EvaluationSummary;
  readonly groups: GroupTable | undefined;
}

/** Writes evaluation.json, roc.svg, distances.svg and a page that shows them and needs nothing from elsewhere. */
export async function writeReport(folder: string, { title, about }: ReportFacts, result: EvaluationResult, { summary, groups }: Figures): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const charts = await drawCharts(result, title);
  for (const { file, svg } of charts) writeFileAtomically(path.join(folder, file), svg);
  const json = { title, about: Object.fromEntries(about), ...summary, groups, roc: result.pairs?.roc, rocAllPairs: result.whole.refused === undefined ? result.whole.roc : undefined };
  writeFileAtomically(path.join(folder, 'evaluation.json'), `${JSON.stringify(json, null, 2)}\n`);
  const page = path.join(folder, 'index.html');
  writeFileAtomically(page, renderPage({ title, about }, { summary, groups }, charts.map(({ svg }) => svg)));
  return page;
}

async function drawCharts({ listed, pairs, whole }: EvaluationResult, title: string): Promise<{ file: string; svg: string }[]> {
  const lines = [
    ...(pairs ? [{ name: listed ? 'listed pairs' : 'pairs drawn', curve: pairs.roc }] : []),
    ...(whole.refused === undefined ? [{ name: 'all pairs', curve: whole.roc }] : []),
  ];
  const charts = lines.length > 0 ? [{ file: 'roc.svg', svg: await rocChart(lines, { title: `ROC: ${title}` }) }] : [];
  if (whole.refused !== undefined) return charts;
  const { histogram, thresholds } = whole;
  const chosen = thresholds.find(({ far }) => far === 1e-3) ?? thresholds.at(-1);
  const svg = await histogramChart(
    [{ name: 'same person', counts: histogram.same }, { name: 'different people', counts: histogram.different }],
    {
      title: 'Distances of all pairs of images', x: 'squared distance', binWidth: histogram.width,
      ...(chosen && { mark: { at: chosen.threshold, label: `FAR ${chosen.far}: ${chosen.threshold.toFixed(3)}` } }),
    },
  );
  return [...charts, { file: 'distances.svg', svg }];
}

function renderPage({ title, about }: ReportFacts, { summary, groups }: Figures, charts: readonly string[]): string {
  const thresholds = summary.thresholds.map(({ far, threshold, value, accepted, pairsSame, falseAccepts, pairsDifferent }) =>
    [String(far), threshold.toFixed(4), percent(value), `${count(accepted)} of ${count(pairsSame)}`, `${count(falseAccepts)} of ${count(pairsDifferent)}`]);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; margin: 1rem 0 2rem; }
  td, th { padding: .25rem .9rem .25rem 0; text-align: left; border-bottom: 1px solid #e6e6e6; font-variant-numeric: tabular-nums; }
  svg { max-width: 100%; height: auto; }
  .wide { overflow-x: auto; } .wide td { vertical-align: top; }
</style>
<h1>${escape(title)}</h1>
${table([], about)}
<h2>Figures</h2>
${table([], figureRows(summary))}
${groups ? renderGroups(groups) : ''}
${charts.join('\n')}
${thresholds.length > 0 ? `<h2>Thresholds</h2>
<p>Over all pairs of images at once. Accepted are squared distances below the threshold.</p>
${table(['FAR', 'threshold', 'VAL', 'same person, accepted', 'different people, accepted'], thresholds)}` : ''}
</html>
`;
}

function renderGroups(groups: GroupTable): string {
  const { header, rows } = groupRows(groups);
  return `<h2>Groups</h2>
<p>Everyone is judged by one threshold, ${groups.threshold.toFixed(4)}, which all pairs give for FAR ${groups.far}; the last column is what a threshold of
the group's own would give. Across: pairs of images of two values.${groups.imagesWithout > 0 ? ` ${count(groups.imagesWithout)} images are not in the list.` : ''} ${escape(groupIntervals(groups))}</p>
<div class="wide">${table(header, rows)}</div>`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string => `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${header.length > 0 ? line(header, 'th') : ''}${rows.map((row) => line(row, 'td')).join('\n')}</table>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

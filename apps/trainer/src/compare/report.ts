import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { CrossModelTable } from '@facenet/evaluation';
import { rocChart } from '../charts/index.ts';
import { writeFileAtomically } from '@facenet/files';
import { type Html, html, inlineSvg, pageHead, raw, table } from '../report/html.ts';
import { count, percent, points, shortfalls, tableRows, type ComparisonSummary } from './summary.ts';

/** Writes comparison.json, roc.svg and a page that shows them and needs nothing from elsewhere; returns the page's path. */
export async function writeComparison(folder: string, summary: ComparisonSummary, { val }: CrossModelTable): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const { galleryModel: { name: a }, queryModel: { name: b } } = summary;
  // The paper's Figure 8 shows the same three curves.
  const svg = await rocChart(
    [
      { name: `A alone: ${a}`, curve: val.gallery.roc },
      { name: `B alone: ${b}`, curve: val.query.roc },
      { name: 'B against A', curve: val.cross.roc },
    ],
    { title: `${b} against ${a}`, width: 620, height: 400, far: summary.val.far },
  );
  writeFileAtomically(path.join(folder, 'roc.svg'), svg);
  const roc = { gallery: val.gallery.roc, query: val.query.roc, cross: val.cross.roc };
  writeFileAtomically(path.join(folder, 'comparison.json'), `${JSON.stringify({ ...summary, roc }, null, 2)}\n`);
  const page = path.join(folder, 'index.html');
  writeFileAtomically(page, renderPage(summary, svg));
  return page;
}

function renderPage(summary: ComparisonSummary, svg: string): string {
  const { galleryModel: a, queryModel: b, dataset, images, identities, broken, missing, notes, val, resamples } = summary;
  const title = `${b.name} in the gallery of ${a.name}`;
  return html`${pageHead(title, style)}
${verdict(summary)}
${table([
    ['A, the gallery', `${a.name}, model ${a.modelId.slice(0, 12)}, space ${a.spaceId ?? 'not named'}`],
    ['B, the query', `${b.name}, model ${b.modelId.slice(0, 12)}, space ${b.spaceId ?? 'not named'}`],
    ['images', `${dataset}: ${count(images)} of ${count(identities)} people${leftOut(broken, missing)}`],
  ])}
${notes.map((note) => html`<p class="note">${note}</p>`)}
<h2>Alone and across</h2>
${figures(summary)}
<p>VAL is the share of same-person pairs accepted at a false accept rate of ${val.far}, over all pairs of images, each cell with its own
threshold; an image is never paired with itself. Rank 1 is the share of probes whose closest other image shows the same person. Intervals
hold 95 % of ${count(resamples)} resamples of the people; for rank 1 the gallery stays as it is.</p>
${inlineSvg(svg)}
<h2>Across, less the weaker model alone</h2>
${differenceTable(summary)}
<h2>Counts</h2>
${countTable(summary)}
<h2>Thresholds of B's probes in A's gallery</h2>
${thresholdTable(summary)}
</body>
</html>
`.html;
}

function verdict(summary: ComparisonSummary): Html {
  if (summary.passes) return html`<p class="verdict passes">Passes: every cell across is at least as good as the weaker model alone.</p>`;
  return html`<p class="verdict fails">Does not pass: ${shortfalls(summary).join('; ')}.</p>`;
}

function leftOut(broken: number, missing: number): string {
  return [
    ...(broken > 0 ? [`; ${count(broken)} could not be decoded`] : []),
    ...(missing > 0 ? [`; ${count(missing)} have no embedding in a file`] : []),
  ].join('');
}

function figures(summary: ComparisonSummary): Html {
  const { header, rows } = tableRows(summary);
  return grid(header, rows.map((cells, i) => ({ cells, strong: i === 1 || i === 2 })));
}

function differenceTable({ differences: { val, rank1 } }: ComparisonSummary): Html {
  return grid(['figure', 'difference, points', '95 %'], ([
    ['VAL', val], ["rank 1, B's probes in A's gallery", rank1.cross], ["rank 1, A's probes in B's gallery", rank1.crossReverse],
  ] as const).map(([name, { value, low, high }]) => ({ cells: [name, points(value), `${points(low)} to ${points(high)}`] })));
}

function countTable({ cells: { val, rank1 } }: ComparisonSummary): Html {
  return html`
${grid(['VAL', 'same person, accepted', 'different people, accepted', 'achieved FAR'], ([['A alone', val.gallery], ['B alone', val.query], ['across', val.cross]] as const)
    .map(([name, cell]) => ({ cells: [name, `${count(cell.accepted)} of ${count(cell.pairsSame)}`, `${count(cell.falseAccepts)} of ${count(cell.pairsDifferent)}`, cell.achievedFar.toExponential(2)] })))}
${grid(['rank 1', 'hits', 'probes', 'without a mate'], ([['A alone', rank1.gallery], ['B alone', rank1.query], ["B's probes in A's gallery", rank1.cross], ["A's probes in B's gallery", rank1.crossReverse]] as const)
    .map(([name, cell]) => ({ cells: [name, count(cell.hits), count(cell.probes), count(cell.withoutMate)] })))}`;
}

function thresholdTable({ thresholds }: ComparisonSummary): Html {
  return grid(['FAR', 'threshold', 'VAL', 'different people, accepted'], thresholds.map(({ far, threshold, value, falseAccepts, pairsDifferent }) => (
    { cells: [String(far), threshold.toFixed(4), percent(value), `${count(falseAccepts)} of ${count(pairsDifferent)}`] }
  )));
}

function grid(header: readonly string[], rows: readonly { readonly cells: readonly string[]; readonly strong?: boolean }[]): Html {
  return html`<table class="grid"><thead><tr>${header.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${rows.map(({ cells, strong }) => html`<tr${raw(strong ? ' class="across"' : '')}>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
td, th { padding: .25rem 1.1rem .25rem 0; text-align: left; border-bottom: 1px solid #e6e6e6; vertical-align: top; font-weight: 400; }
th { color: #555; white-space: nowrap; } .grid td + td, .grid th + th { text-align: right; }
.across td { background: #eef5fb; } .grid td:last-child, .grid th:last-child { padding-right: .4rem; } .grid td:first-child, .grid th:first-child { padding-left: .4rem; }
.verdict { padding: .5rem .8rem; border-left: 4px solid; } .passes { border-color: #009e73; background: #eefaf5; } .fails { border-color: #d55e00; background: #fdf2ea; }
.note { color: #555; } svg { max-width: 100%; height: auto; }
`;

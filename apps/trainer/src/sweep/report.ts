import path from 'node:path';
import { writeFileAtomically } from '@facenet/files';
import { type Html, html, inlineSvg, pageHead, table } from '../report/html.ts';
import { type DrawnChart, drawSweep } from './charts.ts';
import { markdownTable, tableOf } from './columns.ts';
import type { SweepPlan } from './plan.ts';
import type { RowResult } from './row-result.ts';

/** Writes table.md, results.json, the charts, and report.html with all of it. */
export async function writeSweepReport(plan: SweepPlan, results: readonly RowResult[]): Promise<{ table: string; report: string }> {
  const rows = tableOf(plan, results);
  const charts = await drawSweep(plan, results);
  for (const { file, svg } of charts) writeFileAtomically(path.join(plan.out, file), svg);
  const files = { table: path.join(plan.out, 'table.md'), report: path.join(plan.out, 'report.html') };
  const facts = factsOf(plan, results);
  writeFileAtomically(path.join(plan.out, 'results.json'), `${JSON.stringify({ title: plan.title, ...Object.fromEntries(facts), rows: results }, null, 2)}\n`);
  writeFileAtomically(files.table, [
    `# ${plan.title}`, '', ...facts.map(([name, value]) => `- ${name}: ${value}`), '', markdownTable(rows), '', howToRead(results), '',
    ...charts.map(({ file }) => `![${file}](${file})`), '',
  ].join('\n'));
  writeFileAtomically(files.report, renderPage(plan, facts, charts, results).html);
  return files;
}

function factsOf({ file, measure, rows }: SweepPlan, results: readonly RowResult[]): [string, string][] {
  const done = results.filter(({ status }) => status === 'done').length;
  const failed = results.length - done;
  return [
    ['sweep', path.relative('', file)],
    ['rows', `${done} of ${rows.length} done${failed > 0 ? `, ${failed} failed` : ''}`],
    ...(measure.set ? [
      ['images', `${measure.name}: ${measure.set.files.length.toLocaleString('en')} of ${measure.set.identities.length.toLocaleString('en')} people${measure.flip ? ', each with its mirror' : ''}`],
      ['pairs', measure.pairs === undefined ? `drawn from the images, seed ${measure.seed}` : path.basename(measure.pairs)],
    ] satisfies [string, string][] : []),
  ];
}

function howToRead(results: readonly RowResult[]): string {
  const trained = results.some(({ training }) => training);
  return [
    'Accuracy: mean over folds, threshold from the others. VAL: all pairs of images within five parts that share no person. ± is the standard error over folds and parts.',
    ...(trained ? ['Each row is one training of the seed it states: another seed gives other figures, and the errors say nothing of that.'] : []),
  ].join(' ');
}

function renderPage(plan: SweepPlan, facts: readonly (readonly [string, string])[], charts: readonly DrawnChart[], results: readonly RowResult[]): Html {
  // Errors are long, and would make the table wider than the page.
  const rows = tableOf(plan, results, { errors: false });
  const failed = results.filter(({ error }) => error !== undefined);
  return html`${pageHead(plan.title, style)}
${table(facts)}
<h2>Table</h2>
<div class="wide"><table class="rows">
<thead><tr>${rows.header.map((title, i) => cell('th', title, rows.align[i]!))}</tr></thead>
<tbody>${rows.rows.map((cells) => html`<tr>${cells.map((text, i) => cell('td', text, rows.align[i]!))}</tr>`)}</tbody>
</table></div>
${failed.length > 0 ? html`<h3>Failed</h3>${table(failed.map(({ name, error }) => [name, error!] as const))}` : ''}
<p>${howToRead(results)}</p>
<div class="charts">${charts.map(({ svg }) => inlineSvg(svg))}</div>
</body>
</html>
`;
}

function cell(tag: 'td' | 'th', text: string, align: 'left' | 'right'): Html {
  return tag === 'td' ? html`<td class="${align}">${text}</td>` : html`<th class="${align}">${text}</th>`;
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1320px; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: .5rem; } h2 { margin-top: 2rem; }
table { border-collapse: collapse; } th { text-align: left; font-weight: 600; padding: .15rem 1.5rem .15rem 0; vertical-align: top; }
.rows td, .rows th { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid #e6e6e6; font-variant-numeric: tabular-nums; }
.rows td { white-space: nowrap; } .rows .right { text-align: right; } .rows th { min-width: 4.5rem; vertical-align: bottom; } .wide { overflow-x: auto; }
.charts { display: flex; flex-wrap: wrap; gap: 1.5rem; margin-top: 2rem; } svg { max-width: 100%; height: auto; }
`;

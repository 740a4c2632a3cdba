import type { Align } from '../cli/table.ts';
import type { MeasuredOn } from './measured-on.ts';
import type { RowResult } from './row-result.ts';

interface Column {
  readonly title: string;
  readonly align: Align;
  /** Undefined where the row has no such figure. */
  readonly cell: (row: RowResult) => string | undefined;
  /** Left out where all rows say the same. */
  readonly onlyIfDifferent?: boolean;
}

export interface Table {
  readonly header: readonly string[];
  readonly align: readonly Align[];
  readonly rows: readonly (readonly string[])[];
}

/** One row per row of the sweep, with the columns that any of them can fill. */
export function tableOf({ measure }: { readonly measure: Pick<MeasuredOn, 'name' | 'far'> }, results: readonly RowResult[], { errors = true } = {}): Table {
  const columns = [...columnsFor(measure, results), ...(errors ? [errorColumn] : [])];
  const shown = columns.filter(({ cell, onlyIfDifferent }) => {
    const cells = new Set(results.map(cell).filter((text) => text !== undefined));
    return cells.size > (onlyIfDifferent ? 1 : 0);
  });
  return {
    header: shown.map(({ title }) => title),
    align: shown.map(({ align }) => align),
    rows: results.map((row) => shown.map(({ cell }) => cell(row) ?? '–')),
  };
}

function columnsFor({ name, far }: Pick<MeasuredOn, 'name' | 'far'>, results: readonly RowResult[]): Column[] {
  const fars = new Set(results.flatMap(({ heldOut }) => heldOut?.far ?? []));
  const common = fars.size === 1 ? ` at FAR ${[...fars][0]}` : '';
  const figure = (title: string, cell: Column['cell']): Column => ({ title, align: 'right', cell });
  return [
    { title: 'row', align: 'left', cell: (row) => row.name },
    { ...figure('input', ({ cost }) => cost?.input), onlyIfDifferent: true },
    { ...figure('embedding', ({ cost }) => cost && String(cost.embedding)), onlyIfDifferent: true },
    figure('parameters', ({ cost }) => count(cost?.parameters)),
    figure('multiply-adds', ({ cost }) => count(cost?.multiplyAdds)),
    figure('faces seen', ({ training }) => count(training?.examples)),
    figure('minutes', ({ training }) => training?.minutes.toFixed(1)),
    figure('held-out accuracy', ({ heldOut }) => heldOut && percent(heldOut.accuracy, heldOut.standardError)),
    figure(`held-out VAL${common}`, ({ heldOut }) => (heldOut?.val === undefined ? undefined : `${percent(heldOut.val)}${common ? '' : ` at FAR ${heldOut.far}`}`)),
    figure(`${name} accuracy`, ({ evaluation }) => (evaluation?.accuracy === undefined ? undefined : percent(evaluation.accuracy, evaluation.standardError))),
    figure(`${name} VAL at FAR ${far}`, ({ evaluation }) => evaluation && valCell(evaluation.valAllPairs)),
    figure(`${name} area under ROC`, ({ evaluation }) => evaluation?.areaUnderRoc?.toFixed(4)),
  ];
}

const errorColumn: Column = { title: 'failed', align: 'left', cell: ({ error }) => error };

function valCell({ value, standardError, refused }: { value: number | null; standardError: number | null; refused?: string }): string {
  return value === null ? `none: ${refused}` : percent(value, standardError ?? undefined);
}

function percent(value: number, error?: number): string {
  return `${(100 * value).toFixed(2)}${error === undefined ? '' : ` ± ${(100 * error).toFixed(2)}`} %`;
}

function count(value: number | null | undefined): string | undefined {
  return value?.toLocaleString('en');
}

/** A table as Markdown. */
export function markdownTable({ header, align, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(header), line(align.map((side) => (side === 'right' ? '--:' : '---'))), ...rows.map(line)].join('\n');
}

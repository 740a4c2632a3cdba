import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describeError, InterruptedError, UsageError } from '../cli/errors.ts';
import { say } from '../cli/output.ts';
import { formatSeconds, startProgress } from '../cli/progress.ts';
import { suggest } from '../cli/suggest.ts';
import type { PlannedRow, SweepPlan } from './plan.ts';
import type { RowResult } from './row-result.ts';
import { RowStore } from './row-store.ts';
import { runRow } from './run-row.ts';
import { writeSweepReport } from './report.ts';

export interface SweepRunOptions {
  /** Rows to run; all of them unless told. */
  readonly only?: readonly string[];
  readonly signal: AbortSignal;
  readonly verbose?: boolean;
}

export interface SweepResult {
  readonly title: string;
  readonly out: string;
  readonly table: string;
  readonly report: string;
  /** In the order of the sweep; rows that were never run are left out. */
  readonly rows: readonly RowResult[];
}

/** Runs the rows that are not done yet, and writes the table after each, so that it can be looked at meanwhile. */
export async function runSweep(plan: SweepPlan, { only = [], signal, verbose = false }: SweepRunOptions): Promise<SweepResult> {
  const chosen = chooseRows(plan, only);
  const store = new RowStore(plan.out);
  mkdirSync(plan.out, { recursive: true });
  say(`${plan.title}: ${chosen.length} rows, in ${plan.out}`);
  for (const [i, row] of chosen.entries()) {
    const label = `[${i + 1}/${chosen.length}] ${row.name}`;
    if (store.finished(row)) {
      say(`${label}: done before`);
      continue;
    }
    if (signal.aborted) throw stopped(plan);
    const started = performance.now();
    const progress = startProgress(label);
    try {
      store.keep(await runRow(row, { plan, store, signal, progress }));
      progress.stop();
      say(`${label}: done in ${formatSeconds((performance.now() - started) / 1000)}`);
    } catch (error) {
      progress.stop();
      if (error instanceof InterruptedError) throw stopped(plan, error);
      say(`${label}: failed: ${describeError(error, verbose)}`);
      store.keep({ name: row.name, digest: row.digest, status: 'failed', error: describeError(error, false) });
    }
    await writeSweepReport(plan, resultsOf(plan, store));
  }
  const rows = resultsOf(plan, store);
  const files = await writeSweepReport(plan, rows);
  return { title: plan.title, out: plan.out, ...files, rows };
}

function resultsOf({ rows }: SweepPlan, store: RowStore): RowResult[] {
  return rows.flatMap((row) => store.latest(row) ?? []);
}

function stopped({ file }: SweepPlan, reason?: InterruptedError): InterruptedError {
  return new InterruptedError(`${reason ? `${reason.message}; ` : ''}the same command goes on from there: npx facenet sweep ${path.relative('', file)} …`);
}

function chooseRows({ rows, file }: SweepPlan, only: readonly string[]): readonly PlannedRow[] {
  const names = rows.map(({ name }) => name);
  for (const name of only) {
    if (names.includes(name)) continue;
    const near = suggest(name, names);
    throw new UsageError(`--only ${name}: ${file} has no such row; ${near ? `did you mean '${near}'?` : `it has ${names.join(', ')}`}`);
  }
  return only.length === 0 ? rows : rows.filter(({ name }) => only.includes(name));
}

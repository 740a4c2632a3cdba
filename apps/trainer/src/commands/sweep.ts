import type { Command } from 'commander';
import { CliError } from '../cli/errors.ts';
import { listenForInterrupt } from '../cli/interrupt.ts';
import { print, printJson, say } from '../cli/output.ts';
import { formatTable } from '../cli/table.ts';
import type { SweepPlan } from '../sweep/plan.ts';
import { collectOverride } from './train.ts';

interface SweepFlags {
  readonly set: readonly string[];
  readonly bundle?: string;
  readonly images?: string;
  readonly pairs?: string;
  readonly out?: string;
  readonly only: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet sweep configs/sweep-embedding.yaml --set data.train=faces --dry-run
  $ facenet sweep configs/sweep-embedding.yaml --set data.train=faces --images lfw --pairs lfw/pairs.txt
  $ facenet sweep configs/sweep-quality.yaml --bundle runs/nns2-faces/bundle --images lfw --pairs lfw/pairs.txt
  $ facenet sweep configs/sweep-*.yaml --set data.train=faces --only 'embedding 64'

A sweep trains or evaluates its rows one after the other and fills table.md, results.json and report.html in its folder.
Ctrl-C stops it; the same command goes on: rows that are done are kept, a training goes on from its checkpoint, and rows
whose settings changed are done again. A row that fails is noted, the others go on, and the command ends with 1.
`;

export function registerSweep(program: Command): void {
  program.command('sweep')
    .description('Train or evaluate what differs in one thing, and fill a table.')
    .argument('<file...>', 'sweeps, as YAML')
    .option('--set <key=value>', 'change one setting of every row that trains (again for more); what a row itself says wins', collectOverride, [])
    .option('--bundle <dir>', 'measure this exported model instead of the one that the sweep names')
    .option('--images <dir>', 'ready crops to evaluate on, one folder per person')
    .option('--pairs <file>', "pairs in the format of LFW's pairs.txt")
    .option('--out <dir>', 'where everything goes (one sweep only)')
    .option('--only <row>', 'run this row alone (again for more)', collect, [])
    .option('--dry-run', 'show the rows, what they cost and what is done already; run nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runSweeps);
}

async function runSweeps(files: readonly string[], flags: SweepFlags, command: Command): Promise<void> {
  if (flags.out !== undefined && files.length > 1) command.error('error: --out takes one sweep at a time');
  const { planSweep } = await import('../sweep/plan.ts');
  const { set, bundle, images, pairs, out, only } = flags;
  // All of them first: a mistake in the last sweep should not be found after hours.
  const plans: SweepPlan[] = [];
  for (const file of files) plans.push(await planSweep(file, { set, bundle, images, pairs, out }));
  if (flags.dryRun) return describePlans(plans, flags.json ?? false);

  const { runSweep } = await import('../sweep/run-sweep.ts');
  const { tableOf } = await import('../sweep/columns.ts');
  const interrupt = listenForInterrupt('stopping; what is done is kept');
  const verbose = Boolean(process.env['FACENET_DEBUG']);
  try {
    const results = [];
    for (const plan of plans) {
      const result = await runSweep(plan, { only, signal: interrupt.signal, verbose });
      results.push(result);
      if (flags.json) continue;
      const { header, rows, align } = tableOf(plan, result.rows);
      print(`${formatTable(header, rows, align)}\n`);
      say(`report: ${result.report}`);
    }
    if (flags.json) printJson(results);
    const failed = results.flatMap(({ rows }) => rows.filter(({ status }) => status === 'failed'));
    if (failed.length > 0) throw new CliError(`${failed.length} rows failed: ${failed.map(({ name }) => name).join(', ')}`);
  } finally {
    interrupt.dispose();
  }
}

async function describePlans(plans: readonly SweepPlan[], json: boolean): Promise<void> {
  const { describePlan } = await import('../sweep/describe-plan.ts');
  const described = plans.map(describePlan);
  if (json) {
    printJson(described);
    return;
  }
  for (const { title, out, rows } of described) {
    print(`${title}, in ${out}`);
    print(`${formatTable(
      ['row', 'does', 'parameters', 'multiply-adds', 'length', 'faces to see', 'status'],
      rows.map(({ name, does, parameters, multiplyAdds, length, examples, status }) => [name, does, count(parameters), count(multiplyAdds), length ?? '–', count(examples), status]),
      ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
    )}\n`);
  }
}

function count(value: number | null): string {
  return value === null ? '–' : value.toLocaleString('en');
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

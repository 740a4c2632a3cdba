import path from 'node:path';
import type { Command } from 'commander';
import { CliError, UsageError } from '../cli/errors.ts';
import { parseCount, parseRate, parseSeed } from '../cli/options.ts';
import { print, printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import { formatTable } from '../cli/table.ts';
import type { Comparison } from '../compare/compare-sides.ts';
import type { Side } from '../compare/side.ts';
import type { Stored } from '../compare/store.ts';
import { count, points, shortfalls, summarizeComparison, tableRows, type ComparisonResult } from '../compare/summary.ts';

interface CompareFlags {
  readonly gallery: string;
  readonly query: string;
  readonly images: string;
  readonly pairs?: string;
  readonly far: number;
  readonly resamples: number;
  readonly seed: number;
  readonly strict?: boolean;
  readonly skipMissing?: boolean;
  readonly out?: string;
  readonly write: boolean;
  readonly name?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet compare --gallery models/nn4 --query models/nns2 --images lfw
  $ facenet compare --gallery models/nn4 --query models/nns2 --images lfw --pairs lfw/pairs.txt --out nns2-against-nn4
  $ facenet compare --gallery their-vectors.npy --query models/nns2 --images lfw --json

Can what model B sees be searched in the gallery that model A built? Both embed the same ready crops, one folder per person,
that neither was trained on. VAL at the FAR over all pairs of images and rank-1 identification, each model alone and across.

It passes when every cell across is at least as good as the weaker model alone, and neither is at chance alone. Then B takes
A's space. The report and the thresholds of the two models together are kept in B's bundle either way; a B that was in A's
space and no longer passes leaves it. Nothing else lets a model into a space.

A and B are bundles, or files of embeddings keyed by image (.jsonl, .csv, .npy): see 'facenet embed --out'. B takes the space
of a file only where the file says it. Ends with 1 when it does not pass.
`;

export function registerCompare(program: Command): void {
  program.command('compare')
    .description('Measure whether one model\'s embeddings can be searched in another one\'s gallery.')
    .requiredOption('--gallery <model>', 'A: a bundle, or a file of embeddings')
    .requiredOption('--query <model>', 'B: a bundle, or a file of embeddings')
    .requiredOption('--images <dir>', 'ready crops, one folder per person')
    .option('--pairs <file>', "also LFW's accuracy on these pairs, in the format of its pairs.txt")
    .option('--far <rate>', 'the false accept rate of VAL', parseRate, 1e-3)
    .option('--resamples <n>', 'resamples of the people for the intervals', parseCount(1), 1000)
    .option('--seed <n>', 'of the resamples', parseSeed, 1)
    .option('--strict', 'end at a broken image instead of leaving it out')
    .option('--skip-missing', 'leave out images that a file of embeddings lacks and pairs whose images are missing, and say how many')
    .option('--out <dir>', 'write a report with the three curves there')
    .option('--no-write', "leave B's bundle as it is")
    .option('--name <text>', "what to call the images in the bundle and the report (default: the folder's name)")
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runCompare);
}

async function runCompare(flags: CompareFlags): Promise<void> {
  const { openSide } = await import('../compare/side.ts');
  const gallery = await openSide(flags.gallery);
  try {
    const query = await openSide(flags.query);
    try {
      await compare(gallery, query, flags);
    } finally {
      await query.dispose();
    }
  } finally {
    await gallery.dispose();
  }
}

async function compare(gallery: Side, query: Side, flags: CompareFlags): Promise<void> {
  const { compareSides } = await import('../compare/compare-sides.ts');
  await requirePlaces(query, flags);
  const progress = startProgress('compare');
  let comparison: Comparison;
  try {
    const { images, pairs, far, resamples, seed, strict = false, skipMissing = false } = flags;
    comparison = await compareSides(gallery, query, { images, pairs, far, resamples, seed, strict, skipMissing, progress });
  } finally {
    progress.stop();
  }
  const dataset = flags.name ?? path.basename(path.resolve(flags.images));
  const summary = summarizeComparison(comparison, dataset);
  summary.notes.forEach(say);
  const report = flags.out === undefined ? null : await (await import('../compare/report.ts')).writeComparison(flags.out, summary, comparison.table);
  const stored = flags.write ? await store(comparison, dataset) : null;
  const result: ComparisonResult = { ...summary, stored, report };
  if (flags.json) printJson(result);
  else printResult(result);
  if (!result.passes) throw new CliError(`does not pass: ${shortfalls(summary).join('; ')}`);
}

/** Before minutes of work rather than after them. */
async function requirePlaces(query: Side, { out, write }: CompareFlags): Promise<void> {
  const { statSync } = await import('node:fs');
  if (out !== undefined && statSync(out, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`${out}: is a file; expected a folder for the report`);
  if (!write || query.kind !== 'bundle') return;
  const { requireBundlePlace } = await import('@facenet/model');
  requireBundlePlace(query.place);
}

/** A file of embeddings has nowhere to keep it, and a model needs no proof to share its own space. */
async function store({ gallery, query, table }: Comparison, dataset: string): Promise<Stored | null> {
  if (query.kind !== 'bundle' || query.modelId === gallery.modelId) return null;
  const { compatibilityReport, crossThresholds } = await import('../compare/compatibility-report.ts');
  const { storeInBundle } = await import('../compare/store.ts');
  const report = compatibilityReport(gallery, table, dataset, new Date().toISOString());
  return storeInBundle(gallery, query, report, crossThresholds(table, dataset));
}

function printResult(result: ComparisonResult): void {
  const { galleryModel: a, queryModel: b, stored, report, differences, val, images, identities, dataset } = result;
  print(`A  ${a.name}, space ${a.spaceId ?? 'not named'}`);
  print(`B  ${b.name}, space ${b.spaceId ?? 'not named'}`);
  print(`${dataset}: ${count(images)} images of ${count(identities)} people; VAL at FAR ${val.far}\n`);
  const { header, rows } = tableRows(result);
  print(formatTable(header, rows, ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right']));
  const { rank1 } = differences;
  print(`\nacross less the weaker alone, in points: ${([['VAL', differences.val], ['rank 1', rank1.cross], ['rank 1 in reverse', rank1.crossReverse]] as const)
    .map(([name, { value, low, high }]) => `${name} ${points(value)} (${points(low)} to ${points(high)})`).join(', ')}`);
  print(result.passes ? 'passes: every cell across is at least as good as the weaker model alone' : 'does not pass');
  if (stored) print(describeStored(stored, result));
  if (report !== null) print(`report: ${report}`);
}

function describeStored({ bundle, spaceId, spaceBefore }: Stored, { passes, galleryModel }: ComparisonResult): string {
  if (spaceId !== spaceBefore) {
    const why = passes ? 'takes the space' : 'leaves a space that it no longer fits, for';
    return `${bundle}: ${why} ${spaceId} (before: ${spaceBefore})`;
  }
  if (passes && galleryModel.spaceId === null) return `${bundle}: keeps its space ${spaceId}, since the gallery's file does not name one`;
  return `${bundle}: report and thresholds kept, in the space ${spaceId}${spaceId === galleryModel.spaceId ? ' as before' : ''}`;
}

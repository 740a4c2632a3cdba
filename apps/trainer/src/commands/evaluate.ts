import path from 'node:path';
import { Option, type Command } from 'commander';
import { UsageError } from '../cli/errors.ts';
import { parseCount, parseRate, parseSeed } from '../cli/options.ts';
import { print, printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import { formatTable } from '../cli/table.ts';
import type { BundleEvaluation } from '../evaluate/evaluate-bundle.ts';
import type { EvaluationResult } from '../evaluate/evaluate-embeddings.ts';
import type { IdentificationSummary } from '../evaluate/identification.ts';
import { figureRows } from '../evaluate/figure-rows.ts';
import { groupIntervals, groupRows } from '../evaluate/group-rows.ts';
import { type ProtocolName, protocolNames } from '../evaluate/protocols/names.ts';
import type { Figures } from '../evaluate/report.ts';
import { summarize } from '../evaluate/summary.ts';

interface EvaluateFlags {
  readonly model: string;
  readonly images?: string;
  readonly pairs?: string;
  readonly protocol?: ProtocolName;
  readonly seed: number;
  readonly resamples: number;
  readonly far: number;
  readonly flip?: boolean;
  readonly strict?: boolean;
  readonly skipMissing?: boolean;
  readonly whole?: boolean;
  readonly identify?: boolean;
  readonly fpir: number;
  readonly perturb: readonly string[];
  readonly groups?: string;
  readonly report: string | boolean;
  readonly write?: boolean;
  readonly name?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet evaluate people --model models/nns2
  $ facenet evaluate --model models/nns2 --images lfw --pairs lfw/pairs.txt --flip --json
  $ facenet evaluate --model models/nns2 --images unseen-people --write
  $ facenet evaluate --model models/nns2 --images lfw --pairs lfw/pairs.txt --perturb jpeg=20 --perturb shift=0.05
  $ facenet evaluate people --model models/nns2 --groups attributes.csv
  $ facenet evaluate --model models/nns2 --pairs agedb_30.bin
  $ facenet evaluate --model models/nns2 --pairs cfp-dataset/Protocol --protocol cfp-fp --images cfp-crops
  $ facenet evaluate --model models/nns2 --images ytf/frames --pairs ytf/splits.txt --protocol ytf

The images are ready crops. Distances are squared Euclidean, 0 to 4. Images that the model was trained on are refused.

Protocols (found by the pairs unless --protocol says)
all-pairs       no --pairs: all pairs of a folder with one folder per person
lfw             --pairs in the format of LFW's pairs.txt, with the same folder
bin             InsightFace's .bin (LFW, CFP-FP, AgeDB-30, …), which holds its images; ten folds in order
csv             --pairs of lines a,b,same[,fold]: two paths below --images (or beside the list), 1 or 0, and the fold
cfp-fp, cfp-ff  --pairs is CFP's folder Protocol; --images where 001/frontal/01.jpg lie, unless where it says
ytf             --pairs is splits.txt; --images holds person/video/frame.jpg; mean over pairs of the first 100 frames

Figures
val          share of same-person pairs accepted at the FAR; on a list, the threshold comes from the other folds
auc, eer     area under the ROC and equal error rate, of the list or of all pairs
accuracy     threshold from the other folds, mean over the folds, population deviation and standard error
allPairs     val, auc and eer over all pairs of images at once
valAllPairs  val within five parts that share no person (the paper's protocol)
thresholds   over all pairs of images at once
groups       per value of an attribute, and across two values: accuracy of the list's pairs, VAL and FAR at the threshold that
             everyone shares, and VAL at a threshold of the group's own
--identify   closed set: everyone with two images is enrolled by the first, all others ask; open set: every other one of
             them is enrolled and the rest are strangers, of whom a share of --fpir may be named
Intervals hold the figure with 95 % and name their method. A rate that the number of pairs cannot support is refused, not
extrapolated. Without --pairs, accuracy is that of up to 6,000 pairs drawn as LFW's were.
`;

export function registerEvaluate(program: Command): void {
  program.command('evaluate')
    .description('Measure how well a model tells people apart.')
    .argument('[dir]', 'the same as --images')
    .requiredOption('--model <bundle>', 'the folder of an exported model')
    .option('--images <dir>', 'ready crops, one folder per person')
    .option('--pairs <file>', "pairs: LFW's pairs.txt, a .bin, a .csv, CFP's folder Protocol, YouTube Faces' splits.txt")
    .addOption(new Option('--protocol <name>', 'how they are judged (default: by the pairs)').choices(protocolNames))
    .option('--seed <n>', 'of pairs drawn, of people drawn again for intervals, and of --perturb', parseSeed, 1)
    .option('--resamples <n>', 'how often people are drawn again for intervals', parseCount(1), 500)
    .option('--far <rate>', 'the false accept rate of val and valAllPairs', parseRate, 1e-3)
    .option('--flip', 'add the embeddings of each image and its mirror')
    .option('--strict', 'end at a broken image instead of leaving it out')
    .option('--skip-missing', 'leave out pairs whose images are missing, and say how many')
    .option('--whole', 'measure over all pairs at once also beyond 20,000 images')
    .option('--identify', 'also who it is among many: rank 1 to 10, and open set at --fpir')
    .option('--fpir <rate>', 'share of strangers who may be named, for --identify', parseRate, 1e-2)
    .option('--perturb <kind=value>', 'make every crop worse: shift=0.05 (share of the crop), rotation=10 (degrees), scale=1.1, pixels=1600, jpeg=50 (again for more)', collect, [])
    .option('--groups <file>', 'a CSV with a column file or identity and columns of attributes: figures for each value, within and across')
    .option('--report <dir>', 'where the report goes (default: the bundle\'s folder with -evaluation)')
    .option('--no-report', 'write no report')
    .option('--write', 'keep thresholds and figures in the bundle')
    .option('--name <text>', "what to call the images in the bundle and the report (default: the name of their folder or file)")
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runEvaluate);
}

async function runEvaluate(dir: string | undefined, flags: EvaluateFlags): Promise<void> {
  const { openFaceBundle } = await import('@facenet/model');
  const { readBundleFolder, writeBundleFolder } = await import('@facenet/model');
  const { evaluateTestSet, wholeLimit } = await import('../evaluate/evaluate-bundle.ts');
  const { openTestSet } = await import('../evaluate/protocols/open-test-set.ts');
  const { groupTable } = await import('../evaluate/group-table.ts');
  const { readAttributes } = await import('../evaluate/read-attributes.ts');
  const { describePerturbation, parsePerturbation } = await import('../evaluate/perturb.ts');
  if (dir !== undefined && flags.images !== undefined) throw new UsageError(`the images are given twice: ${dir} and --images ${flags.images}`);
  const perturbation = parsePerturbation(flags.perturb);
  const perturbed = describePerturbation(perturbation) ?? null;
  if (flags.write && perturbed !== null) throw new UsageError(`--write keeps what a model does on crops as they are, not with ${perturbed}`);
  const bundle = await readBundleFolder(flags.model);
  const attributes = flags.groups === undefined ? undefined : readAttributes(flags.groups);
  const { far, seed, resamples, pairs, protocol, flip = false, strict = false, skipMissing = false } = flags;
  const folder = dir ?? flags.images;
  const set = openTestSet({ images: folder, pairs, protocol, seed, skipMissing });
  if (attributes && !set.peopleKnown) throw new UsageError(`${attributes.name}: protocol '${set.protocol}' does not say who is on an image, so its groups have no pairs to count`);
  const whole = flags.whole ?? set.images.files.length <= wholeLimit;
  const progress = startProgress('evaluate');
  const model = await openFaceBundle(bundle);
  try {
    const result = await evaluateTestSet(model, set, { seed, resamples, far, flip, strict, whole, perturbation, progress });
    progress.stop();
    if (!whole && set.peopleKnown) say(`${set.images.files.length} images have too many pairs to compare all at once; --whole does it anyway`);
    const summary = summarize(result);
    const groups = attributes && groupTable(attributes, result, { seed });
    const identification = flags.identify ? await identify(result, set.peopleKnown, flags) : undefined;
    const { manifest: { name, modelId } } = bundle;
    const dataset = flags.name ?? path.basename(path.resolve(folder ?? pairs!));
    const measured = {
      model: name, modelId, dataset, protocol: set.protocol, flip, perturbed, broken: result.broken.length, pairsFrom: result.pairsFrom ?? null,
      trainingChecked: result.training.checked, heldOut: result.training.heldOut,
    };
    const report = await reportTo(flags, result, { summary, groups }, measured);
    if (flags.write) {
      const { withEvaluation } = await import('../evaluate/store-in-bundle.ts');
      writeBundleFolder(flags.model, withEvaluation(bundle, dataset, `${set.protocol}${flip ? ', flip' : ''}`, summary));
    }
    if (flags.json) printJson({ ...summary, ...(groups && { groups }), ...(identification && { identification }), ...measured, report: report ?? null });
    else printSummary({ summary, groups }, report, identification && (await import('../evaluate/identification.ts')).identificationRows(identification));
  } finally {
    progress.stop();
    await model.dispose();
  }
}

/** Writes the report where one is wanted, and returns its page. */
async function reportTo(
  { model, report }: EvaluateFlags, result: EvaluationResult, figures: Figures, measured: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  if (report === false) return undefined;
  const { writeReport } = await import('../evaluate/report.ts');
  const folder = typeof report === 'string' ? report : `${path.resolve(model)}-evaluation`;
  const about = Object.entries(measured).flatMap(([key, value]) => (value === null ? [] : [[key, describe(value)] as const]));
  return writeReport(folder, { title: `${String(measured['model'])} on ${String(measured['dataset'])}`, about }, result, figures);
}

/** yes, no, a word or number, or 'images 3, identities 1'. */
function describe(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : JSON.stringify(value);
  return Object.entries(value).map(([key, count]) => `${key} ${String(count)}`).join(', ');
}

async function identify({ embeddings, kept }: BundleEvaluation, peopleKnown: boolean, { fpir, seed }: EvaluateFlags): Promise<IdentificationSummary> {
  const { identifyImages } = await import('../evaluate/identification.ts');
  return identifyImages(embeddings, peopleKnown ? kept.labels : undefined, { fpir, seed });
}

function printSummary({ summary, groups }: Figures, report: string | undefined, identified: readonly [string, string][] = []): void {
  print(formatTable(['figure', 'value'], [...figureRows(summary), ...identified, ...(report === undefined ? [] : [['report', report]])]));
  if (groups) {
    const { header, rows } = groupRows(groups);
    print('');
    print(formatTable(header, rows, ['left', 'left', 'right', 'right']));
    print(groupIntervals(groups));
  }
  if (summary.thresholds.length === 0) return;
  print('');
  print(formatTable(
    ['FAR', 'threshold', 'VAL', 'false accepts', 'of pairs'],
    summary.thresholds.map(({ far, threshold, value, falseAccepts, pairsDifferent }) =>
      [String(far), threshold.toFixed(4), `${(100 * value).toFixed(2)} %`, falseAccepts.toLocaleString('en'), pairsDifferent.toLocaleString('en')]),
    ['left', 'right', 'right', 'right', 'right'],
  ));
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

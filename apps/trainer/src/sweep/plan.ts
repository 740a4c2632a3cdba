import { existsSync } from 'node:fs';
import path from 'node:path';
import { canonicalSpec, describeModel, type ModelSpec, resolveSpec, SpecError } from '@facenet/architecture';
import { UsageError } from '../cli/errors.ts';
import { suggest } from '../cli/suggest.ts';
import { type Override, parseExperiment, parseOverride, parseSettings, readConfig } from '../config/load.ts';
import type { Experiment } from '../config/schema.ts';
import { readImageSet } from '../evaluate/image-set.ts';
import { checkPerturbation, describePerturbation, type Perturbation } from '../evaluate/perturb.ts';
import { readBundleFolder } from '@facenet/model';
import { digestOf } from './digest.ts';
import { fileName } from './file-name.ts';
import { type ListedRow, listRows, planAxis, type PlannedAxis, show } from './list-rows.ts';
import { findMeasured, imageNames, type MeasuredOn } from './measured-on.ts';
import { overridesOf } from './overrides.ts';
import { costOfBundle, costOfNetwork, type RowCost } from './row-cost.ts';
import { type SvmSettings, type SweepFile, sweepSchema } from './schema.ts';

/** What the command line changes. */
export interface SweepChanges {
  /** Settings of every row's experiment; what makes a row different from the others still wins. */
  readonly set?: readonly string[];
  readonly bundle?: string | undefined;
  readonly images?: string | undefined;
  readonly pairs?: string | undefined;
  readonly out?: string | undefined;
}

/** A sweep with every row worked out; nothing has been computed yet. */
export interface SweepPlan {
  readonly file: string;
  readonly title: string;
  readonly out: string;
  readonly measure: MeasuredOn;
  readonly axes: readonly PlannedAxis[];
  readonly rows: readonly PlannedRow[];
}

export interface PlannedRow {
  readonly name: string;
  readonly work: RowWork;
  readonly perturbation: Perturbation;
  /** Of all that decides the result: a row whose digest changed is done again. */
  readonly digest: string;
}

export type RowWork = TrainWork | BundleWork | SvmWork;

export interface TrainWork {
  readonly kind: 'train';
  readonly experiment: Experiment;
  /** The network's name. */
  readonly network: string;
  readonly cost: RowCost;
  /** Of the experiment alone: rows that share it share one training. */
  readonly digest: string;
}

export interface BundleWork {
  readonly kind: 'bundle';
  readonly folder: string;
  readonly cost: RowCost;
}

export interface SvmWork {
  readonly kind: 'svm';
  readonly settings: SvmSettings & { readonly train: string };
  /** For each model, the row that makes it, or the bundle's folder. */
  readonly models: readonly ({ readonly row: string } | { readonly folder: string })[];
}

/** Part of every digest: a result of another form is not taken for one of ours. */
const format = 1;

/** Reads a sweep file and works out its rows; what is wrong with any of them is said before anything runs. */
export async function planSweep(file: string, changes: SweepChanges = {}): Promise<SweepPlan> {
  const overrides = (['images', 'pairs'] as const).flatMap((key): Override[] => (
    changes[key] === undefined ? [] : [{ place: `--${key}`, path: ['measure', key], value: changes[key] }]
  ));
  const { settings, placeOf } = parseSettings(sweepSchema, readConfig(file), file, overrides);
  const sweep = changes.bundle === undefined ? settings : { ...settings, bundle: changes.bundle, extends: undefined };
  const out = changes.out ?? sweep.out ?? path.join('runs', path.basename(file, path.extname(file)));
  const measure = findMeasured(sweep.measure);
  const context: Context = { file, sweep, out, placeOf, measured: measure.digest, commandLine: (changes.set ?? []).map(parseOverride) };
  const rows: PlannedRow[] = [];
  for (const row of listRows(sweep)) {
    const twice = rows.find(({ name }) => name === row.name);
    if (twice) throw new UsageError(`${placeOf(row.path)}: a second row is called '${row.name}'; give it, or its axis, another name`);
    const planned = await planRow(row, rows, context);
    const needsImages = planned.work.kind !== 'train' || describePerturbation(planned.perturbation) !== undefined;
    if (needsImages && !measure.set) throw new UsageError(`${placeOf(row.path)}: row '${row.name}' has nothing to be measured on; expected measure.images, or --images DIR`);
    rows.push(planned);
  }
  return { file, title: sweep.title, out, measure, axes: sweep.axes.map(planAxis), rows };
}

interface Context {
  readonly file: string;
  readonly sweep: SweepFile;
  readonly out: string;
  readonly placeOf: (path: readonly PropertyKey[]) => string;
  /** The digest of what is measured on. */
  readonly measured: string;
  readonly commandLine: readonly Override[];
}

async function planRow(row: ListedRow, before: readonly PlannedRow[], context: Context): Promise<PlannedRow> {
  const work = await planWork(row, before, context);
  const perturbation = readPerturbation(row, context);
  const described = describePerturbation(perturbation) ?? null;
  const made = work.kind === 'svm' ? { ...work, models: await Promise.all(work.models.map((model) => digestOfModel(model, before))), train: imageNames(readImageSet(work.settings.train)) } : await digestOfModel(work, before);
  return { name: row.name, work, perturbation, digest: digestOf({ format, made, described, measured: context.measured }) };
}

function readPerturbation({ perturb, path: place, name }: ListedRow, { placeOf }: Context): Perturbation {
  const bad = Object.entries(perturb ?? {}).find(([, value]) => typeof value !== 'number');
  if (bad) throw new UsageError(`${placeOf(place)}: row '${name}': ${bad[0]}: expected a number, got ${show(bad[1])}`);
  const checked = blamed(`${placeOf(place)}: row '${name}'`, () => checkPerturbation(perturb ?? {}));
  // What changes nothing is left out, so that the untouched ends of all axes are one row's work.
  return Object.fromEntries(Object.entries(checked).filter(([kind, value]) => value !== { shift: 0, rotation: 0, scale: 1 }[kind]));
}

async function planWork(row: ListedRow, before: readonly PlannedRow[], context: Context): Promise<RowWork> {
  const { sweep, placeOf } = context;
  const place = placeOf(row.path);
  const kinds = (['extends', 'bundle', 'svm'] as const).filter((kind) => row[kind] !== undefined);
  if (kinds.length > 1) throw new UsageError(`${place}: row '${row.name}': expected at most one of extends, bundle, svm; got ${kinds.join(' and ')}`);
  const bundle = row.bundle ?? (row.extends === undefined && row.svm === undefined ? sweep.bundle : undefined);
  if ((row.svm ?? bundle) !== undefined && row.set !== undefined) {
    throw new UsageError(`${place}: row '${row.name}': 'set' changes an experiment, but this row trains none`);
  }
  if (row.svm !== undefined) return planSvm(row.name, row.svm, before, place);
  return bundle === undefined ? planTraining(row, context) : { kind: 'bundle', folder: bundle, cost: await costOfBundle(bundle) };
}

function planTraining(row: ListedRow, { file, sweep, out, placeOf, commandLine }: Context): TrainWork {
  const base = row.extends ?? sweep.extends;
  const config = base === undefined ? undefined : path.resolve(path.dirname(file), base);
  const shared = overridesOf(sweep.set, (key) => placeOf(['set', ...key]));
  const own = overridesOf(row.set ?? {}, (key) => `${placeOf(row.settingsPath(key))}: row '${row.name}'`);
  const shown = config && path.relative('', config);
  const experiment = parseExperiment(config === undefined ? '{}' : readConfig(shown!), shown ?? file, [...shared, ...commandLine, ...own]);
  const { spec, cost } = blamed(`${placeOf(row.path)}: row '${row.name}'`, () => describe(experiment));
  const digest = digestOf({ format, ...experiment, model: canonicalSpec(spec), run: undefined });
  return { kind: 'train', network: spec.name, cost, digest, experiment: { ...experiment, run: path.join(out, 'runs', `${fileName(row.name)}-${digest}`) } };
}

function describe({ model }: Experiment): { spec: ModelSpec; cost: RowCost } {
  const spec = resolveSpec(model, 'model');
  return { spec, cost: costOfNetwork(describeModel(spec)) };
}

function planSvm(name: string, settings: SvmSettings, before: readonly PlannedRow[], place: string): SvmWork {
  const trained = before.filter(({ work }) => work.kind !== 'svm').map((row) => row.name);
  const models = settings.models.map((model) => {
    if (trained.includes(model)) return { row: model };
    if (existsSync(model)) return { folder: model };
    const near = suggest(model, trained);
    throw new UsageError(`${place}: row '${name}': neither a row before it nor a folder is called '${model}'${near ? `; did you mean '${near}'?` : ''}`);
  });
  const first = before.find((row) => row.name === settings.models[0])?.work;
  const train = settings.train ?? (first?.kind === 'train' ? first.experiment.data.train : undefined);
  if (train === undefined) throw new UsageError(`${place}: row '${name}': expected svm.train, the people to learn from, since its first model is not trained here`);
  return { kind: 'svm', settings: { ...settings, train }, models };
}

async function digestOfModel(model: SvmWork['models'][number] | TrainWork | BundleWork, rows: readonly PlannedRow[]): Promise<unknown> {
  if ('row' in model) {
    const { work, perturbation } = rows.find(({ name }) => name === model.row)!;
    return { made: await digestOfModel(work as TrainWork | BundleWork, rows), perturbation };
  }
  if ('experiment' in model) return model.digest;
  return (await readBundleFolder(model.folder)).manifest.modelId;
}

/** Says where an error of the input comes from. */
function blamed<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError || error instanceof SpecError) throw new UsageError(`${place}: ${error.message}`);
    throw error;
  }
}

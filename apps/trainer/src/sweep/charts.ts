import { type MeasuredPoint, pointsChart, type PointSeries } from '../charts/index.ts';
import { fileName } from './file-name.ts';
import type { PlannedAxis } from './list-rows.ts';
import type { SweepPlan } from './plan.ts';
import type { RowResult } from './row-result.ts';

export interface DrawnChart {
  readonly file: string;
  readonly svg: string;
}

/** Costs that differ by less say nothing about what cost buys. */
const worthwhileRange = 1.5;

/** A figure over each axis, and where the networks differ in cost, VAL against multiply-adds (the paper's Figure 4). */
export async function drawSweep(plan: Pick<SweepPlan, 'axes' | 'measure' | 'rows' | 'title'>, results: readonly RowResult[]): Promise<DrawnChart[]> {
  const perAxis = await Promise.all(plan.axes.map((axis) => drawAxis(axis, plan, results)));
  const cost = await drawCost(plan, results);
  return [...cost, ...perAxis.flat()];
}

interface Figure {
  readonly value: number;
  readonly error?: number | undefined;
}

type FigureOf = (row: RowResult) => Figure | undefined;

interface Source {
  readonly name: string;
  readonly accuracy: FigureOf;
  readonly val: FigureOf;
  readonly far: number | undefined;
}

function sourcesOf({ measure }: Pick<SweepPlan, 'measure'>, results: readonly RowResult[]): Source[] {
  const fars = new Set(results.flatMap(({ heldOut }) => heldOut?.far ?? []));
  const evaluated: Source = {
    name: measure.name ?? 'images',
    far: measure.far,
    accuracy: ({ evaluation }) => figure(evaluation?.accuracy, evaluation?.standardError),
    val: ({ evaluation }) => figure(evaluation?.valAllPairs.value, evaluation?.valAllPairs.standardError),
  };
  const heldOut: Source = {
    name: 'people held out',
    // Values at different rates do not belong on one line.
    far: fars.size === 1 ? [...fars][0] : undefined,
    accuracy: (row) => figure(row.heldOut?.accuracy, row.heldOut?.standardError),
    val: (row) => (fars.size === 1 ? figure(row.heldOut?.val, undefined) : undefined),
  };
  return measure.set === undefined ? [heldOut] : [evaluated, heldOut];
}

function figure(value: number | null | undefined, error: number | null | undefined): Figure | undefined {
  return value === undefined || value === null ? undefined : { value, error: error ?? undefined };
}

async function drawAxis(axis: PlannedAxis, plan: Pick<SweepPlan, 'title' | 'measure'>, results: readonly RowResult[]): Promise<DrawnChart[]> {
  // Perturbed are the images, never the people held out.
  const sources = sourcesOf(plan, results).slice(0, axis.perturbs ? 1 : undefined);
  const numeric = axis.points.every(({ x }) => typeof x === 'number');
  const draw = async (kind: 'accuracy' | 'val'): Promise<DrawnChart[]> => {
    const series = sources.map((source): PointSeries => ({ name: nameOf(source, kind), points: pointsOn(axis, source[kind], results) })).filter(({ points }) => points.length > 1);
    if (series.length === 0) return [];
    const y = kind === 'accuracy' ? 'accuracy' : valTitle(sources);
    const svg = await pointsChart(series, {
      title: `${plan.title}: ${y}`, x: axis.name, y, formatY: '.1%', joined: true, width: 440, height: 280,
      ...(numeric ? { logX: axis.scale === 'log', formatX: ',~r', ticksAtPoints: true } : {}),
    });
    return [{ file: `${fileName(axis.name)}-${kind}.svg`, svg }];
  };
  return [...await draw('accuracy'), ...await draw('val')];
}

function pointsOn({ points }: PlannedAxis, figureOf: FigureOf, results: readonly RowResult[]): MeasuredPoint[] {
  return points.flatMap(({ row, x }): MeasuredPoint[] => {
    const result = results.find(({ name }) => name === row);
    const found = result && figureOf(result);
    return found ? [{ x, y: found.value, error: found.error }] : [];
  });
}

async function drawCost(plan: Pick<SweepPlan, 'title' | 'measure' | 'rows'>, results: readonly RowResult[]): Promise<DrawnChart[]> {
  const source = sourcesOf(plan, results).find(({ val }) => results.some(val));
  if (source === undefined) return [];
  const perturbed = new Set(plan.rows.filter(({ perturbation }) => Object.keys(perturbation).length > 0).map(({ name }) => name));
  const points = results.filter(({ name }) => !perturbed.has(name)).flatMap((row): (MeasuredPoint & { x: number })[] => {
    const found = source.val(row);
    return row.cost?.multiplyAdds && found ? [{ x: row.cost.multiplyAdds, y: found.value, error: found.error, label: row.name }] : [];
  });
  const costs = points.map(({ x }) => x);
  if (points.length < 3 || Math.max(...costs) < worthwhileRange * Math.min(...costs)) return [];
  const svg = await pointsChart([{ name: source.name, points }], {
    title: `${plan.title}: what multiply-adds buy, on ${source.name}`, x: 'multiply-adds an image', y: valTitle([source]), logX: true, formatX: '~s', formatY: '.1%', width: 640, height: 380,
  });
  return [{ file: 'multiply-adds-val.svg', svg }];
}

function nameOf({ name, far }: Source, kind: 'accuracy' | 'val'): string {
  return kind === 'val' && far !== undefined ? `${name}, FAR ${far}` : name;
}

function valTitle(sources: readonly Source[]): string {
  const fars = new Set(sources.flatMap(({ far }) => far ?? []));
  return fars.size === 1 ? `VAL at FAR ${[...fars][0]}` : 'VAL';
}

import type { TopLevelSpec } from 'vega-lite';
import { placeLabels } from './place-labels.ts';
import { renderChart, type ChartSize } from './render.ts';

export interface MeasuredPoint {
  /** A number, or one of a list of names in order. */
  readonly x: number | string;
  readonly y: number;
  /** Half the length of the bar through the point. */
  readonly error?: number | undefined;
  readonly label?: string;
}

export interface PointSeries {
  readonly name: string;
  readonly points: readonly MeasuredPoint[];
}

export interface PointsChartOptions extends ChartSize {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly logX?: boolean;
  /** d3-format, such as '.0%'. */
  readonly formatX?: string;
  readonly formatY?: string;
  /** Whether a line goes through the points of a series. */
  readonly joined?: boolean;
  /** Ticks at the values that occur. */
  readonly ticksAtPoints?: boolean;
}

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** Measured points with error bars; joined to lines, or labelled where they lie. */
export async function pointsChart(series: readonly PointSeries[], options: PointsChartOptions): Promise<string> {
  const { title, x, y, logX = false, formatX, formatY, joined = false, ticksAtPoints = false, width = 560, height = 320 } = options;
  const values = series.flatMap(({ name, points }) => points
    .filter((point) => Number.isFinite(point.y) && !(logX && !(Number(point.x) > 0)))
    .map((point, order) => ({ name, order, ...point, low: point.y - (point.error ?? 0), high: point.y + (point.error ?? 0) })));
  const numeric = values.every((point) => typeof point.x === 'number');
  const domainX = numeric ? padded(values.map((point) => Number(point.x)), logX) : undefined;
  const domainY = padded(values.flatMap(({ low, high }) => [low, high]), false);
  const labelled = numeric ? values.filter(({ label }) => label !== undefined) : [];
  const toPixels = (point: (typeof values)[number]) => ({
    x: width * shareOf(Number(point.x), domainX!, logX), y: height * (1 - shareOf(point.y, domainY, false)), text: point.label!,
  });
  const labels = placeLabels(labelled.map(toPixels), { width, height }).map((placed, i) => ({ ...placed, text: labelled[i]!.label! }));

  const ticks = [...new Set(values.map((point) => point.x))];
  const axisX = { ...(formatX ? { format: formatX } : {}), ...(ticksAtPoints && numeric ? { values: ticks as number[] } : {}), ...(numeric ? {} : { labelAngle: 0 }) };
  const encoding = {
    x: numeric
      ? { field: 'x', type: 'quantitative' as const, title: x, axis: axisX, scale: { ...(logX ? { type: 'log' as const } : { zero: false }), nice: false, domain: [...domainX!] } }
      : { field: 'x', type: 'ordinal' as const, title: x, sort: ticks.map(String), axis: axisX },
    y: { field: 'y', type: 'quantitative' as const, title: y, axis: formatY ? { format: formatY } : {}, scale: { zero: false, nice: false, domain: [...domainY] } },
    // A legend of one name says what the title says.
    color: { field: 'name', type: 'nominal' as const, title: null, sort: series.map(({ name }) => name), ...(series.length > 1 ? {} : { legend: null }) },
  };
  const layers: Layer[] = [
    ...(joined ? [{ mark: { type: 'line' as const, strokeWidth: 2 }, encoding: { order: { field: 'order', type: 'quantitative' as const } } }] : []),
    { mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.6 }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
    { mark: { type: 'point', filled: true, size: 55, opacity: 1 } },
  ];
  const text = labels.map((label): Layer => ({
    data: { values: [label] },
    mark: { type: 'text', align: label.align, baseline: 'middle', fontSize: 11, color: '#333' },
    encoding: { x: { value: label.x }, y: { value: label.y }, text: { field: 'text' }, color: { value: '#333' } },
  }));
  return renderChart({ title, layer: [{ data: { values }, encoding, layer: layers }, ...text] }, { width, height });
}

/** From the smallest to the largest with a margin around, so that no mark lies on the frame. */
function padded(values: readonly number[], log: boolean): readonly [number, number] {
  const scaled = values.map((value) => (log ? Math.log10(value) : value));
  const [low, high] = [Math.min(...scaled), Math.max(...scaled)];
  const margin = high > low ? 0.06 * (high - low) : Math.max(Math.abs(high) * 0.05, 0.01);
  const back = (value: number): number => (log ? 10 ** value : value);
  return [back(low - margin), back(high + margin)];
}

/** Where a value lies between the ends of an axis, 0 … 1. */
function shareOf(value: number, [low, high]: readonly [number, number], log: boolean): number {
  const place = (of: number): number => (log ? Math.log10(of) : of);
  return (place(value) - place(low)) / (place(high) - place(low));
}

import type { TopLevelSpec } from 'vega-lite';
import { renderChart, type ChartSize } from './render.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChartOptions extends ChartSize {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Ends of an axis; fitted to the data where not given. */
  readonly domainX?: readonly [number, number];
  readonly domainY?: readonly [number, number];
  /** d3-format, such as '.0%'. */
  readonly formatY?: string;
  /** 'step-after' for quantities that jump. */
  readonly interpolate?: 'linear' | 'step-after';
  /** A line across at this place of the x axis. */
  readonly markX?: number;
}

interface Scale {
  readonly type: 'log' | 'linear';
  readonly zero?: boolean;
  readonly nice: boolean;
  readonly domain?: number[];
}

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** Lines over a common axis. Points that are not finite, or not positive on a log axis, are left out. */
export async function lineChart(lines: readonly Line[], options: LineChartOptions): Promise<string> {
  const { title, x, y, logX, logY, domainX, domainY, formatY, interpolate = 'linear', markX } = options;
  const shown = ([px, py]: readonly [number, number]): boolean =>
    Number.isFinite(px) && Number.isFinite(py) && (!logX || px > 0) && (!logY || py > 0);
  const values = lines.flatMap(({ name, points }) => points.filter(shown).map(([px, py], order) => ({ name, x: px, y: py, order })));
  const scale = (log: boolean | undefined, domain: readonly [number, number] | undefined): Scale => ({
    ...(log ? { type: 'log' as const } : { type: 'linear' as const, zero: false }),
    ...(domain ? { nice: false, domain: [...domain] } : { nice: true }),
  });
  const drawn: Layer = {
    data: { values },
    mark: { type: 'line', interpolate, strokeWidth: 2, clip: true },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, scale: scale(logX, domainX), axis: logX ? { format: '~e', tickCount: 8, ...decades(domainX) } : {} },
      y: { field: 'y', type: 'quantitative', title: y, scale: scale(logY, domainY), axis: formatY ? { format: formatY } : {} },
      order: { field: 'order', type: 'quantitative' },
      color: {
        field: 'name', type: 'nominal', title: null, sort: lines.map(({ name }) => name),
        // A legend of one line says what the title says.
        ...(lines.length > 1 ? {} : { legend: null }),
      },
    },
  };
  if (markX === undefined) return renderChart({ title, ...drawn } as TopLevelSpec, options);
  const rule: Layer = {
    data: { values: [{ at: markX }] }, mark: { type: 'rule', strokeDash: [4, 3], color: '#666' }, encoding: { x: { field: 'at', type: 'quantitative' } },
  };
  return renderChart({ title, layer: [rule, drawn] }, options);
}

/** Over many decades, lines at every digit would hide the curves. */
function decades(domain: readonly [number, number] | undefined): { values?: number[] } {
  if (domain === undefined) return {};
  const [first, last] = [Math.ceil(Math.log10(domain[0])), Math.floor(Math.log10(domain[1]))];
  return last - first < 4 ? {} : { values: Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`)) };
}

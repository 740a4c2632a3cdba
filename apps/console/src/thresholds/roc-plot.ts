import type { PairThresholdsBody } from '@facenet/contract';
import { drawing, percent, rateInWords } from '@facenet/page';
import { logTicks, scaleLog } from './log-scale.ts';

const size = { width: 640, height: 360, left: 72, right: 24, top: 16, bottom: 60 };

/** Accepted pairs of one person against accepted pairs of strangers, a line for each pair of models. The tables have the same numbers. */
export function rocPlot(pairs: readonly PairThresholdsBody[], titles: readonly string[]): SVGSVGElement {
  const rates = pairs.flatMap(({ thresholds }) => thresholds.map(({ far }) => far)).filter((far) => far > 0);
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  const x = scaleLog([least, most], [size.left, size.width - size.right]);
  const y = (share: number): number => size.height - size.bottom - share * (size.height - size.top - size.bottom);
  return drawing('svg', { viewBox: `0 0 ${size.width} ${size.height}`, class: 'roc', role: 'img', 'aria-label': `ROC curves of ${titles.join(', ')}; the tables below have their points` },
    ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => drawing('g', { class: 'grid' },
      drawing('line', { x1: size.left, x2: size.width - size.right, y1: y(share), y2: y(share) }), drawing('text', { x: size.left - 8, y: y(share) + 4, 'text-anchor': 'end' }, `${Math.round(100 * share)} %`))),
    ...logTicks(least, most).map((far) => drawing('g', { class: 'grid' },
      drawing('line', { x1: x(far), x2: x(far), y1: size.top, y2: size.height - size.bottom }), drawing('text', { x: x(far), y: size.height - size.bottom + 24, 'text-anchor': 'middle' }, tickText(far)))),
    drawing('text', { x: (size.left + size.width - size.right) / 2, y: size.height - 8, 'text-anchor': 'middle' }, 'Strangers accepted (FAR)'),
    ...pairs.map((pair, i) => curve(pair, i, x, y)));
}

function curve({ thresholds }: PairThresholdsBody, index: number, x: (far: number) => number, y: (share: number) => number): SVGElement {
  const points = thresholds.filter(({ far }) => far > 0);
  return drawing('g', { class: `curve curve-${index % 6}` },
    drawing('polyline', { points: points.map(({ far, val }) => `${x(far).toFixed(1)},${y(val).toFixed(1)}`).join(' ') }),
    ...points.map(({ far, val, threshold }) => drawing('circle', { cx: x(far).toFixed(1), cy: y(val).toFixed(1), r: 4 },
      drawing('title', {}, `FAR ${rateInWords(far)}: VAL ${percent(val)} at distance ${threshold.toFixed(3)}`))));
}

function tickText(far: number): string {
  const exponent = Math.round(Math.log10(far));
  return exponent === 0 ? '1' : `1e${exponent}`;
}

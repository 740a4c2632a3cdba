import type { RangeTest } from '../training/learning-rate-range.ts';
import { lineChart } from './line-chart.ts';

/** The loss of a learning-rate range test over the rate. */
export async function drawRange({ points }: RangeTest): Promise<string> {
  // A loss that runs away would press the rest flat.
  const top = Math.min(1.5 * points[0]!.loss, 1.05 * Math.max(...points.map(({ loss }) => loss)));
  const bottom = 0.95 * Math.min(...points.map(({ loss }) => loss));
  return await lineChart([
    { name: 'each step', points: points.map(({ learningRate, loss }) => [learningRate, loss]) },
    { name: 'smoothed', points: points.map(({ learningRate, smoothed }) => [learningRate, smoothed]) },
  ], { title: 'Learning-rate range test', x: 'learning rate', y: 'loss', logX: true, domainY: [bottom, top], width: 560, height: 320 });
}

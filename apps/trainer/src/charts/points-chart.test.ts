import { pointsChart } from './points-chart.ts';
import { placeLabels } from './place-labels.ts';

const size = { width: 400, height: 200 };
/** Centres of the drawn points, in the chart's own coordinates: (0, 0) is its upper left corner. */
const pointsOf = (svg: string): [number, number][] => [...svg.matchAll(/<path aria-label="[^"]*"[^>]*aria-roledescription="point"[^>]*transform="translate\(([\d.-]+),([\d.-]+)\)/g)]
  .map(([, x, y]) => [Number(x), Number(y)]);
const barsOf = (svg: string): [number, number][] => [...svg.matchAll(/<line [^>]*aria-roledescription="rule mark"[^>]*transform="translate\(([\d.-]+),[\d.-]+\)"[^>]*>/g)]
  .map(([tag, x]) => [Number(x), Math.abs(Number(/ y2="([\d.-]+)"/.exec(tag)?.[1] ?? 0))]);

describe('pointsChart', () => {
  it('puts decades at equal distances and gives each point a bar of twice its error', async () => {
    const svg = await pointsChart(
      [{ name: 'a', points: [{ x: 1e6, y: 0.2, error: 0.1 }, { x: 1e7, y: 0.5 }, { x: 1e8, y: 0.8, error: 0.1 }] }],
      { ...size, title: 't', x: 'x', y: 'y', logX: true },
    );
    const [first, second, third] = pointsOf(svg);
    expect(second![0] - first![0]).toBeCloseTo(third![0] - second![0], 3);
    // From 0.1 to 0.9 and 6 % of it beyond each end: 200 / (0.8 × 1.12) pixels for 1.
    const perUnit = 200 / (0.8 * 1.12);
    expect(first![1] - third![1]).toBeCloseTo(0.6 * perUnit, 2);
    expect(barsOf(svg).map(([, length]) => length)).toEqual([0.2 * perUnit, 0, 0.2 * perUnit].map((value) => expect.closeTo(value, 2) as number));
  });

  it('writes labels beside their points, and names in order where values are no numbers', async () => {
    const labelled = await pointsChart([{ name: 'a', points: [{ x: 1, y: 1, label: 'NN4 & co' }, { x: 2, y: 2, label: 'NNS2' }] }], { ...size, title: 't', x: 'x', y: 'y' });
    expect(labelled).toContain('>NN4 &amp; co<');
    expect(labelled).toContain('>NNS2<');
    const named = await pointsChart([{ name: 'a', points: [{ x: 'wide', y: 1 }, { x: 'narrow', y: 2 }] }], { ...size, title: 't', x: 'x', y: 'y', joined: true });
    expect(named.indexOf('>wide<')).toBeGreaterThan(0);
    expect(named.indexOf('>narrow<')).toBeGreaterThan(named.indexOf('>wide<'));
  });

  it('leaves out what has no place: values that are not finite, and 0 on a log axis', async () => {
    const svg = await pointsChart([{ name: 'a', points: [{ x: 0, y: 1 }, { x: 1, y: NaN }, { x: 1, y: 1 }, { x: 10, y: 2 }] }], { ...size, title: 't', x: 'x', y: 'y', logX: true });
    expect(pointsOf(svg)).toHaveLength(2);
  });
});

it('places labels where they cover neither each other nor a point, within the frame', () => {
  const frame = { width: 400, height: 200 };
  const sources = [[20, 100], [30, 100], [30, 106], [390, 20], [385, 190]].map(([x, y], i) => ({ x: x!, y: y!, text: `label ${i}` }));
  const boxes = placeLabels(sources, frame).map(({ x, y, align }) => {
    const width = 7 * 6.4;
    const left = { left: x, center: x - width / 2, right: x - width }[align];
    return { left, right: left + width, top: y - 6.5, bottom: y + 6.5 };
  });
  boxes.forEach((box, i) => {
    expect(box.left).toBeGreaterThanOrEqual(0);
    expect(box.right).toBeLessThanOrEqual(frame.width);
    for (const other of boxes.slice(0, i)) {
      expect(box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom).toBe(false);
    }
    sources.forEach(({ x, y }, j) => { if (j !== i) expect(x > box.left && x < box.right && y > box.top && y < box.bottom).toBe(false); });
  });
});

import { histogramChart, lineChart, rocChart } from './index.ts';

const size = { width: 400, height: 200 };
/** The drawn lines, in the chart's own coordinates: (0, 0) is its upper left corner. */
const linesOf = (svg: string): string[] => [...svg.matchAll(/<path [^>]*aria-roledescription="line mark"[^>]* d="([^"]*)"/g)].map(([, d]) => d!);

describe('lineChart', () => {
  it('draws points where the axes put them', async () => {
    const svg = await lineChart([{ name: 'a', points: [[0, 0], [5, 0.25], [10, 1]] }], {
      ...size, title: 'Loss & more', x: 'step', y: 'loss', domainX: [0, 10], domainY: [0, 1],
    });
    expect(linesOf(svg)).toEqual(['M0,200L200,150L400,0']);
    expect(svg).toContain('Loss &amp; more');
  });

  it('draws decades at equal distances on a log axis and leaves 0 out', async () => {
    const svg = await lineChart([{ name: 'a', points: [[0, 0], [0.01, 0], [0.1, 0.5], [1, 1]] }], {
      ...size, title: 't', x: 'x', y: 'y', logX: true, domainX: [0.01, 1], domainY: [0, 1],
    });
    expect(linesOf(svg)).toEqual(['M0,200L200,100L400,0']);
  });

  it('names several lines in a legend and leaves out values that are not finite', async () => {
    const svg = await lineChart(
      [{ name: 'first', points: [[0, 0], [1, NaN], [2, 1]] }, { name: 'second', points: [[0, 1], [2, 0]] }],
      { ...size, title: 't', x: 'x', y: 'y', domainX: [0, 2], domainY: [0, 1] },
    );
    expect(linesOf(svg)).toEqual(['M0,200L400,0', 'M0,0L400,200']);
    expect(svg).toContain('>first<');
    expect(svg).toContain('>second<');
  });
});

it('rocChart begins at the decade of the smallest false accept rate and steps between thresholds', async () => {
  const curve = [{ threshold: 1, far: 0, val: 0.1 }, { threshold: 2, far: 0.02, val: 0.5 }, { threshold: 3, far: 1, val: 1 }];
  const svg = await rocChart([{ name: 'pairs', curve }], { ...size, title: 'ROC' });
  // From 0.01 to 1: 0.02 lies at 400 × log10(2) / 2 = 60.206.
  expect(linesOf(svg)[0]).toMatch(/^M60\.206,100L400,100L400,0/);
  expect(svg).toContain('>1e-2<');
});

it('rocChart marks a false accept rate where its axis puts it', async () => {
  const curve = [{ threshold: 1, far: 0.01, val: 0.1 }, { threshold: 2, far: 1, val: 1 }];
  const svg = await rocChart([{ name: 'a', curve }, { name: 'b', curve }], { ...size, title: 'ROC', far: 0.1 });
  // From 0.01 to 1 in 400: 0.1 lies in the middle, from top to bottom.
  expect(svg).toMatch(/aria-roledescription="rule mark" transform="translate\(200,0\)" x2="0" y2="200"/);
  expect(linesOf(svg)).toHaveLength(2);
});

it('histogramChart shows each distribution as shares of its own total, and the mark', async () => {
  const svg = await histogramChart(
    [{ name: 'same', counts: [1, 3] }, { name: 'different', counts: [0, 0, 500, 500] }],
    { ...size, title: 't', x: 'distance', binWidth: 0.5, mark: { at: 1, label: 'threshold 1.0' } },
  );
  // Four bins of a quarter of the width; shares 25 %, 75 %, 50 %, 50 %; the axis ends at 80 %.
  const bars = [...svg.matchAll(/<path [^>]*aria-roledescription="rect mark"[^>]* d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)/g)].map((match) => match.slice(1, 5).map(Number));
  expect(bars.map(([x, , width, height]) => [x, width, height])).toEqual([[0, 100, 62.5], [100, 100, 187.5], [200, 100, 125], [300, 100, 125]]);
  expect(svg).toContain('threshold 1.0');
});

import { parse, View } from 'vega';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';

export interface ChartSize {
  readonly width?: number;
  readonly height?: number;
}

// One look for all charts; fonts are the reader's own, so that a report needs nothing from elsewhere.
const look: Config = {
  background: 'white',
  font: 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif',
  title: { fontSize: 14, fontWeight: 600, anchor: 'start', offset: 12 },
  axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 500, gridColor: '#e6e6e6', domainColor: '#888', tickColor: '#888', labelColor: '#333' },
  legend: { labelFontSize: 11, titleFontSize: 12, symbolStrokeWidth: 3, labelLimit: 0 },
  view: { stroke: null },
  // Okabe and Ito's colours, which differ for colour-blind eyes too.
  range: { category: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555'] },
};

/** Draws a Vega-Lite chart as SVG text, without a browser. */
export async function renderChart(spec: TopLevelSpec, { width = 560, height = 320 }: ChartSize = {}): Promise<string> {
  const compiled = compile({ width, height, ...spec }, { config: look });
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

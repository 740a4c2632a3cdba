export { renderChart, type ChartSize } from './render.ts';
export { lineChart, type Line, type LineChartOptions } from './line-chart.ts';
export { rocChart, type RocLine } from './roc-chart.ts';
export { histogramChart, type Histogram, type HistogramChartOptions } from './histogram-chart.ts';
export { type MeasuredPoint, pointsChart, type PointsChartOptions, type PointSeries } from './points-chart.ts';

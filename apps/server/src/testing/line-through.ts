/** The straight line through points by least squares: its slope, and the slope's standard error if the points were independent. */
export function lineThrough(points: readonly (readonly [x: number, y: number])[]): { readonly slope: number; readonly error: number } {
  const mean = (of: (point: readonly [number, number]) => number): number => points.reduce((sum, each) => sum + of(each), 0) / points.length;
  const [x0, y0] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - y0 - slope * (x - x0)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (points.length - 2) / spread) };
}

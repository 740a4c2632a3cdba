export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Divides by n. */
export function populationDeviation(values: readonly number[]): number {
  return Math.sqrt(squaresAround(values) / values.length);
}

/** The sample deviation (divided by n − 1) over √n; NaN for a single value, which says nothing about its error. */
export function standardError(values: readonly number[]): number {
  return Math.sqrt(squaresAround(values) / (values.length - 1) / values.length);
}

function squaresAround(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/** A position for each rate, by its logarithm; one rate alone is in the middle. */
export function scaleLog([least, most]: readonly [number, number], [from, to]: readonly [number, number]): (rate: number) => number {
  const span = Math.log10(most) - Math.log10(least);
  return (rate) => (span === 0 ? (from + to) / 2 : from + ((Math.log10(rate) - Math.log10(least)) / span) * (to - from));
}

/** The powers of ten from one rate to another. */
export function logTicks(least: number, most: number): number[] {
  // 0.001 has a logarithm of -2.9999999999999996.
  const [first, last] = [Math.ceil(Math.log10(least) - 1e-9), Math.floor(Math.log10(most) + 1e-9)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

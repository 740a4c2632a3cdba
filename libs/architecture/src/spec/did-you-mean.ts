/** `; did you mean 'x'?` for the nearest choice within a third of the word's length, else nothing. */
export function didYouMean(value: unknown, choices: readonly (string | number)[]): string {
  if (typeof value !== 'string') return '';
  const ranked = choices
    .filter((choice) => typeof choice === 'string')
    .map((choice) => ({ choice, distance: editDistance(value.toLowerCase(), choice.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const nearest = ranked[0];
  if (nearest === undefined || nearest.distance > Math.max(1, Math.floor(value.length / 3))) return '';
  return `; did you mean '${nearest.choice}'?`;
}

/** Fewest insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swappable = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swappable ? beforeLast[j - 2]! + 1 : Infinity;
      row[j] = Math.min(replaced, swapped, last[j]! + 1, row[j - 1]! + 1);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}

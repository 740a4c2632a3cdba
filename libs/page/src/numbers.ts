/** A rate as people say it: 0.001 is “1 in 1,000”. */
export function rateInWords(rate: number): string {
  const each = 1 / rate;
  return each < 1.5 ? 'always' : `1 in ${Number(each.toPrecision(3)).toLocaleString('en')}`;
}

/** A share with three figures, in per cent. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

export function distanceText(distance: number): string {
  return distance.toFixed(3);
}

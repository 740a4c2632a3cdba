interface NormalizedBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where in a picture a box is: “at the upper left”. Thirds of the picture, by the middle of the box. */
export function placeInWords({ left, top, width, height }: NormalizedBox): string {
  const across = third(left + width / 2, 'left', '', 'right');
  const down = third(top + height / 2, 'upper', '', 'lower');
  if (across === '' && down === '') return 'in the middle';
  if (across === '') return down === 'upper' ? 'at the top' : 'at the bottom';
  return down === '' ? `at the ${across}` : `at the ${down} ${across}`;
}

function third<T>(middle: number, first: T, second: T, last: T): T {
  return middle < 1 / 3 ? first : middle <= 2 / 3 ? second : last;
}

import { placeInWords } from './place-in-words.ts';

// A box of a tenth of the picture around a middle, in each of the nine fields of a picture.
test.each([
  [0.1, 0.1, 'at the upper left'], [0.5, 0.1, 'at the top'], [0.9, 0.1, 'at the upper right'],
  [0.1, 0.5, 'at the left'], [0.5, 0.5, 'in the middle'], [0.9, 0.5, 'at the right'],
  [0.1, 0.9, 'at the lower left'], [0.5, 0.9, 'at the bottom'], [0.9, 0.9, 'at the lower right'],
])('a face around %d, %d is %s', (x, y, words) => {
  expect(placeInWords({ left: x - 0.05, top: y - 0.05, width: 0.1, height: 0.1 })).toBe(words);
});

import { imageFinder, imageSetOf, onlyFiles } from './image-set.ts';

const set = imageSetOf([
  { name: 'Ann', files: ['d/Ann/Ann_0002.jpg', 'd/Ann/Ann_0010.jpg'] },
  { name: 'Bob', files: ['d/Bob/0001.png', 'd/Bob/0007.png'] },
  { name: 'Cy', files: ['d/Cy/left.jpg', 'd/Cy/right.jpg'] },
  { name: 'Di', files: ['d/Di/1_7.jpg', 'd/Di/2_7.jpg'] },
]);

describe('imageFinder', () => {
  const { rowOf, people } = imageFinder(set);

  it('finds images by the number at the end of their names', () => {
    expect(rowOf({ identity: 'Ann', number: 10 })).toBe(1);
    expect(rowOf({ identity: 'Bob', number: 7 })).toBe(3);
    expect(rowOf({ identity: 'Ann', number: 1 })).toBeUndefined();
    expect(rowOf({ identity: 'Eve', number: 1 })).toBeUndefined();
  });

  it('counts in order of names where names have no number or the same one twice', () => {
    expect(rowOf({ identity: 'Cy', number: 2 })).toBe(5);
    expect(rowOf({ identity: 'Di', number: 1 })).toBe(6);
    expect(people.map(({ numbers }) => numbers)).toEqual([[2, 10], [1, 7], [1, 2], [1, 2]]);
  });

  it('keeps the numbers of the others when a file is left out', () => {
    const rest = imageFinder(onlyFiles(set, set.files.filter((file) => !file.endsWith('0001.png'))));
    expect(rest.rowOf({ identity: 'Bob', number: 7 })).toBe(2);
    expect(rest.rowOf({ identity: 'Bob', number: 1 })).toBeUndefined();
  });
});

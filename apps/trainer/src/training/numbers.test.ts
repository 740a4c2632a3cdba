import { checkEmbeddings, clip, DivergedError } from './numbers.ts';

test('NaN in the embeddings stops the run at its step and names the weight it came from', () => {
  const weights = new Map([['conv1/weight', Float32Array.of(1, 2)], ['conv2/weight', Float32Array.of(1, NaN)]]);
  expect(() => { checkEmbeddings(7, Float32Array.of(0.6, NaN), weights); }).toThrow(DivergedError);
  expect(() => { checkEmbeddings(7, Float32Array.of(0.6, NaN), weights); }).toThrow("step 7: the weight 'conv2/weight' is not finite");
  expect(() => { checkEmbeddings(7, Float32Array.of(0.6, 0.8), weights); }).not.toThrow();
});

test('an infinite gradient stops the run at its step and names its parameter', () => {
  const gradients = new Map([['a', Float32Array.of(3)], ['b', Float32Array.of(-Infinity)]]);
  expect(() => clip(9, gradients, 0)).toThrow("step 9: the gradient of 'b' is not finite");
});

test('clips to the largest norm, and 0 means no limit', () => {
  const gradients = (): Map<string, Float32Array> => new Map([['a', Float32Array.of(3)], ['b', Float32Array.of(4)]]);
  const clipped = gradients();
  expect(clip(1, clipped, 1)).toBe(5);
  expect(clipped.get('a')![0]).toBeCloseTo(0.6, 6);
  const free = gradients();
  expect(clip(1, free, 0)).toBe(5);
  expect(free.get('a')![0]).toBe(3);
});

import { gradient } from '../graph/gradient.ts';
import { graphOf } from '../graph/node.ts';
import { ShapeError } from '../graph/shape-error.ts';
import { sizeOf } from '../graph/shapes.ts';
import { initializeParameter } from '../initializers.ts';
import { Random } from '../random.ts';
import { interpret } from '../reference/interpret.ts';
import { buildReconstruction } from './build-reconstruction.ts';
import { parseDecoder } from './decoder.ts';
import { resolveSpec } from './resolve-spec.ts';

const decoder = parseDecoder([
  { kind: 'expand', name: 'expand', out: 4, rows: 3, cols: 2 },
  { kind: 'upConv', name: 'up', out: 5, kernel: 5, stride: 2 },
  { kind: 'picture', name: 'picture', kernel: 3, stride: 2 },
]);
const specOf = (normalization: 'batch' | 'none') => resolveSpec({ extends: 'nns2', input: [3, 24, 16], width: 0.25, embedding: 6, normalization });
const batch = 3;

function example(normalization: 'batch' | 'none') {
  const reconstruction = buildReconstruction(specOf(normalization), decoder, batch);
  const random = new Random(4);
  const draw = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
  const feeds = new Map<string, Float64Array>(reconstruction.parameters.map((parameter) => (
    [parameter.name, Float64Array.from(initializeParameter(parameter, { seed: 2, scheme: 'he' }))]
  )));
  feeds.set('embedding', draw(batch * 6)).set('image', draw(batch * 3 * 24 * 16));
  return { reconstruction, feeds };
}

test('a decoder grows an embedding to a picture', () => {
  const { picture, parameters } = buildReconstruction(specOf('none'), decoder, batch);
  expect(picture.shape).toEqual([batch, 3, 12, 8]);
  // By hand: 6·24 + 24, then 4·5·25 + 5, then 5·3·9 + 3.
  expect(parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(168 + 505 + 138);
});

test('the loss is the mean squared difference to the means of blocks of pixels', () => {
  const { reconstruction: { loss, picture }, feeds } = example('none');
  const values = interpret(graphOf({ loss, picture }), feeds);
  const image = feeds.get('image')!;
  let sum = 0;
  for (let plane = 0; plane < batch * 3; plane++) {
    for (let row = 0; row < 12; row++) {
      for (let col = 0; col < 8; col++) {
        const at = (r: number, c: number): number => image[(plane * 24 + 2 * row + r) * 16 + 2 * col + c]!;
        sum += (values['picture']![(plane * 12 + row) * 8 + col]! - (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4) ** 2;
      }
    }
  }
  expect(values['loss']![0]).toBeCloseTo(sum / (batch * 3 * 12 * 8), 12);
});

test.each(['none', 'batch'] as const)('has the gradients of finite differences, normalisation %s', (normalization) => {
  const { reconstruction: { builder, loss, embedding, parameters }, feeds } = example(normalization);
  const names = ['embedding', ...parameters.map(({ name }) => name)];
  const gradients = gradient(builder, loss, builder.constant(1, loss.shape), [embedding, ...parameters.map(({ node }) => node)]);
  const values = interpret(graphOf(Object.fromEntries(gradients.map((node, i) => [names[i]!, node]))), feeds);
  const lossGraph = graphOf({ loss });
  const step = 1e-5;
  for (const name of names) {
    const numbers = feeds.get(name)!;
    for (let i = 0; i < numbers.length; i += Math.ceil(numbers.length / 7)) {
      const kept = numbers[i]!;
      const [up, down] = [step, -step].map((change) => {
        numbers[i] = kept + change;
        return interpret(lossGraph, feeds)['loss']![0]!;
      });
      numbers[i] = kept;
      expect(Math.abs((up! - down!) / (2 * step) - values[name]![i]!)).toBeLessThan(1e-6);
    }
  }
});

test('refuses pictures whose sides do not divide the input, and layers out of order', () => {
  expect(() => buildReconstruction(resolveSpec({ extends: 'nns2', input: [3, 25, 16] }), decoder, 1)).toThrow(ShapeError);
  expect(() => parseDecoder([{ kind: 'picture', name: 'p', kernel: 3, stride: 2 }])).toThrow('decoder[0].kind: expected "expand" here, got "picture"');
  expect(() => parseDecoder([decoder[0], { ...decoder[1], kernel: 4 }, decoder[2]])).toThrow('decoder[1].kernel: expected an odd size, got 4');
  expect(() => parseDecoder([decoder[0], { ...decoder[1], name: 'expand' }, decoder[2]])).toThrow('is the name of another layer');
});

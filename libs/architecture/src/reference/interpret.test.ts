import { GraphBuilder } from '../graph/builder.ts';
import { graphOf } from '../graph/node.ts';
import { evaluateAll, interpret } from './interpret.ts';

describe('interpret', () => {
  const g = new GraphBuilder();
  const x = g.input('x', [1, 2]);
  const sum = g.add(x, g.parameter('w', [2]));
  const graph = graphOf({ sum, double: g.scale(sum, 2), x });

  it('gives every output, also one that others read or that is fed, and ignores other feeds', () => {
    const feeds = new Map<string, ArrayLike<number>>([['x', Float32Array.of(1, 2)], ['w', [10, 20]], ['other', [1]]]);
    expect(interpret(graph, feeds)).toEqual({
      sum: Float64Array.of(11, 22), double: Float64Array.of(22, 44), x: Float64Array.of(1, 2),
    });
  });

  it('says which feed is missing or has another size', () => {
    expect(() => interpret(graph, new Map([['x', [1, 2]]]))).toThrow("feed 'w' is missing; expected 2 numbers for shape [2]");
    expect(() => interpret(graph, new Map([['x', [1, 2, 3]], ['w', [1, 2]]])))
      .toThrow("feed 'x': expected 2 numbers for shape [1, 2], got 3");
  });

  it('does not compute again what is known', () => {
    const known = new Map([[sum, { shape: [1, 2], data: Float64Array.of(7, 8) }]]);
    const values = evaluateAll(graph, new Map([['x', [1, 2]], ['w', [0, 0]]]), known);
    expect([...values.get(graph.outputs['double']!)!.data]).toEqual([14, 16]);
  });

  it('keeps NaN visible', () => {
    const nan = g.constant(Number.NaN, [1, 1, 1, 1]);
    const pooled = g.maxPool(nan, { kernel: [1, 1], stride: [1, 1], pads: [0, 0, 0, 0] });
    const outputs = { relu: g.relu(nan), maximum: g.maximum(nan, g.constant(1)), pooled };
    expect(Object.values(interpret(graphOf(outputs), new Map())).map(([value]) => value)).toEqual([NaN, NaN, NaN]);
  });
});

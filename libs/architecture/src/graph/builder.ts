import type { Node } from './node.ts';
import type { ConvAttributes, OpAttributes, OpKind, Shape, WindowAttributes } from './ops.ts';
import { ShapeError } from './shape-error.ts';
import { inferShape } from './shapes.ts';

/** Makes nodes: one method per op, shapes inferred and checked at once. */
export class GraphBuilder {
  #nextId = 0;
  #scope: string[] = [];

  /** Runs `body` with `name` appended to the labels of the nodes it makes. */
  within<T>(name: string, body: () => T): T {
    this.#scope.push(name);
    try {
      return body();
    } finally {
      this.#scope.pop();
    }
  }

  /** The current label, e.g. `inception3a/branch3x3`. */
  get label(): string {
    return this.#scope.join('/');
  }

  input(name: string, shape: Shape): Node { return this.#make('input', [], { name, shape }); }
  parameter(name: string, shape: Shape): Node { return this.#make('parameter', [], { name, shape }); }
  constant(value: number, shape: Shape = []): Node { return this.#make('constant', [], { value, shape }); }

  conv(x: Node, weight: Node, attributes: ConvAttributes): Node { return this.#make('conv', [x, weight], attributes); }
  convInputGradient(dy: Node, weight: Node, attributes: OpAttributes['convInputGradient']): Node {
    return this.#make('convInputGradient', [dy, weight], attributes);
  }
  convWeightGradient(x: Node, dy: Node, attributes: OpAttributes['convWeightGradient']): Node {
    return this.#make('convWeightGradient', [x, dy], attributes);
  }
  matMul(a: Node, b: Node, { transposeA = false, transposeB = false } = {}): Node {
    return this.#make('matMul', [a, b], { transposeA, transposeB });
  }

  relu(x: Node): Node { return this.#make('relu', [x], {}); }
  step(x: Node): Node { return this.#make('step', [x], {}); }
  sqrt(x: Node): Node { return this.#make('sqrt', [x], {}); }
  power(x: Node, exponent: number): Node { return this.#make('power', [x], { exponent }); }

  add(a: Node, b: Node): Node { return this.#make('add', [a, b], {}); }
  subtract(a: Node, b: Node): Node { return this.#make('subtract', [a, b], {}); }
  multiply(a: Node, b: Node): Node { return this.#make('multiply', [a, b], {}); }
  divide(a: Node, b: Node): Node { return this.#make('divide', [a, b], {}); }
  maximum(a: Node, b: Node): Node { return this.#make('maximum', [a, b], {}); }
  /** x · factor. */
  scale(x: Node, factor: number): Node { return this.multiply(x, this.constant(factor)); }

  maxPool(x: Node, attributes: WindowAttributes): Node { return this.#make('maxPool', [x], attributes); }
  maxPoolGradient(x: Node, y: Node, dy: Node, attributes: WindowAttributes): Node {
    return this.#make('maxPoolGradient', [x, y, dy], attributes);
  }
  averagePool(x: Node, attributes: WindowAttributes): Node { return this.#make('averagePool', [x], attributes); }
  averagePoolGradient(dy: Node, attributes: OpAttributes['averagePoolGradient']): Node {
    return this.#make('averagePoolGradient', [dy], attributes);
  }
  channelWindowSum(x: Node, size: number): Node { return this.#make('channelWindowSum', [x], { size }); }

  batchMean(x: Node): Node { return this.#make('batchMean', [x], {}); }
  batchVariance(x: Node, mean: Node): Node { return this.#make('batchVariance', [x, mean], {}); }
  batchNormalize(
    x: Node, scale: Node, shift: Node, mean: Node, variance: Node, attributes: OpAttributes['batchNormalize'],
  ): Node {
    return this.#make('batchNormalize', [x, scale, shift, mean, variance], attributes);
  }

  reduceSum(x: Node, axes: readonly number[]): Node { return this.#make('reduceSum', [x], { axes }); }
  broadcast(x: Node, shape: Shape): Node { return this.#make('broadcast', [x], { shape }); }
  reshape(x: Node, shape: Shape): Node { return this.#make('reshape', [x], { shape }); }
  transpose(x: Node, permutation: readonly number[]): Node { return this.#make('transpose', [x], { permutation }); }
  concat(parts: readonly Node[], axis: number): Node { return this.#make('concat', parts, { axis }); }
  slice(x: Node, axis: number, start: number, length: number): Node {
    return this.#make('slice', [x], { axis, start, length });
  }
  pad(x: Node, axis: number, before: number, after: number): Node {
    return this.#make('pad', [x], { axis, before, after });
  }

  #make<K extends OpKind>(kind: K, inputs: readonly Node[], attributes: OpAttributes[K]): Node {
    const shape = this.#shapeOf(kind, inputs, attributes);
    return { id: this.#nextId++, kind, inputs, attributes, shape, label: this.label };
  }

  #shapeOf<K extends OpKind>(kind: K, inputs: readonly Node[], attributes: OpAttributes[K]): Shape {
    try {
      return inferShape(kind, inputs.map((node) => node.shape), attributes);
    } catch (error) {
      if (error instanceof ShapeError) throw new ShapeError(`${kind} '${this.label}': ${error.message}`);
      throw error;
    }
  }
}

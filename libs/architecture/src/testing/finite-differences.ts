import type { GraphBuilder } from '../graph/builder.ts';
import { gradient } from '../graph/gradient.ts';
import { dependentsOf, type Graph, graphOf, isKind, type Node } from '../graph/node.ts';
import { sizeOf } from '../graph/shapes.ts';
import { Random } from '../random.ts';
import { evaluateAll, interpret } from '../reference/interpret.ts';
import type { Tensor } from '../reference/tensor.ts';

export interface GradientCheckOptions {
  /** Inputs and parameters of the graph. */
  readonly wrt: readonly Node[];
  /** Values of all inputs and parameters by name. */
  readonly feeds: ReadonlyMap<string, ArrayLike<number>>;
  /** Entries to compare of each tensor, drawn at random; all of them when absent. */
  readonly samples?: number;
  /** First step to try; the error falls with its square, the rounding noise grows with its inverse. */
  readonly step?: number;
  readonly seed?: number;
  /** What is being checked. */
  readonly gradientOf?: typeof gradient;
}

export interface GradientCheck {
  readonly name: string;
  /** Entries compared. */
  readonly checked: number;
  /** Entries passed over, because a kink lies within the smallest step. */
  readonly skipped: number;
  /** Largest |finite difference − gradient|, relative to the entry or, where that is larger, to the tensor's RMS. */
  readonly error: number;
}

/**
 * Compares the gradient of a random weighted sum of `output` with central differences, in 64 bits.
 *
 * A central difference means nothing across a kink of ReLU, maximum or max pool. So the two ends of a step must agree on
 * every such decision in the whole graph. If they do not, the step is shortened; if the shortest fails, another entry is
 * drawn. An entry that is compared is held to the full bound, and running out of entries throws.
 */
export function checkGradients(g: GraphBuilder, output: Node, options: GradientCheckOptions): GradientCheck[] {
  const { wrt, seed = 1, gradientOf = gradient } = options;
  const random = new Random(seed);
  const weighting = g.input('finite-differences/weighting', output.shape);
  const weights = Array.from({ length: sizeOf(output.shape) }, () => random.normal());
  const feeds = new Map(options.feeds).set('finite-differences/weighting', weights);
  const gradients = interpret(graphOf(Object.fromEntries(gradientOf(g, output, weighting, wrt).entries())), feeds);
  const forward = new Forward(g, g.multiply(output, weighting), feeds);
  return wrt.map((node, i) => {
    const name = nameOf(node);
    const comparison = compare(gradients[String(i)]!, forward.differenceAt(node, name), random, options);
    if (comparison.checked === 0) {
      throw new Error(`gradient of '${name}': all ${comparison.skipped} entries lie at a kink; choose other values`);
    }
    return { name, ...comparison };
  });
}

/** (f(x + step) − f(x − step)) / 2 step for one entry of a tensor; undefined where a kink lies between the two. */
type Difference = (index: number, step: number) => number | undefined;

function compare(
  gradientValues: Float64Array, differenceAt: Difference, random: Random, { samples, step = 1e-5 }: GradientCheckOptions,
): Omit<GradientCheck, 'name'> {
  const rms = Math.sqrt(gradientValues.reduce((sum, value) => sum + value * value, 0) / gradientValues.length);
  const entries = [...gradientValues.keys()];
  if (samples !== undefined) random.shuffle(entries);
  let [checked, skipped, error] = [0, 0, 0];
  for (const index of entries) {
    if (checked === samples) break;
    const numeric = differenceAt(index, step) ?? differenceAt(index, step / 10) ?? differenceAt(index, step / 100);
    if (numeric === undefined) {
      skipped++;
      continue;
    }
    checked++;
    const expected = gradientValues[index]!;
    const distance = Math.abs(numeric - expected);
    const relative = distance === 0 ? 0 : distance / Math.max(Math.abs(numeric), Math.abs(expected), rms);
    error = Math.max(error, relative); // NaN stays NaN
  }
  return { checked, skipped, error };
}

/** Evaluates the function with one entry moved, computing again only what depends on it. */
class Forward {
  readonly #graph: Graph;
  readonly #value: Node;
  readonly #decisions: readonly Node[];
  readonly #feeds: ReadonlyMap<string, ArrayLike<number>>;
  readonly #values: ReadonlyMap<Node, Tensor>;

  /** The function is the sum over `value`. */
  constructor(g: GraphBuilder, value: Node, feeds: ReadonlyMap<string, ArrayLike<number>>) {
    this.#value = value;
    this.#decisions = graphOf({ value }).nodes.flatMap((node) => decisionOf(g, node) ?? []);
    this.#graph = graphOf({ value, ...Object.fromEntries(this.#decisions.entries()) });
    this.#feeds = feeds;
    this.#values = evaluateAll(this.#graph, feeds);
  }

  differenceAt(node: Node, name: string): Difference {
    const dependents = dependentsOf(this.#graph.nodes, [node]);
    const constant = new Map([...this.#values].filter(([other]) => !dependents.has(other)));
    const decisions = this.#decisions.filter((decision) => dependents.has(decision));
    const moved = (index: number, shift: number): ReadonlyMap<Node, Tensor> => {
      const values = Float64Array.from(this.#feeds.get(name)!);
      values[index]! += shift;
      return evaluateAll(this.#graph, new Map(this.#feeds).set(name, values), constant);
    };
    return (index, step) => {
      const [above, below] = [moved(index, step), moved(index, -step)];
      const data = (values: ReadonlyMap<Node, Tensor>, of: Node): Float64Array => values.get(of)!.data;
      if (!decisions.every((decision) => equal(data(above, decision), data(below, decision)))) return undefined;
      // Term by term, so that large terms which did not change cancel exactly.
      const [high, low] = [data(above, this.#value), data(below, this.#value)];
      return high.reduce((sum, term, i) => sum + (term - low[i]!), 0) / (2 * step);
    };
  }
}

function equal(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => value === b[i]);
}

/** A value that is constant between the kinks of a node and changes across them; undefined where there are none. */
function decisionOf(g: GraphBuilder, node: Node): Node | undefined {
  const [a, b] = node.inputs;
  if (isKind(node, 'relu') || isKind(node, 'step')) return g.step(a!);
  if (isKind(node, 'maximum')) return g.step(g.subtract(a!, b!));
  if (isKind(node, 'maxPool')) return g.maxPoolGradient(a!, node, g.constant(1, node.shape), node.attributes);
  return undefined;
}

function nameOf(node: Node): string {
  if (isKind(node, 'input') || isKind(node, 'parameter')) return node.attributes.name;
  throw new Error(`'${node.label}' is a ${node.kind}; expected an input or a parameter`);
}

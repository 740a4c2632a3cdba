import { encodeAttribute } from './attributes.ts';
import type { Attribute } from './attributes.ts';
import { encodeModel } from './encode.ts';
import type { onnx } from './generated/onnx.js';
import { Names } from './names.ts';
import { checkTensor, dataTypeOf } from './tensor.ts';
import type { ElementData, ElementType, Tensor } from './tensor.ts';

/** A value of an ONNX graph is its name. */
export type Value = string;

/** A number, or the name of a dimension that is known only when the model runs: `N`. */
export type Dimension = number | string;

export interface OnnxBuilderOptions {
  readonly name?: string;
  /** Version of the default operator set. */
  readonly opset?: number;
  /** Stored with the model as key–value pairs. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export type Attributes = Readonly<Record<string, Attribute>>;

const producer = 'facenet';
const minimumOpset = 17;
const constantName = 'constant';

/** Whether a stored tensor is a constant of the graph, which the builder named, and no weight. */
export function isConstantName(name: string): boolean {
  return /^constant(_\d+)?$/.test(name);
}

/**
 * Makes an ONNX model: values first, then what reads them.
 *
 * @example
 * const model = new OnnxBuilder();
 * const x = model.input('x', 'float32', ['N', 3]);
 * const y = model.node('Relu', [x]);
 * model.output('y', y, 'float32', ['N', 3]);
 * const bytes = model.encode();
 */
export class OnnxBuilder {
  readonly opset: number;
  readonly #name: string;
  readonly #metadata: Map<string, string>;
  readonly #values = new Names();
  readonly #nodeNames = new Names();
  readonly #nodes: onnx.NodeProto.$Properties[] = [];
  readonly #inputs: onnx.ValueInfoProto.$Properties[] = [];
  readonly #outputs: onnx.ValueInfoProto.$Properties[] = [];
  readonly #tensors = new Map<Value, Tensor>();
  /** Small constants by content: shapes, axes and factors repeat a lot. */
  readonly #constants = new Map<string, Value>();

  constructor({ name = 'graph', opset = minimumOpset, metadata = {} }: OnnxBuilderOptions = {}) {
    if (opset < minimumOpset) throw new RangeError(`opset ${opset}; expected ${minimumOpset} or more`);
    this.#name = name;
    this.opset = opset;
    this.#metadata = new Map(Object.entries(metadata));
  }

  /** A value fed when the model runs. The name is part of the interface, so it must be free. */
  input(name: string, type: ElementType, dims: readonly Dimension[]): Value {
    this.#define(name);
    this.#inputs.push(valueInfo(name, type, dims));
    return name;
  }

  /** A stored tensor. The data is not copied before `encode`. */
  initializer(name: string, tensor: Tensor): Value {
    checkTensor(name, tensor);
    this.#define(name);
    this.#tensors.set(name, tensor);
    return name;
  }

  /** A stored 1-D list of integers (shapes, axes, pads); equal lists are stored once. */
  int64s(values: readonly number[]): Value {
    return this.#constant('int64', [values.length], values, BigInt64Array.from(values, BigInt));
  }

  /** A stored float32 of shape `dims` (a scalar unless told); equal ones are stored once. */
  floats(values: readonly number[], dims: readonly number[] = []): Value {
    return this.#constant('float32', dims, values, Float32Array.from(values));
  }

  /** Adds a node with one output and returns that output. `hint` is where it comes from: `conv1/relu`. */
  node(op: string, inputs: readonly Value[], attributes: Attributes = {}, hint: string = op): Value {
    return this.nodes(op, inputs, 1, attributes, hint)[0]!;
  }

  /** Adds a node with `outputCount` outputs. An empty input is an omitted optional one. */
  nodes(
    op: string, inputs: readonly Value[], outputCount: number, attributes: Attributes = {}, hint: string = op,
  ): Value[] {
    for (const input of inputs) if (input !== '') this.#require(input, `${op} '${hint}'`);
    const output = Array.from({ length: outputCount }, (_, i) => this.#values.unique(i === 0 ? hint : `${hint}:${i}`));
    const name = this.#nodeNames.unique(hint);
    const attribute = Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value));
    this.#nodes.push({ op_type: op, name, input: [...inputs], output, attribute });
    return output;
  }

  /** Names `value` as an output of the model. */
  output(name: string, value: Value, type: ElementType, dims: readonly Dimension[]): void {
    this.#require(value, `output '${name}'`);
    if (name !== value) {
      this.#define(name);
      this.#nodes.push({ op_type: 'Identity', name: `output/${name}`, input: [value], output: [name], attribute: [] });
    }
    this.#outputs.push(valueInfo(name, type, dims));
  }

  /** Stores a key–value pair with the model. */
  metadata(key: string, value: string): void {
    this.#metadata.set(key, value);
  }

  /** The model file. */
  encode(): Uint8Array<ArrayBuffer> {
    return encodeModel(
      {
        ir_version: irVersionOf(this.opset),
        producer_name: producer,
        opset_import: [{ domain: '', version: this.opset }],
        metadata_props: [...this.#metadata].map(([key, value]) => ({ key, value })),
      },
      { name: this.#name, node: this.#nodes, input: this.#inputs, output: this.#outputs },
      this.#tensors,
    );
  }

  #constant(type: ElementType, dims: readonly number[], values: readonly number[], data: ElementData): Value {
    const key = `${type} [${dims.join(',')}] ${values.join(',')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.#values.unique(constantName);
    const tensor: Tensor = { type, dims, data };
    checkTensor(name, tensor);
    this.#tensors.set(name, tensor);
    this.#constants.set(key, name);
    return name;
  }

  #require(value: Value, reader: string): void {
    if (!this.#values.has(value)) throw new Error(`internal: ${reader} reads '${value}', which nothing makes`);
  }

  #define(name: Value): void {
    if (name === '') throw new Error('internal: a value without a name');
    if (this.#values.has(name)) throw new Error(`internal: two values named '${name}'`);
    this.#values.add(name);
  }
}

function valueInfo(name: string, type: ElementType, dims: readonly Dimension[]): onnx.ValueInfoProto.$Properties {
  const dim = dims.map((size) => (typeof size === 'string' ? { dim_param: size } : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type: dataTypeOf(type), shape: { dim } } } };
}

/** The version of the file format that came with each operator set; older runtimes refuse newer ones. */
function irVersionOf(opset: number): number {
  if (opset <= 18) return 8;
  return opset <= 20 ? 9 : 10;
}

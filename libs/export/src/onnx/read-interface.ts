// Reads what a model says about itself without decoding its weights.
import protobuf from 'protobufjs/minimal.js';
import { eachField } from './each-field.ts';
import { onnx } from './generated/onnx.js';
import { type ElementType, knownElementType } from './tensor.ts';
import type { Dimension } from './builder.ts';

export interface ModelInterface {
  readonly opset: number;
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly metadata: ReadonlyMap<string, string>;
}

export interface ValueDescription {
  readonly name: string;
  /** `other` for what is no tensor of a known type. */
  readonly type: ElementType | 'other';
  readonly dims: readonly Dimension[];
}

const modelField = { graph: 7, opset: 8, metadata: 14 } as const;
const graphField = { initializer: 5, input: 11, output: 12 } as const;
const tensorField = { name: 8 } as const;

/** Throws where the bytes are not an ONNX model. */
export function readModelInterface(bytes: Uint8Array): ModelInterface {
  const inputs: ValueDescription[] = [];
  const outputs: ValueDescription[] = [];
  const stored = new Set<string>();
  const metadata = new Map<string, string>();
  let opset = 0;
  eachField(protobuf.Reader.create(bytes), {
    [modelField.graph]: (message) => {
      eachField(message, {
        [graphField.initializer]: (tensor) => {
          eachField(tensor, { [tensorField.name]: (name) => { stored.add(protobuf.util.utf8.read(name.buf, name.pos, name.len)); } });
        },
        [graphField.input]: (value) => { inputs.push(describe(onnx.ValueInfoProto.decode(value))); },
        [graphField.output]: (value) => { outputs.push(describe(onnx.ValueInfoProto.decode(value))); },
      });
    },
    [modelField.opset]: (message) => {
      const { domain, version } = onnx.OperatorSetIdProto.decode(message);
      if (domain === '') opset = Number(version);
    },
    [modelField.metadata]: (message) => {
      const { key, value } = onnx.StringStringEntryProto.decode(message);
      metadata.set(key, value);
    },
  });
  // Old files list their weights as inputs too.
  return { opset, inputs: inputs.filter(({ name }) => !stored.has(name)), outputs, metadata };
}

function describe({ name, type }: onnx.ValueInfoProto): ValueDescription {
  const tensor = type?.tensor_type;
  const dims = (tensor?.shape?.dim ?? []).map(({ dim_param, dim_value }) => dim_param ?? Number(dim_value ?? 0));
  return { name, type: knownElementType(tensor?.elem_type ?? 0), dims };
}

import protobuf from 'protobufjs/minimal.js';
import { eachField } from './each-field.ts';
import { onnx } from './generated/onnx.js';
import { type ElementType, knownElementType } from './tensor.ts';

/** A tensor as it lies in a file. */
export interface StoredTensor {
  /** `other` for a type that is not known here. */
  readonly type: ElementType | 'other';
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

const modelField = { graph: 7 } as const;
const graphField = { initializer: 5 } as const;

/** The stored tensors of a model that this project wrote, by name; their bytes lie in `bytes`, nothing is copied. */
export function readStoredTensors(bytes: Uint8Array): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  const readTensor = (message: protobuf.Reader): void => {
    const { name, data_type, dims, raw_data } = onnx.TensorProto.decode(message);
    tensors.set(name ?? '', { type: knownElementType(data_type ?? 0), dims: (dims ?? []).map(Number), bytes: raw_data ?? bytes.subarray(0, 0) });
  };
  eachField(protobuf.Reader.create(bytes), {
    [modelField.graph]: (graph) => { eachField(graph, { [graphField.initializer]: readTensor }); },
  });
  return tensors;
}

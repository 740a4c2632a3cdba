// A model's bytes are put together here rather than by one call of protobufjs: its writer grows and shifts one buffer,
// which for weights of hundreds of megabytes needs three times their size. Here the final size is known first, one
// buffer is made, and every weight is copied into it once.
import protobuf from 'protobufjs/minimal.js';
import { onnx } from './generated/onnx.js';
import { bytesOf, dataTypeOf } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/** Readers of protocol buffers refuse messages of 2 GiB and more. */
const limit = 2 ** 31 - 1;

export type ModelHeader = Omit<onnx.ModelProto.$Properties, 'graph'>;
export type GraphHeader = Omit<onnx.GraphProto.$Properties, 'initializer'>;

/** The bytes of a model whose initializers are `tensors`. */
export function encodeModel(
  model: ModelHeader, graph: GraphHeader, tensors: ReadonlyMap<string, Tensor>,
): Uint8Array<ArrayBuffer> {
  const initializers = [...tensors].flatMap(([name, tensor]) => initializerParts(name, tensor));
  const graphParts = [onnx.GraphProto.encode(graph).finish(), ...initializers];
  const parts = [onnx.ModelProto.encode(model).finish(), delimiter(modelField.graph, sizeWithinLimit(graphParts)), ...graphParts];
  return concatenate(parts, sizeWithinLimit(parts));
}

// Field numbers of the three messages that are framed by hand.
const modelField = { graph: 7 } as const;
const graphField = { initializer: 5 } as const;
const tensorField = { rawData: 9 } as const;

function initializerParts(name: string, tensor: Tensor): Uint8Array[] {
  const header = onnx.TensorProto.encode({ name, dims: [...tensor.dims], data_type: dataTypeOf(tensor.type) }).finish();
  const data = bytesOf(tensor);
  const body = [header, delimiter(tensorField.rawData, data.length), data];
  return [delimiter(graphField.initializer, sizeWithinLimit(body)), ...body];
}

/** What precedes a field of `length` bytes: its tag and the length. */
function delimiter(field: number, length: number): Uint8Array {
  const lengthDelimited = 2;
  return protobuf.Writer.create().uint32((field << 3) | lengthDelimited).uint32(length).finish();
}

function sizeWithinLimit(parts: readonly Uint8Array[]): number {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size <= limit) return size;
  throw new RangeError(
    `the ONNX model would have ${(size / 2 ** 30).toFixed(2)} GiB; a file of one protocol-buffer message ends at 2 GiB`,
  );
}

function concatenate(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

import { onnx } from './generated/onnx.js';

/** Element types of tensors, by the names the rest of the code uses. */
export type ElementType = 'float32' | 'float16' | 'float64' | 'int8' | 'uint8' | 'int32' | 'int64' | 'bool';

/** float16 values are their 16-bit patterns, bool values are 0 and 1. */
export type ElementData =
  | Float32Array | Float64Array | Int8Array | Uint8Array | Uint16Array | Int32Array | BigInt64Array;

/** A tensor to store in a model. */
export interface Tensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data: ElementData;
}

const { DataType } = onnx.TensorProto;

interface Storage {
  readonly code: onnx.TensorProto.DataType;
  readonly array: { new(buffer: ArrayBuffer): ElementData; readonly BYTES_PER_ELEMENT: number };
}

const storages: Readonly<Record<ElementType, Storage>> = {
  float32: { code: DataType.FLOAT, array: Float32Array },
  float16: { code: DataType.FLOAT16, array: Uint16Array },
  float64: { code: DataType.DOUBLE, array: Float64Array },
  int8: { code: DataType.INT8, array: Int8Array },
  uint8: { code: DataType.UINT8, array: Uint8Array },
  int32: { code: DataType.INT32, array: Int32Array },
  int64: { code: DataType.INT64, array: BigInt64Array },
  bool: { code: DataType.BOOL, array: Uint8Array },
};

/** The number that ONNX gives an element type. */
export function dataTypeOf(type: ElementType): onnx.TensorProto.DataType {
  return storages[type].code;
}

/** The name of an element type that ONNX gives as a number. */
export function elementTypeOf(code: number): ElementType {
  for (const [type, storage] of Object.entries(storages)) if (Number(storage.code) === code) return type as ElementType;
  throw new Error(`ONNX element type ${code}; expected one of ${Object.keys(storages).join(', ')}`);
}

/** The same, where a type that is not known here is no error. */
export function knownElementType(code: number): ElementType | 'other' {
  try {
    return elementTypeOf(code);
  } catch {
    return 'other';
  }
}

/** The bytes of a tensor as ONNX stores them (little-endian, as every machine that runs JavaScript is). No copy. */
export function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Throws where the data does not fit the type or the shape. */
export function checkTensor(name: string, { type, dims, data }: Tensor): void {
  const expected = storages[type].array;
  if (data.BYTES_PER_ELEMENT !== expected.BYTES_PER_ELEMENT) {
    throw new Error(`tensor '${name}': ${data.BYTES_PER_ELEMENT} bytes per element; ${type} has ${expected.BYTES_PER_ELEMENT}`);
  }
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (data.length !== size) {
    throw new Error(`tensor '${name}': ${data.length} elements; shape [${dims.join(', ')}] has ${size}`);
  }
}

/** Reads a tensor of a decoded model. */
export function readTensor(proto: onnx.TensorProto.$Properties): Tensor & { readonly name: string } {
  const name = proto.name ?? '';
  const type = elementTypeOf(proto.data_type ?? 0);
  const dims = (proto.dims ?? []).map(Number);
  if (!proto.raw_data) throw new Error(`tensor '${name}': stored without raw data; expected raw_data`);
  // A copy: the bytes of a decoded model need not be aligned.
  const data = new storages[type].array(proto.raw_data.slice().buffer);
  const tensor = { name, type, dims, data };
  checkTensor(name, tensor);
  return tensor;
}

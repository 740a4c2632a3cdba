export { OnnxBuilder } from './onnx/builder.ts';
export type { Attributes, Dimension, OnnxBuilderOptions, Value } from './onnx/builder.ts';
export type { Attribute } from './onnx/attributes.ts';
export type { ElementData, ElementType, Tensor } from './onnx/tensor.ts';

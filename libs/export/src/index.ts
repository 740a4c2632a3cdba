export { OnnxBuilder } from './onnx/builder.ts';
export type { Attributes, Dimension, OnnxBuilderOptions, Value } from './onnx/builder.ts';
export type { Attribute } from './onnx/attributes.ts';
export type { ElementData, ElementType, Tensor } from './onnx/tensor.ts';
export { lowerGraph, type LoweringOptions, onnxLowering } from './onnx/lowering.ts';
export type { LoweringTarget } from './onnx/lowering-context.ts';

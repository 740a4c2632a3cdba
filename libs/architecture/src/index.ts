export { GraphBuilder } from './graph/builder.ts';
export { type Graph, graphOf, isKind, type Node } from './graph/node.ts';
export type { ConvAttributes, OpAttributes, OpKind, OpTable, Pads, Pair, Shape, WindowAttributes } from './graph/ops.ts';
export { ShapeError } from './graph/shape-error.ts';
export { broadcastShapes, inferShape, samePads, sizeOf } from './graph/shapes.ts';
export { Random, type RandomState } from './random.ts';

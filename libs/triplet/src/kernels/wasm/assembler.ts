/**
 * A small assembler for WebAssembly. An expression is the bytes that compute it, operands first, so instructions nest
 * as function calls: `i32.add(a.get, i32.value(4))`. Opcodes: https://webassembly.github.io/spec/core/binary/.
 */
export type Code = readonly number[];
export type ValueType = keyof typeof valueTypes;
const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

const unary = (...opcode: number[]) => (a: Code): Code => [...a, ...opcode];
const binary = (...opcode: number[]) => (a: Code, b: Code): Code => [...a, ...b, ...opcode];
/** `align` is the logarithm of the natural alignment; `offset` is added to the address. */
const load = (align: number, ...opcode: number[]) => (address: Code, offset = 0): Code =>
  [...address, ...opcode, align, ...unsigned(offset)];
const store = (align: number, ...opcode: number[]) => (address: Code, value: Code, offset = 0): Code =>
  [...address, ...value, ...opcode, align, ...unsigned(offset)];
const vector = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

export const i32 = {
  value: (n: number): Code => [0x41, ...signed(n)],
  load: load(2, 0x28), store: store(2, 0x36),
  lessThan: binary(0x49), isNotZero: unary(0x45, 0x45),
  add: binary(0x6a), subtract: binary(0x6b), multiply: binary(0x6c),
  and: binary(0x71), shiftLeft: binary(0x74), shiftRight: binary(0x76),
  maximum: (a: Local, b: Local): Code => select(a.get, b.get, i32.lessThan(b.get, a.get)),
  minimum: (a: Local, b: Local): Code => select(a.get, b.get, i32.lessThan(a.get, b.get)),
};
export const i64 = { load: load(3, 0x29), store: store(3, 0x37) };
export const f32 = {
  value: (x: number): Code => [0x43, ...new Uint8Array(Float32Array.of(x).buffer)],
  load: load(2, 0x2a), store: store(2, 0x38),
  add: binary(0x92), differs: binary(0x5c), bits: unary(0xbc), toDouble: unary(0xbb), fromDouble: unary(0xb6),
};
export const f64 = { lessThan: binary(0x63) };
export const f32x4 = {
  splat: unary(...vector(0x13)),
  add: binary(...vector(0xe4)), subtract: binary(...vector(0xe5)), multiply: binary(...vector(0xe6)), maximum: binary(...vector(0xe9)),
};
export const v128 = {
  load: load(4, ...vector(0x00)), store: store(4, ...vector(0x0b)),
  /** Stores one half, 8 bytes, of the vector. */
  storeHalf: (address: Code, value: Code, half: 0 | 1, offset = 0): Code =>
    [...address, ...value, ...vector(0x5b), 3, ...unsigned(offset), half],
  /** Four lanes of 32 bits out of a (0 … 3) and b (4 … 7). */
  shuffle: (a: Code, b: Code, lanes: readonly [number, number, number, number]): Code =>
    [...a, ...b, ...vector(0x0d), ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte))],
};

const select = (a: Code, b: Code, condition: Code): Code => [...a, ...b, ...condition, 0x1b];

/** A parameter or variable of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

export const sequence = (...parts: Code[]): Code => parts.flat();
/** Repeats the body while the condition, tested before it, holds. */
export const whileLoop = (condition: Code, ...body: Code[]): Code => [
  0x02, 0x40, 0x03, 0x40, ...condition, 0x45, 0x0d, 1, ...body.flat(), 0x0c, 0, 0x0b, 0x0b,
];
/** for (counter = from; counter < to; counter += step), unsigned. */
export const forLoop = (counter: Local, from: Code, to: Code, step: number, ...body: Code[]): Code => sequence(
  counter.set(from),
  whileLoop(i32.lessThan(counter.get, to), ...body, increase(counter, i32.value(step))),
);
export const increase = (local: Local, by: Code): Code => local.set(i32.add(local.get, by));
/** Sets `bytes` bytes to 0; both are addresses or multiples of 1. */
export const clear = (address: Code, bytes: Code): Code => [...address, ...i32.value(0), ...bytes, 0xfc, 0x0b, 0x00];

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | null;
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** Declares a function: `build` gets the parameters and a maker of variables, and returns its statements. */
export function defineFunction(
  name: string, parameters: readonly ValueType[], result: ValueType | null,
  build: (parameters: readonly Local[], variable: (type: ValueType) => Local) => Code,
): WasmFunction {
  const locals: ValueType[] = [];
  const variable = (type: ValueType): Local => local(parameters.length + locals.push(type) - 1);
  const body = build(parameters.map((_, index) => local(index)), variable);
  return { name, parameters, result, locals, body };
}

function local(index: number): Local {
  return { get: [0x20, ...unsigned(index)], set: (value) => [...value, 0x21, ...unsigned(index)] };
}

/** A module of these functions, all exported, over an imported memory `env.memory`. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    0x60, ...list(parameters.map((type) => [valueTypes[type]])), ...list(result === null ? [] : [[valueTypes[result]]]),
  ]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...list(locals.map((type) => [1, valueTypes[type]])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, types),
    ...section(2, [[...text('env'), ...text('memory'), 0x02, 0x00, 1]]),
    ...section(3, functions.map((_, index) => unsigned(index))),
    ...section(7, functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)])),
    ...section(10, bodies),
  ]);
}

function section(id: number, items: readonly Code[]): Code {
  const content = list(items);
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): Code {
  return list([...name].map((letter) => [letter.charCodeAt(0)]));
}

/** LEB128: seven bits at a time, the lowest first. */
function unsigned(n: number): number[] {
  return n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...unsigned(n >>> 7)];
}

function signed(n: number): number[] {
  const last = n >= -0x40 && n < 0x40;
  return last ? [n & 0x7f] : [(n & 0x7f) | 0x80, ...signed(n >> 7)];
}

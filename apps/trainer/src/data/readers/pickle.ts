import { UsageError } from '../../cli/errors.ts';

/**
 * The part of Python's pickle format (protocols 2 to 5) that lists of byte strings and of truth values are written with.
 * A pickle is a program; this runs none of it. Names are looked up in a closed list of three, whose results are built
 * here from plain data, and every other opcode or name is refused with the place where it stands.
 */
export type PickleValue = null | boolean | number | string | Uint8Array | PickleList | PickleTuple | Name | BoolType;

class PickleList {
  readonly items: PickleValue[] = [];
}

export class PickleTuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** A name that a pickle asks for; only what `known` lists ever becomes one. */
class Name {
  readonly build: (args: readonly PickleValue[]) => PickleValue | undefined;
  constructor(build: Name['build']) {
    this.build = build;
  }
}

/** NumPy's dtype of truth values. */
class BoolType {}

const textOf = (value: PickleValue | undefined): string | undefined => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : typeof value === 'string' ? value : undefined);

/** Python 3 writes bytes under protocol 2 as text whose code points are the bytes. */
const encode = new Name(([text, encoding]) => {
  if (typeof text !== 'string' || textOf(encoding) !== 'latin1') return undefined;
  return /[^\0-\xff]/.test(text) ? undefined : Buffer.from(text, 'latin1');
});
const dtype = new Name(([code]) => (textOf(code) === 'b1' ? new BoolType() : undefined));
const scalar = new Name(([type, bytes]) => {
  const value = textOf(bytes);
  return type instanceof BoolType && (value === '\0' || value === '\x01') ? value === '\x01' : undefined;
});

const known: Readonly<Record<string, Name>> = {
  '_codecs encode': encode,
  'numpy dtype': dtype,
  'numpy.core.multiarray scalar': scalar,
  'numpy._core.multiarray scalar': scalar,
};

/** Where a list being written begins on the stack. */
const mark = Symbol('mark');

class Machine {
  readonly file: string;
  readonly bytes: Buffer;
  readonly stack: (PickleValue | typeof mark)[] = [];
  readonly memo = new Map<number, PickleValue>();
  position = 0;
  /** Place and name of the opcode being read. */
  start = 0;
  opcode = '';

  constructor(bytes: Buffer, file: string) {
    this.bytes = bytes;
    this.file = file;
  }

  fail(why: string): never {
    throw new UsageError(`${this.file}: byte ${this.start}: ${this.opcode} ${why}`);
  }

  take(length: number): Buffer {
    const left = this.bytes.length - this.position;
    if (length > left) this.fail(`needs ${length} more bytes, and the file ends after ${left}`);
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  u8 = (): number => this.take(1)[0]!;
  u32 = (): number => this.take(4).readUInt32LE();
  u64 = (): number => Number(this.take(8).readBigUInt64LE());

  line(): string {
    const end = this.bytes.indexOf(10, this.position);
    if (end < 0) this.fail('needs a line, and the file ends');
    return this.take(end + 1 - this.position).subarray(0, -1).toString();
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value === mark) this.fail('takes a value where there is none');
    return value;
  }

  popTo(): PickleValue[] {
    const at = this.stack.lastIndexOf(mark);
    if (at < 0) this.fail('takes values up to a mark, and there is none');
    return this.stack.splice(at).slice(1);
  }

  extend(values: readonly PickleValue[]): void {
    const list = this.stack.at(-1);
    if (!(list instanceof PickleList)) this.fail('adds to something that is no list');
    for (const value of values) list.items.push(value);
  }

  tuple(length: number): void {
    const items = Array.from({ length }, () => this.pop()).reverse();
    this.stack.push(new PickleTuple(items));
  }

  remember(slot: number): void {
    const value = this.pop();
    this.memo.set(slot, value);
    this.stack.push(value);
  }

  recall(slot: number): void {
    const value = this.memo.get(slot);
    if (value === undefined) this.fail(`asks for memo ${slot}, which was never stored`);
    this.stack.push(value);
  }

  name(module: PickleValue, name: PickleValue): void {
    const full = `${textOf(module)} ${textOf(name)}`;
    if (!Object.hasOwn(known, full)) this.fail(`asks for '${full.replace(' ', '.')}'; expected only lists of bytes and of truth values`);
    this.stack.push(known[full]!);
  }

  reduce(): void {
    const args = this.pop();
    const name = this.pop();
    const value = name instanceof Name && args instanceof PickleTuple ? name.build(args.items) : undefined;
    if (value === undefined) this.fail('calls something that makes neither bytes nor a truth value');
    this.stack.push(value);
  }

  /** The state of a dtype says byte order and alignment, which a truth value has no use for. */
  build(): void {
    this.pop();
    if (!(this.stack.at(-1) instanceof BoolType)) this.fail('sets the state of something that is no NumPy truth value');
  }
}

type Step = (m: Machine) => void;

const refuse: Step = (m) => { m.fail('is not allowed; expected only lists of bytes and of truth values'); };
const push = (read: (m: Machine) => PickleValue): Step => (m) => { m.stack.push(read(m)); };
const utf8 = (bytes: Buffer): string => bytes.toString('utf8');

/** Python's Lib/pickletools.py lists them all. */
const opcodes: ReadonlyMap<number, readonly [name: string, step: Step]> = new Map<number, readonly [string, Step]>([
  [0x95, ['FRAME', (m) => { m.u64(); }]],
  [0x28, ['MARK', (m) => { m.stack.push(mark); }]],
  [0x5d, ['EMPTY_LIST', push(() => new PickleList())]],
  [0x61, ['APPEND', (m) => { m.extend([m.pop()]); }]],
  [0x65, ['APPENDS', (m) => { m.extend(m.popTo()); }]],
  [0x29, ['EMPTY_TUPLE', push(() => new PickleTuple([]))]],
  [0x85, ['TUPLE1', (m) => { m.tuple(1); }]],
  [0x86, ['TUPLE2', (m) => { m.tuple(2); }]],
  [0x87, ['TUPLE3', (m) => { m.tuple(3); }]],
  [0x74, ['TUPLE', push((m) => new PickleTuple(m.popTo()))]],
  [0x4e, ['NONE', push(() => null)]],
  [0x88, ['NEWTRUE', push(() => true)]],
  [0x89, ['NEWFALSE', push(() => false)]],
  [0x4b, ['BININT1', push((m) => m.u8())]],
  [0x4d, ['BININT2', push((m) => m.take(2).readUInt16LE())]],
  [0x4a, ['BININT', push((m) => m.take(4).readInt32LE())]],
  [0x43, ['SHORT_BINBYTES', push((m) => m.take(m.u8()))]],
  [0x42, ['BINBYTES', push((m) => m.take(m.u32()))]],
  [0x8e, ['BINBYTES8', push((m) => m.take(m.u64()))]],
  [0x96, ['BYTEARRAY8', push((m) => m.take(m.u64()))]],
  // Python 2's byte strings.
  [0x55, ['SHORT_BINSTRING', push((m) => m.take(m.u8()))]],
  [0x54, ['BINSTRING', push((m) => m.take(m.u32()))]],
  [0x8c, ['SHORT_BINUNICODE', push((m) => utf8(m.take(m.u8())))]],
  [0x58, ['BINUNICODE', push((m) => utf8(m.take(m.u32())))]],
  [0x8d, ['BINUNICODE8', push((m) => utf8(m.take(m.u64())))]],
  [0x71, ['BINPUT', (m) => { m.remember(m.u8()); }]],
  [0x72, ['LONG_BINPUT', (m) => { m.remember(m.u32()); }]],
  [0x94, ['MEMOIZE', (m) => { m.remember(m.memo.size); }]],
  [0x68, ['BINGET', (m) => { m.recall(m.u8()); }]],
  [0x6a, ['LONG_BINGET', (m) => { m.recall(m.u32()); }]],
  [0x63, ['GLOBAL', (m) => { m.name(m.line(), m.line()); }]],
  [0x93, ['STACK_GLOBAL', (m) => {
    const name = m.pop();
    m.name(m.pop(), name);
  }]],
  [0x52, ['REDUCE', (m) => { m.reduce(); }]],
  [0x62, ['BUILD', (m) => { m.build(); }]],
]);

const protocolOpcode = 0x80;
const stopOpcode = 0x2e;

/** Reads a pickle; `file` is for messages. Byte strings are views of `bytes`. Throws UsageError for anything it does not know. */
export function readPickle(bytes: Buffer, file: string): PickleValue {
  const [first, protocol] = bytes;
  if (first !== protocolOpcode || protocol === undefined || protocol < 2 || protocol > 5) {
    throw new UsageError(`${file}: byte 0: expected a pickle of protocol 2 to 5, found ${bytes.length === 0 ? 'an empty file' : `bytes ${bytes.subarray(0, 4).toString('hex')}`}`);
  }
  const machine = new Machine(bytes, file);
  machine.position = 2;
  for (;;) {
    machine.start = machine.position;
    machine.opcode = 'the next opcode';
    const code = machine.u8();
    if (code === stopOpcode) break;
    const [name, step] = opcodes.get(code) ?? [`opcode 0x${code.toString(16).padStart(2, '0')}`, refuse];
    machine.opcode = name;
    step(machine);
  }
  machine.opcode = 'STOP';
  return machine.pop();
}

/** The items of a list, or undefined for anything else. */
export function listItems(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  return value instanceof PickleList ? value.items : undefined;
}

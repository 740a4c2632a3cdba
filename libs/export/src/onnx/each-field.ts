import protobuf from 'protobufjs/minimal.js';

/** Hands each message field that has a handler to it, as a reader that ends where the field does; skips the rest. */
export function eachField(reader: protobuf.Reader, handlers: Readonly<Record<number, (message: protobuf.Reader) => void>>): void {
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const handle = handlers[tag >>> 3];
    if (handle === undefined) {
      reader.skipType(tag & 7);
      continue;
    }
    const end = reader.uint32() + reader.pos;
    if (end > reader.len) throw new RangeError(`cut off: a field ends at byte ${end} of ${reader.len}`);
    const message = protobuf.Reader.create(reader.buf);
    message.pos = reader.pos;
    message.len = end;
    handle(message);
    reader.pos = end;
  }
}

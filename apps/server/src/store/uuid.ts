import { randomBytes } from 'node:crypto';

let lastTime = 0;
let sequence = 0;

/** A UUID of version 7 (RFC 9562): in order of time, and within a process in order of making. */
export function newId(): string {
  const time = Math.max(Date.now(), lastTime);
  // 12 bits count within a millisecond; when they are used up, the next millisecond is borrowed.
  if (time === lastTime) sequence++;
  else sequence = 0;
  lastTime = sequence > 0xfff ? time + 1 : time;
  if (sequence > 0xfff) sequence = 0;

  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastTime, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const text = bytes.toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text can be an id at all: anything else is nothing that the store holds. */
export function isId(text: string): boolean {
  return pattern.test(text);
}

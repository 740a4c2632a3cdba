import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readPairsBin } from './pairs-bin.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-bin-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

function read(bytes: Uint8Array | string): ReturnType<typeof readPairsBin> {
  const file = path.join(folder, 'pairs.bin');
  writeFileSync(file, typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes);
  return readPairsBin(file);
}

const one = Buffer.from('\xff\xd8jpeg one\x80', 'latin1');
const two = Buffer.from('\x89PNG two', 'latin1');

// What pickle.dumps(([one, two, one, two], [True, False]), protocol=…) of Python 3.11, and cPickle and pickle of Python
// 2.7, gave; InsightFace's lfw2pack.py writes the highest protocol of the Python that runs it.
test.each([
  ['3.11, protocol 2', 'gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWA4AAADDv8OYanBlZyBvbmXCgHECWAYAAABsYXRpbjFxA4ZxBFJxBWgBWAkAAADCiVBORyB0d29xBmgDhnEHUnEIaAVoCGVdcQkoiIllhnEKLg=='],
  ['3.11, protocol 3', 'gANdcQAoQwv/2GpwZWcgb25lgHEBQwiJUE5HIHR3b3ECaAFoAmVdcQMoiIllhnEELg=='],
  ['3.11, protocol 4', 'gASVKgAAAAAAAABdlChDC//YanBlZyBvbmWAlEMIiVBORyB0d2+UaAFoAmVdlCiIiWWGlC4='],
  ['3.11, protocol 5', 'gAWVKgAAAAAAAABdlChDC//YanBlZyBvbmWAlEMIiVBORyB0d2+UaAFoAmVdlCiIiWWGlC4='],
  ['2.7 (pickle), protocol 2', 'gAJdcQAoVQv/2GpwZWcgb25lgHEBVQiJUE5HIHR3b3ECaAFoAmVdcQMoiIllhnEELg=='],
  ['2.7 (cPickle), protocol 2', 'gAJdcQEoVQv/2GpwZWcgb25lgHECVQiJUE5HIHR3b3EDaAJoA2VdcQQoiIllhi4='],
])('reads what Python %s wrote', (_, pickled) => {
  const { images, same } = read(pickled);
  expect(images.map((image) => Buffer.from(image))).toEqual([one, two, one, two]);
  expect(same).toEqual([true, false]);
});

// The same with [numpy.bool_(True)] (NumPy 2.4), [numpy.bool_(False)], [1], and a picture of 330 bytes: one × 30.
test.each([
  ['a NumPy truth value under protocol 2', true, 'gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWA4AAADDv8OYanBlZyBvbmXCgHECWAYAAABsYXRpbjFxA4ZxBFJxBWgBWAkAAADCiVBORyB0d29xBmgDhnEHUnEIZV1xCWNudW1weS5fY29yZS5tdWx0aWFycmF5CnNjYWxhcgpxCmNudW1weQpkdHlwZQpxC1gCAAAAYjFxDImIh3ENUnEOKEsDWAEAAAB8cQ9OTk5K/////0r/////SwB0cRBiaAFYAQAAAAFxEWgDhnESUnEThnEUUnEVYYZxFi4='],
  ['a NumPy truth value under protocol 5', false, 'gAWVhQAAAAAAAABdlChDC//YanBlZyBvbmWAlEMIiVBORyB0d2+UZV2UjBZudW1weS5fY29yZS5tdWx0aWFycmF5lIwGc2NhbGFylJOUjAVudW1weZSMBWR0eXBllJOUjAJiMZSJiIeUUpQoSwOMAXyUTk5OSv////9K/////0sAdJRiQwEAlIaUUpRhhpQu'],
  ['the number 1', true, 'gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWA4AAADDv8OYanBlZyBvbmXCgHECWAYAAABsYXRpbjFxA4ZxBFJxBWgBWAkAAADCiVBORyB0d29xBmgDhnEHUnEIZV1xCUsBYYZxCi4='],
])('takes %s', (_, expected, pickled) => {
  expect(read(pickled)).toMatchObject({ same: [expected], images: [one, two] });
});

test('reads long pictures with their long opcodes', () => {
  const binBytes = 'gASVZgEAAAAAAABdlChCSgEAAP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgP/YanBlZyBvbmWA/9hqcGVnIG9uZYD/2GpwZWcgb25lgJRDCIlQTkcgdHdvlGVdlIhhhpQu';
  expect(read(binBytes).images[0]).toEqual(Buffer.concat(Array.from({ length: 30 }, () => one)));
  // By hand: opcodes as in pickletools.py. BINSTRING is 'T' and four bytes of length, BINBYTES8 is 0x8e and eight.
  const long = Buffer.alloc(300, 7);
  const byHand = Buffer.concat([
    Buffer.from([0x80, 4]), Buffer.from(']('), Buffer.from('T'), Buffer.from([0x2c, 1, 0, 0]), long,
    Buffer.from([0x8e, 0x2c, 1, 0, 0, 0, 0, 0, 0]), long, Buffer.from('e]'), Buffer.from([0x88]), Buffer.from('a'), Buffer.from([0x86]), Buffer.from('.'),
  ]);
  expect(read(byHand).images).toEqual([long, long]);
});

// pickle.dumps(([one, two], [E()])) with E.__reduce__ returning (os.system, ('touch owned',)).
test.each([
  ['protocol 2', 'gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWA4AAADDv8OYanBlZyBvbmXCgHECWAYAAABsYXRpbjFxA4ZxBFJxBWgBWAkAAADCiVBORyB0d29xBmgDhnEHUnEIZV1xCWNwb3NpeApzeXN0ZW0KcQpYCwAAAHRvdWNoIG93bmVkcQuFcQxScQ1hhnEOLg=='],
  ['protocol 4', 'gASVSAAAAAAAAABdlChDC//YanBlZyBvbmWAlEMIiVBORyB0d2+UZV2UjAVwb3NpeJSMBnN5c3RlbZSTlIwLdG91Y2ggb3duZWSUhZRSlGGGlC4='],
])('refuses a pickle that would run a command, naming the place: %s', (_, pickled) => {
  expect(() => read(pickled)).toThrow(/pairs\.bin: byte \d+: (STACK_)?GLOBAL asks for 'posix\.system'/);
});

const whole = Buffer.from('gASVKgAAAAAAAABdlChDC//YanBlZyBvbmWAlEMIiVBORyB0d2+UaAFoAmVdlCiIiWWGlC4=', 'base64');

test('refuses a file cut anywhere, and says at which byte', () => {
  for (let length = 0; length < whole.length; length++) {
    expect(() => read(whole.subarray(0, length))).toThrow(/pairs\.bin: byte \d+: /);
  }
  expect(() => read(whole.subarray(0, 20))).toThrow('byte 14: SHORT_BINBYTES needs 11 more bytes, and the file ends after 4');
});

test.each([
  // Each opcode by hand; the names are those of pickletools.py.
  ['an instance', Buffer.from([0x80, 2, 0x28, 0x69]), 'byte 3: opcode 0x69 is not allowed'],
  ['a class made by NEWOBJ', Buffer.from([0x80, 2, 0x29, 0x29, 0x81]), 'byte 4: opcode 0x81 is not allowed'],
  ['a persistent id', Buffer.from([0x80, 2, 0x51]), 'byte 2: opcode 0x51 is not allowed'],
  ['an extension', Buffer.from([0x80, 2, 0x82, 1]), 'byte 2: opcode 0x82 is not allowed'],
  ['builtins that only look harmless', Buffer.from('\x80\x02c__builtin__\neval\n', 'latin1'), "byte 2: GLOBAL asks for '__builtin__.eval'"],
  ['a name of every object', Buffer.from('\x80\x02cconstructor\n\n', 'latin1'), "byte 2: GLOBAL asks for 'constructor.'"],
  ['a call of nothing', Buffer.from('\x80\x02))R', 'latin1'), 'byte 4: REDUCE calls something that makes neither'],
  ['state of a list', Buffer.from('\x80\x02])b', 'latin1'), 'byte 4: BUILD sets the state of something'],
  ['values without a mark', Buffer.from('\x80\x02]e', 'latin1'), 'byte 3: APPENDS takes values up to a mark'],
  ['a memo never stored', Buffer.from('\x80\x02h\x07', 'latin1'), 'byte 2: BINGET asks for memo 7'],
  ['an empty stack', Buffer.from('\x80\x02.', 'latin1'), 'byte 2: STOP takes a value where there is none'],
  ['protocol 0', Buffer.from('(lp0\n.'), 'byte 0: expected a pickle of protocol 2 to 5'],
  ['another file', Buffer.from('PK\x03\x04'), 'found bytes 504b0304'],
  ['a list alone', Buffer.from('\x80\x02].', 'latin1'), 'expected a pair (list of pictures, list of truth values)'],
  ['three pictures for one pair', Buffer.from('\x80\x02](U\x01aU\x01bU\x01ce]\x88a\x86.', 'latin1'), 'expected two pictures for each of 1 pairs, found 3'],
  ['text for a truth value', Buffer.from('\x80\x02](U\x01aU\x01be]U\x01ca\x86.', 'latin1'), 'pair 0: expected a truth value'],
  ['an empty picture', Buffer.from('\x80\x02](U\x01aU\x00e]\x88a\x86.', 'latin1'), 'picture 1: expected the bytes of a JPEG or PNG, found an empty byte string'],
  ['a list in itself', Buffer.from('\x80\x02]q\x00h\x00a]\x88a\x86.', 'latin1'), 'expected two pictures'],
])('refuses %s', (_, bytes, message) => {
  expect(() => read(bytes)).toThrow(message);
});

test('says that the file is not there', () => {
  expect(() => readPairsBin(path.join(folder, 'nowhere.bin'))).toThrow('nowhere.bin: cannot read it (ENOENT)');
});

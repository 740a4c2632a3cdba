import { scryptSync } from 'node:crypto';
import { scrypt } from './scrypt.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');

// RFC 7914, section 12.
test.each([
  ['', '', 16, 1, 1, '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906'],
  ['password', 'NaCl', 1024, 8, 16, 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640'],
  ['pleaseletmein', 'SodiumChloride', 16384, 8, 1, '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887'],
])('scrypt(%j, %j, %d, %d, %d) is that of the RFC', async (passphrase, salt, n, r, p, expected) => {
  expect(hex(await scrypt(bytes(passphrase), bytes(salt), { n, r, p }, 64))).toBe(expected);
});

test('agrees with Node at the costs of a gallery file', async () => {
  const key = scryptSync('correct horse battery', 'a salt', 32, { N: 65536, r: 8, p: 2, maxmem: 2 ** 28 });
  expect(hex(await scrypt(bytes('correct horse battery'), bytes('a salt'), { n: 65536, r: 8, p: 2 }, 32))).toBe(hex(key));
});

test('refuses an n that is no power of two', async () => {
  await expect(scrypt(bytes('a'), bytes('b'), { n: 1000, r: 8, p: 1 }, 32)).rejects.toThrow('expected a power of two for n, got 1000');
});

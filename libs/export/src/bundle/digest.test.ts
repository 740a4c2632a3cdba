import { canonicalJson, sha256 } from './digest.ts';

test('sha256 of texts and bytes', async () => {
  // FIPS 180-4's example for "abc"; the digest of nothing.
  expect(await sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(await sha256(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  // printf 'é😀' | sha256sum
  expect(await sha256('é😀')).toBe('1184d1f608158eea09d297565575892231550c403aaa913008d867a97cfd5c76');
});

test('the same value has the same JSON, whatever order its keys came in', () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
  expect(canonicalJson({ a: 'x', b: [{ c: null, d: 1 }] })).toBe(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' }));
});

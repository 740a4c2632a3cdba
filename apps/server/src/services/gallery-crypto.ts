import { scrypt } from 'node:crypto';
import { type GalleryCrypto, webGalleryCrypto } from '@facenet/gallery-file';

/** Node's scrypt, on a thread of its pool. */
const deriveKey: GalleryCrypto['deriveKey'] = (passphrase, salt, { n, r, p }) => new Promise((resolve, reject) => {
  // 128·n·r bytes are what it needs (RFC 7914); Node refuses more than 32 MB unless told.
  scrypt(passphrase, salt, 32, { N: n, r, p, maxmem: 256 * n * r }, (error, key) => { if (error === null) resolve(new Uint8Array(key)); else reject(error); });
});

export const galleryCrypto: GalleryCrypto = webGalleryCrypto(deriveKey);

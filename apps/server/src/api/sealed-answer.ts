import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/**
 * An answer is kept for a day and may hold a name that is deleted meanwhile. So it is sealed with the caller's own
 * idempotency key, of which the store has only a digest: whoever reads the store cannot read the answer.
 */
export function seal(secret: string, answer: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce);
  const sealed = Buffer.concat([cipher.update(answer, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

export function unseal(secret: string, text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}

function keyOf(secret: string): Buffer {
  return createHash('sha256').update(`sealed answer\0${secret}`).digest();
}

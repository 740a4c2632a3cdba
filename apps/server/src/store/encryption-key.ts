import type { Database } from './database.ts';
import type { Cipher } from './vectors/cipher.ts';

const name = 'encryption-key-check';
const text = Buffer.from('the key that opens this opens the vectors');

/** A wrong key is found when the store is opened, not at the first vector that does not open, or worse is written. */
export async function checkEncryptionKey(database: Database, cipher: Cipher): Promise<void> {
  await database.query('INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, cipher.seal(text, name)]);
  const { rows: [row] } = await database.query<{ value: Uint8Array }>('SELECT value FROM settings WHERE name = $1', [name]);
  try {
    cipher.open(row!.value, name);
  } catch {
    throw new Error('the encryption key is not the one that this store was made with');
  }
}

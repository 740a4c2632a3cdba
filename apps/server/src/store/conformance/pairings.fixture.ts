import { randomBytes } from 'node:crypto';
import type { SqlStore } from '../sql-store.ts';
import { newId } from '../uuid.ts';
import type { Harness } from './harness.fixture.ts';

export function describePairings(harness: Harness): void {
  describe('pairings', () => {
    let store: SqlStore;
    beforeAll(async () => { store = await harness.store(); });

    const phone = { name: 'phone', scopes: ['read', 'enrol'], collectionIds: ['a'], keySeconds: 3_600, seconds: 300 } as const;

    test('gives a pairing for its code once, and to one of many that ask at once', async () => {
      const hash = randomBytes(32);
      const made = await store.pairings.create(phone, hash);
      expect(made).toMatchObject({ name: 'phone', scopes: ['read', 'enrol'], collectionIds: ['a'], keySeconds: 3_600 });
      expect(made.expiresAt.getTime() - made.createdAt.getTime()).toBeCloseTo(300_000, -2);
      expect(await store.pairings.take(randomBytes(32))).toBeUndefined();
      const taken = await Promise.all(Array.from({ length: 8 }, () => store.pairings.take(hash)));
      expect(taken.filter((each) => each !== undefined)).toEqual([made]);
    });

    test('keeps a code whose exchange failed', async () => {
      const hash = randomBytes(32);
      const { id } = await store.pairings.create(phone, hash);
      await expect(store.transaction(async (inner) => {
        await inner.pairings.take(hash);
        throw new Error('no');
      })).rejects.toThrow('no');
      expect(await store.pairings.take(hash)).toMatchObject({ id });
    });

    test('gives, lists and removes none that expired, and forgets them', async () => {
      const hash = randomBytes(32);
      const over = await store.pairings.create({ ...phone, keySeconds: null, collectionIds: null, seconds: -1 }, hash);
      const lasting = await store.pairings.create(phone, randomBytes(32));
      const listed = (await store.pairings.list()).map(({ id }) => id);
      expect([listed.includes(lasting.id), listed.includes(over.id)]).toEqual([true, false]);
      expect([await store.pairings.take(hash), await store.pairings.remove(over.id)]).toEqual([undefined, false]);
      expect([await store.pairings.expire(), await store.pairings.expire()]).toEqual([1, 0]);
      expect([await store.pairings.remove(lasting.id), await store.pairings.remove(lasting.id), await store.pairings.remove(newId()), await store.pairings.remove('no id')]).toEqual([true, false, false, false]);
    });
  });
}

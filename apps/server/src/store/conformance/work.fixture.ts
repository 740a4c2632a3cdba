import { type Claim, StoreMissing } from '../store.ts';
import type { SqlStore } from '../sql-store.ts';
import { newId } from '../uuid.ts';
import { axis, faceOf, makeCollection, type Harness } from './harness.fixture.ts';

/** The embedded store's clock has milliseconds, in which two questions may fall. */
const tick = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 5); });

export function describeWork(harness: Harness): void {
  let store: SqlStore;
  beforeAll(async () => { store = await harness.store(); });

  async function threeFaces(): Promise<{ id: string; faces: [string, string, string] }> {
    const collection = await makeCollection(store);
    const faces = await store.faces.add([axis(0), axis(1), axis(2)].map((vector) => faceOf(collection, vector)));
    return { id: collection.id, faces: faces.map(({ id }) => id) as [string, string, string] };
  }

  describe('links', () => {
    test('keeps one word about a pair, whichever way round, and tells what was said before', async () => {
      const { id, faces: [a, b, c] } = await threeFaces();
      expect(await store.links.set(id, [{ kind: 'must', a, b }, { kind: 'cannot', a: c, b: a }])).toEqual([]);
      expect(await store.links.set(id, [{ kind: 'cannot', a: b, b: a }])).toEqual([{ kind: 'must', a, b }]);
      expect(await store.links.list(id)).toEqual([{ kind: 'cannot', a, b }, { kind: 'cannot', a, b: c }]);
      expect(await store.links.unset(id, [{ a: b, b: a }, { a: b, b: c }])).toEqual([{ kind: 'cannot', a, b }]);
      await expect(store.links.set(id, [{ kind: 'must', a, b: newId() }])).rejects.toThrow(new StoreMissing('face'));
      await store.faces.remove(id, [c]);
      expect(await store.links.list(id)).toEqual([]);
    });
  });

  describe('clusterings', () => {
    test('replaces all clusters at once, and forgets faces that are removed', async () => {
      const { id, faces: [a, b, c] } = await threeFaces();
      await store.clusterings.replace(id, [{ id: 'one', faceIds: [c, a] }]);
      await store.clusterings.replace(id, [{ id: 'two', faceIds: [b] }, { id: 'one', faceIds: [c, a] }]);
      expect(await store.clusterings.list(id)).toEqual([{ id: 'two', faceIds: [b] }, { id: 'one', faceIds: [c, a] }]);
      await expect(store.clusterings.replace(id, [{ id: 'one', faceIds: [newId()] }])).rejects.toThrow(new StoreMissing('face'));
      await store.faces.remove(id, [b, c]);
      expect(await store.clusterings.list(id)).toEqual([{ id: 'one', faceIds: [a] }]);
    });

    test('leaves out faces that have a name by now', async () => {
      const { id, faces: [a, b, c] } = await threeFaces();
      await store.clusterings.replace(id, [{ id: 'one', faceIds: [c, a, b] }]);
      const { id: personId } = await store.persons.create({ collectionId: id, name: 'Ada', externalId: null, metadata: {} });
      await store.faces.assign(id, [c], personId);
      expect(await store.clusterings.list(id)).toEqual([{ id: 'one', faceIds: [a, b] }]);
      await store.faces.assign(id, [c], null);
      expect(await store.clusterings.list(id)).toEqual([{ id: 'one', faceIds: [c, a, b] }]);
    });

    test('gives edits back, the newest first, each once', async () => {
      const { id } = await threeFaces();
      await store.clusterings.pushEdit(id, { merge: ['a', 'b'] });
      await store.clusterings.pushEdit(id, ['second']);
      expect([await store.clusterings.popEdit(id), await store.clusterings.popEdit(id), await store.clusterings.popEdit(id)])
        .toEqual([['second'], { merge: ['a', 'b'] }, undefined]);
    });
  });

  describe('jobs', () => {
    test('gives a job to one owner, and to another when the first is silent', async () => {
      const { id } = await threeFaces();
      const kind = newId();
      const job = await store.jobs.create({ collectionId: id, kind, total: 10, details: { to: 'model-b' } });
      expect(job).toMatchObject({ state: 'running', done: 0, total: 10, cursor: null, details: { to: 'model-b' } });
      // A lease of no time has ended at once.
      expect(await store.jobs.claim(kind, 'first', 0)).toMatchObject({ id: job.id });
      await tick();
      expect(await store.jobs.claim(kind, 'second', 3_600)).toMatchObject({ id: job.id });
      expect(await store.jobs.claim(kind, 'third', 3_600)).toBeUndefined();
      expect(await store.jobs.update(job.id, 'first', { done: 3 })).toBeUndefined();
      expect(await store.jobs.update(job.id, 'second', { done: 4, cursor: 'c' })).toMatchObject({ done: 4, cursor: 'c', state: 'running' });
      expect(await store.jobs.update(job.id, 'second', { state: 'done', cursor: null })).toMatchObject({ state: 'done', cursor: null });
      expect(await store.jobs.cancel(job.id)).toMatchObject({ state: 'done' });
    });

    test('tells the owner that a job was cancelled', async () => {
      const { id } = await threeFaces();
      const kind = newId();
      const job = await store.jobs.create({ collectionId: id, kind, total: 1, details: {} });
      await store.jobs.claim(kind, 'owner', 3_600);
      expect(await store.jobs.cancel(job.id)).toMatchObject({ state: 'cancelled' });
      expect(await store.jobs.update(job.id, 'owner', { done: 1, state: 'done' })).toMatchObject({ state: 'cancelled', done: 1 });
      expect(await store.jobs.claim(kind, 'other', 1)).toBeUndefined();
      expect(await store.jobs.get(job.id)).toMatchObject({ state: 'cancelled' });
    });
  });

  describe('keys', () => {
    test('finds a key by the hash of its secret until it expires', async () => {
      const hash = (text: string): Uint8Array => new TextEncoder().encode(`${text} ${newId()}`);
      const [lasting, over] = [hash('lasting'), hash('over')];
      const key = await store.keys.create({ name: 'phone', scopes: ['read', 'enrol'], collectionIds: ['a', 'b'], expiresAt: null }, lasting);
      const expired = await store.keys.create({ name: 'old', scopes: ['admin'], collectionIds: null, expiresAt: new Date(Date.now() - 1_000) }, over);
      expect(key).toMatchObject({ name: 'phone', scopes: ['read', 'enrol'], collectionIds: ['a', 'b'], expiresAt: null, lastUsedAt: null });
      const found = await store.keys.find(lasting);
      expect(found).toEqual({ ...key, lastUsedAt: expect.any(Date) as Date });
      expect(await store.keys.find(over)).toBeUndefined();
      expect(await store.keys.find(hash('other'))).toBeUndefined();
      expect((await store.keys.list()).map(({ id }) => id)).toEqual(expect.arrayContaining([key.id, expired.id]));
      expect([await store.keys.remove(key.id), await store.keys.remove(key.id)]).toEqual([true, false]);
      expect(await store.keys.find(lasting)).toBeUndefined();
    });
  });

  describe('the audit log', () => {
    test('outlives what it tells of', async () => {
      const { id } = await threeFaces();
      const entry = { requestId: 'r-1', keyId: null, action: 'collection.delete', collectionId: id, details: { faces: 3 } };
      await store.audit.add(entry);
      await store.audit.add({ ...entry, requestId: 'r-2' });
      await store.collections.remove(id);
      const first = await store.audit.list({ limit: 1, collectionId: id });
      expect(first).toMatchObject({ items: [entry] });
      expect(await store.audit.list({ limit: 1, collectionId: id, after: first.next! })).toMatchObject({ items: [{ requestId: 'r-2' }], next: null });
    });
  });

  describe('replies', () => {
    const begin = async (key: string, leaseSeconds: number): Promise<Claim> => {
      const claim = await store.replies.begin(key, 'digest', leaseSeconds);
      if (typeof claim === 'string' || !('since' in claim)) throw new Error(`expected a claim, got ${JSON.stringify(claim)}`);
      return claim;
    };

    test('gives a key to one request, and its reply to those after it', async () => {
      const key = newId();
      const claim = await begin(key, 3_600);
      expect(await store.replies.begin(key, 'digest', 3_600)).toBe('running');
      expect(await store.replies.finish(claim, { status: 201, body: '{"id":1}' })).toBe(true);
      expect(await store.replies.begin(key, 'other', 3_600)).toEqual({ requestDigest: 'digest', status: 201, body: '{"id":1}' });
    });

    test('gives a key again that was given back, or whose holder is gone', async () => {
      const key = newId();
      await begin(key, 0);
      await tick();
      const second = await begin(key, 3_600);
      await store.replies.release(second);
      await begin(key, 3_600);
      expect(await store.replies.expire(3_600)).toBe(0);
      expect(await store.replies.expire(-1)).toBeGreaterThan(0);
      await begin(key, 1);
    });

    test('keeps nothing of a holder that another one has followed', async () => {
      const key = newId();
      const slow = await begin(key, 0);
      await tick();
      const next = await begin(key, 3_600);
      await store.replies.renew(slow, 0);
      await store.replies.release(slow);
      expect(await store.replies.finish(slow, { status: 201, body: '"slow"' })).toBe(false);
      expect(await store.replies.begin(key, 'digest', 1)).toBe('running');
      expect(await store.replies.finish(next, { status: 201, body: '"next"' })).toBe(true);
      expect(await store.replies.finish(next, { status: 201, body: '"again"' })).toBe(false);
      expect(await store.replies.begin(key, 'digest', 1)).toMatchObject({ body: '"next"' });
    });

    test('keeps a key with a holder that renews it', async () => {
      const key = newId();
      const claim = await begin(key, 0);
      await store.replies.renew(claim, 3_600);
      expect(await store.replies.begin(key, 'digest', 1)).toBe('running');
    });

    test('starts one of many that come at once', async () => {
      const key = newId();
      const answers = await Promise.all(Array.from({ length: 8 }, () => store.replies.begin(key, 'digest', 3_600)));
      expect(answers.filter((each) => each === 'running').length).toBe(7);
    });
  });

  describe('transactions', () => {
    test('keep all writes or none, nested ones with the outer', async () => {
      const { id } = await threeFaces();
      const add = (name: string): Promise<unknown> => store.persons.create({ collectionId: id, name, externalId: null, metadata: {} });
      await expect(store.transaction(async () => {
        await add('lost');
        await store.transaction(() => add('lost too'));
        expect((await store.persons.list(id, { limit: 9 })).items.length).toBe(2);
        throw new Error('no');
      })).rejects.toThrow('no');
      await store.transaction(async (inner) => {
        await Promise.all([inner.persons.create({ collectionId: id, name: 'kept', externalId: null, metadata: {} }), add('kept too')]);
      });
      expect((await store.persons.list(id, { limit: 9 })).items.map(({ name }) => name).sort()).toEqual(['kept', 'kept too']);
    });

    test('do not hold up each other for ever', async () => {
      const { id } = await threeFaces();
      const one = (name: string): Promise<unknown> => store.transaction(() => store.persons.create({ collectionId: id, name, externalId: null, metadata: {} }));
      await Promise.all(Array.from({ length: 20 }, (_, index) => one(`p${index}`)));
      expect(await store.collections.counts(id)).toMatchObject({ persons: 20 });
    });
  });

  test('says what it is and that it can be written to', async () => {
    await store.ping();
    const status = await store.status();
    expect(status).toMatchObject({ kind: harness.database().kind, warning: null });
    expect(status.vectorExtension).toMatch(/^0\.\d+/);
    expect(status.bytes).toBeGreaterThan(0);
  });
}

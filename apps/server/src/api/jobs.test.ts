// What an answer holds is what these tests are about.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BundleError } from '@facenet/export';
import type { JobContext, JobWork } from '../jobs/job-runner.ts';
import type { ModelRegistry } from '../models/model-registry.ts';
import { hashSecret } from '../services/keys.ts';
import type { Job } from '../store/store.ts';
import { newId } from '../store/uuid.ts';
import { openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';
import { ended, startRunner } from '../testing/jobs.fixture.ts';
import { createFakeModels } from '../testing/models.fixture.ts';
import { paint } from '../testing/pictures.fixture.ts';

let served: TestApp;
beforeAll(async () => { served = await openTestApp(); }, openingMs);
afterAll(() => served.dispose());

let names = 0;
async function newCollection(body: object = {}): Promise<string> {
  return (await served.call('POST', '/v1/collections', { name: `jobs ${names++}`, ...body })).body.id as string;
}
const picture = (person: number): string => paint({ person }).toString('base64');

/** A job of a kind of its own, and the work of that kind. */
async function jobFor(run: (job: Job, context: JobContext) => Promise<unknown>, count = 1): Promise<{ ids: string[]; works: JobWork[]; kind: string }> {
  const kind = newId();
  const collectionId = await newCollection();
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push((await served.store.jobs.create({ collectionId, kind, total: 1, details: { asked: i } })).id);
  return { ids, works: [{ kind, run }], kind };
}
const finish = (job: Job, { owner }: JobContext) => served.store.jobs.update(job.id, owner, { state: 'done', done: 1 });
const aborted = (signal: AbortSignal) => new Promise<never>((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('aborted')); }); });

describe('the runner', () => {
  test('of several, each job is done once', async () => {
    const done: string[] = [];
    const { ids, works } = await jobFor((job, context) => { done.push(job.id); return finish(job, context); }, 12);
    const runners = [1, 2, 3].map(() => startRunner(served, { works }));
    for (const id of ids) expect(await ended(served, id)).toMatchObject({ state: 'done', progress: 1 });
    await Promise.all(runners.map((each) => each.dispose()));
    expect(done.sort()).toEqual([...ids].sort());
  });

  test('goes on with the job of a process that died', async () => {
    const { ids: [id], works, kind } = await jobFor(finish);
    await served.store.jobs.claim(kind, 'died', 0);
    const runner = startRunner(served, { works });
    expect(await ended(served, id!)).toMatchObject({ state: 'done' });
    await runner.dispose();
  });

  test('leaves the job for another when it is disposed of, and keeps its claim until then', async () => {
    const owners: string[] = [];
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => { begun = resolve; });
    const { ids: [id], works } = await jobFor((job, context) => {
      owners.push(context.owner);
      begun();
      return owners.length === 1 ? aborted(context.signal) : finish(job, context);
    });
    const first = startRunner(served, { works, owner: 'first', leaseSeconds: 0.6 });
    await started;
    const second = startRunner(served, { works, owner: 'second', leaseSeconds: 0.6 });
    // Longer than the lease, which the first renews.
    await new Promise((resolve) => { setTimeout(resolve, 1500); });
    expect(owners).toEqual(['first']);
    await first.dispose();
    expect(await served.store.jobs.get(id!)).toMatchObject({ state: 'running' });
    expect(await ended(served, id!)).toMatchObject({ state: 'done' });
    await second.dispose();
    expect(owners).toEqual(['first', 'second']);
  });

  test('stops a job that is cancelled', async () => {
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => { begun = resolve; });
    const { ids: [id], works } = await jobFor((_, { signal }) => { begun(); return aborted(signal); });
    const runner = startRunner(served, { works, leaseSeconds: 0.6 });
    await started;
    expect((await served.call('POST', `/v1/jobs/${id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
    await runner.dispose();
    expect((await served.call('GET', `/v1/jobs/${id}`)).body).toMatchObject({ state: 'cancelled', error: null, details: { asked: 0 } });
  });

  test('says that a job failed, and nothing of a message that is not ours', async () => {
    const { ids: [id], works } = await jobFor(() => Promise.reject(new Error('Ada at /home/ada')));
    const runner = startRunner(served, { works });
    expect(await ended(served, id!)).toMatchObject({ state: 'failed', details: { asked: 0 }, error: { code: 'internal', message: 'the server made a mistake; its log has the request id' } });
    await runner.dispose();
  });
});

test('migrates the faces whose crops were kept, and leaves the others', async () => {
  const id = await newCollection({ keep_crops: true });
  await served.call('POST', `/v1/collections/${id}/faces`, { images: [1, 2, 3].map(picture) });
  const embedding = { space_id: 'space-one', model_id: 'heavy', vector: [0, 1, ...new Array<number>(14).fill(0)] };
  await served.call('POST', `/v1/collections/${id}/faces`, { embeddings: [embedding], name: 'phone' });
  const runner = startRunner(served);
  const started = await served.call('POST', `/v1/collections/${id}/migrate`, { model: 'tiny' });
  expect(started).toMatchObject({ status: 202, body: { kind: 'migrate', collection_id: id, state: 'running', total: 4 } });
  expect(await ended(served, started.body.id)).toMatchObject({ state: 'done', done: 4, details: { model_id: 'tiny', reembedded: 3, kept: 1, failed: 0 } });
  await runner.dispose();
  expect((await served.call('GET', `/v1/collections/${id}`)).body.counts.models).toEqual([{ model_id: 'heavy', faces: 1 }, { model_id: 'tiny', faces: 3 }]);
  expect((await served.call('POST', `/v1/collections/${id}/migrate`, { model: 'stranger' })).body.error.code).toBe('space_mismatch');
  expect((await served.call('POST', `/v1/collections/${id}/migrate`, { model: 'nobody' })).status).toBe(404);
});

test('a key for one collection sees no job of another', async () => {
  const [mine, other] = [await newCollection(), await newCollection()];
  const root = { authorization: 'Bearer a-secret-from-the-environment' };
  const locked = served.again({ open: false, adminKeyHash: hashSecret('a-secret-from-the-environment') });
  const { body: { secret } } = await locked.call('POST', '/v1/keys', { name: 'k', scopes: ['read', 'enrol'], collection_ids: [mine] }, root);
  const key = { authorization: `Bearer ${secret}` };
  const jobOf = async (id: string): Promise<string> => (await locked.call('POST', `/v1/collections/${id}/clusters`, {}, root)).body.id;
  const [own, foreign] = [await jobOf(mine), await jobOf(other)];
  expect((await locked.call('GET', `/v1/jobs/${own}`, undefined, key)).status).toBe(200);
  for (const [method, url] of [['GET', `/v1/jobs/${foreign}`], ['POST', `/v1/jobs/${foreign}/cancel`]] as const) expect((await locked.call(method, url, undefined, key)).status).toBe(404);
  expect((await locked.call('POST', `/v1/jobs/${own}/cancel`, undefined, key)).body.state).toBe('cancelled');
  expect((await locked.call('POST', `/v1/collections/${mine}/migrate`, { model: 'tiny' }, key)).status).toBe(403);
  await locked.call('POST', `/v1/jobs/${foreign}/cancel`, undefined, root);
  await locked.dispose();
});

test('loads bundles from below the model root alone, and unloads what is not the default', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'facenet-bundles-'));
  const outside = mkdtempSync(path.join(tmpdir(), 'facenet-outside-'));
  for (const name of ['v2', 'damaged']) mkdirSync(path.join(root, name));
  symlinkSync(outside, path.join(root, 'link'));
  const asked: string[] = [];
  const fakes = createFakeModels();
  const models: ModelRegistry = Object.assign(Object.create(fakes) as ModelRegistry, {
    load: (folder: string) => {
      asked.push(path.relative(root, folder));
      return folder.endsWith('v2') ? Promise.resolve(fakes.get('tiny')!) : Promise.reject(new BundleError(`${folder}: no model.json there`));
    },
  });
  const app = served.again({ modelRoot: root }, { models });
  const load = (folder: string) => app.call('POST', '/v1/models', { folder });
  expect(await load('v2')).toMatchObject({ status: 201, body: { model_id: 'tiny', default: false } });
  expect((await load('damaged')).body.error).toMatchObject({ code: 'bundle_refused', message: 'damaged: no model.json there' });
  for (const folder of ['../x', 'link', outside, '.', 'nowhere', '/etc']) expect([folder, (await load(folder)).body.error.code]).toEqual([folder, 'invalid_request']);
  expect(asked).toEqual(['v2', 'damaged']);
  expect((await served.call('POST', '/v1/models', { folder: 'v2' })).body.error.code).toBe('loading_disabled');
  expect((await app.call('DELETE', '/v1/models/tiny')).body).toEqual({ model_id: 'tiny', state: 'unloaded' });
  expect((await app.call('DELETE', '/v1/models/heavy')).body.error.code).toBe('model_is_default');
  expect((await app.call('DELETE', '/v1/models/nobody')).status).toBe(404);
  await app.dispose();
  for (const folder of [root, outside]) rmSync(folder, { recursive: true });
});

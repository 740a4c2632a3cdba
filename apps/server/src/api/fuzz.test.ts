// What an answer holds is what these tests are about.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access */
import { inspect } from 'node:util';
import { openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';
import { Fuzzer, type KnownIds, type OpenApi } from '../testing/fuzz.fixture.ts';
import { paint } from '../testing/pictures.fixture.ts';

// More is for an evening: FACENET_FUZZ_REQUESTS=10000 FACENET_FUZZ_SEED=7
const requests = Number(process.env.FACENET_FUZZ_REQUESTS ?? 400);
const seed = Number(process.env.FACENET_FUZZ_SEED ?? 1);

let served: TestApp;
let dispose: () => Promise<void>;
beforeAll(async () => {
  const plain = await openTestApp();
  served = plain.again({ compreface: { collectionId: null }, immich: true, pictureBytes: 4000, requestBytes: 100_000 });
  dispose = async () => {
    await served.dispose();
    await plain.dispose();
  };
}, openingMs);
afterAll(() => dispose());

test(`no request of ${requests} malformed ones ends with a 5xx, save 503 with Retry-After`, async () => {
  const fuzzer = new Fuzzer((await served.app.inject({ url: '/openapi.json' })).json<OpenApi>(), seed);
  const statuses = new Map<number, number>();
  let ids: KnownIds = {};
  for (let i = 0; i < requests; i++) {
    if (i % 40 === 0) ids = await newGallery(i);
    served.models.isBusy = fuzzer.chance(0.03);
    const request = fuzzer.next(ids);
    const answer = await served.app.inject(request);
    const told = `request ${i}: ${request.method} ${request.url as string} ${inspect(request.payload).slice(0, 500)}: ${answer.body.slice(0, 300)}`;
    if (answer.statusCode >= 500 && !(answer.statusCode === 503 && answer.headers['retry-after'] !== undefined)) throw new Error(`${answer.statusCode} for ${told}`);
    if (answer.headers['x-request-id'] === undefined) throw new Error(`no request id for ${told}`);
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
  }
  served.models.isBusy = false;
  // Both sides of the checks were reached.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404]));
  expect((await served.call('GET', '/v1/ready')).status).toBe(200);
}, 60_000 + 100 * requests);

async function newGallery(i: number): Promise<KnownIds> {
  served.models.isBusy = false;
  served.models.setDefault('heavy');
  const { body: { id } } = await served.call('POST', '/v1/collections', { name: `fuzz ${i}` });
  const { body } = await served.call('POST', `/v1/collections/${id}/faces`, { images: [paint({ person: 1 }), paint({ person: 1, variation: 0.1 })].map((each) => each.toString('base64')), name: 'Ada' });
  const face_id = (body.faces as { id: string }[]).map((each) => each.id);
  return { collection_id: [id as string], person_id: [body.person.id as string], face_id, image_id: face_id };
}

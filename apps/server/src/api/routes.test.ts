// What an answer holds is what these tests are about.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument */
import { createClient, eachItem, type HttpRequest } from '@facenet/contract';
import { formOf, openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';
import { vectorSize } from '../testing/models.fixture.ts';
import { paint } from '../testing/pictures.fixture.ts';

let served: TestApp;
let collectionId: string;
beforeAll(async () => {
  const plain = await openTestApp();
  collectionId = (await plain.call('POST', '/v1/collections', { name: 'compatible' })).body.id as string;
  const adapted = plain.again({ compreface: { collectionId }, immich: true });
  served = { ...adapted, dispose: async () => { await adapted.dispose(); await plain.dispose(); } };
}, openingMs);
afterAll(() => served.dispose());

const base64 = (picture: Buffer): string => picture.toString('base64');

test('detects: boxes in pixels and in shares, and no face is an empty list', async () => {
  const { body } = await served.call('POST', '/v1/detect', { image: base64(paint({ person: 1, size: 64 }, { person: 2, size: 32 })) });
  expect(body).toMatchObject({
    image: { width: 640, height: 480 },
    faces: [{ bbox: { pixels: { x: 10, y: 20, width: 64 }, normalized: { left: 10 / 640, height: 64 / 480 } }, detection_score: 0.99, quality: { overall: 0.9 } }, { bbox: { pixels: { width: 32 } } }],
  });
  expect(await served.call('POST', '/v1/detect', { image: `data:image/png;base64,${base64(paint())}` })).toMatchObject({ status: 200, body: { faces: [] } });
});

test('embeds one picture or a list, whole or as crops, as numbers or base64', async () => {
  const one = await served.call('POST', '/v1/embeddings', { image: base64(paint({ person: 1 })), crop: true });
  expect(one.body).toMatchObject({ model: { model_id: 'heavy', space_id: 'space-one', size: vectorSize }, faces: [{ bbox: null }] });
  expect(one.body.faces[0].embedding).toHaveLength(vectorSize);
  const many = await served.app.inject({ method: 'POST', url: '/v1/embeddings', ...formOf({ images: [paint({ person: 1 }), Buffer.from('no'), paint({ person: 2 }, { person: 3 })], encoding: 'base64', model: 'tiny network' }) });
  const { results } = many.json();
  expect(results).toMatchObject([{ index: 0, faces: [{}] }, { index: 1, error: { code: 'unsupported_image' } }, { index: 2, faces: [{}, {}] }]);
  const bytes = Uint8Array.from(Buffer.from(results[0].faces[0].embedding as string, 'base64'));
  expect([...new Float32Array(bytes.buffer)]).toEqual(one.body.faces[0].embedding);
  expect((await served.call('POST', '/v1/embeddings', { image: 'AAAA', images: ['AAAA'] })).status).toBe(400);
  expect((await served.call('POST', '/v1/embeddings', { image: 'AAAA', model: 'nobody' })).status).toBe(404);
});

test('compares pictures and vectors, and says which rule decided', async () => {
  const form = formOf({ source: paint({ person: 1 }), target: paint({ person: 1, variation: 0.1 }) });
  expect((await served.app.inject({ method: 'POST', url: '/v1/compare', ...form })).json()).toMatchObject({ matched: true, decision: 'match', threshold: 0.4, ambiguous_below: 0.6, far: 0.001, source_face: { faces_found: 1 } });
  const source = base64(paint({ person: 1 }));
  const vector = [0, 0, 1, ...new Array<number>(13).fill(0)];
  const ofPhone = await served.call('POST', '/v1/compare', { source, target_embedding: { space_id: 'space-one', model_id: 'tiny', vector } });
  expect(ofPhone.body).toMatchObject({ matched: true, threshold: 0.5, target_face: null, target_model_id: 'tiny' });
  expect((await served.call('POST', '/v1/compare', { source, target: base64(paint({ person: 4 })) })).body).toMatchObject({ matched: false, decision: 'unknown', distance: 2, similarity: 0 });
  expect((await served.call('POST', '/v1/compare', { source, target: base64(paint()) })).body.error.code).toBe('face_not_found');
  const group = base64(paint({ person: 4 }, { person: 5 }));
  expect((await served.call('POST', '/v1/compare', { source, target: group, face: 'only' })).body.error).toMatchObject({ code: 'several_faces', details: { faces: 2 } });
  const stranger = { space_id: 'space-two', model_id: 'stranger', vector };
  expect((await served.call('POST', '/v1/compare', { source_embedding: stranger, target_embedding: { ...stranger, space_id: 'space-one' } })).body.error.code).toBe('space_mismatch');
});

test('lists models and switches the default', async () => {
  expect((await served.call('PUT', '/v1/models/default', { model_id: 'tiny' })).body).toMatchObject({ model_id: 'tiny', default: true });
  expect((await served.call('GET', '/v1/models')).body).toMatchObject({ default_far: 0.001, pipeline: 'painted-1', models: [{ default: false }, { model_id: 'tiny', default: true }, {}] });
  await served.call('PUT', '/v1/models/default', { model_id: 'heavy' });
  expect((await served.call('GET', '/v1/status')).body).toMatchObject({ store: { kind: 'embedded' }, queue: { capacity: 64 } });
});

test('describes itself: OpenAPI 3.1, pages without a CDN, counts by route', async () => {
  const { body } = await served.call('GET', '/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const search = body.paths['/v1/collections/{collection_id}/search'].post;
  expect(Object.keys(search.requestBody.content)).toEqual(['application/json', 'multipart/form-data']);
  expect(JSON.stringify(search.requestBody.content['multipart/form-data'].schema.properties.image)).toContain('"format":"binary"');
  expect(JSON.stringify(search.requestBody.content['application/json'].schema.properties.image)).toContain('"contentEncoding":"base64"');
  const page = await served.app.inject({ url: '/docs/' });
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toMatch(/(src|href)="https?:/);
  const metrics = await served.app.inject({ url: '/metrics' });
  expect(metrics.body).toContain('facenet_http_request_seconds_count{method="POST",route="/v1/detect",status="200"}');
  expect(metrics.body).toContain('facenet_inference_queue{model="heavy network",state="capacity"} 64');
});

test('the typed client enrols, pages and searches, with bytes as a form', async () => {
  const sent: HttpRequest[] = [];
  const fetch = async (url: string, request: HttpRequest) => {
    sent.push(request);
    const form = request.body instanceof FormData ? new Response(request.body) : null;
    const payload = form === null ? request.body as string | undefined : Buffer.from(await form.arrayBuffer());
    const headers = { ...request.headers, ...(form === null ? {} : { 'content-type': form.headers.get('content-type')! }) };
    const answer = await served.app.inject({ method: request.method as 'GET', url: url.slice('http://server'.length), headers, ...(payload === undefined ? {} : { payload }) });
    return { status: answer.statusCode, headers: { get: (name: string) => answer.headers[name] as string ?? null }, json: () => Promise.resolve(answer.json<unknown>()) };
  };
  const client = createClient({ baseUrl: 'http://server', platform: { fetch } });
  const { id: collection_id } = await client.createCollection({ body: { name: 'by the client' } });
  const params = { collection_id };
  for (const person of [1, 2, 3]) await client.enrol({ params, body: { image: paint({ person }), name: `person ${person}`, quality_gate: 'strict' } });
  expect(sent.at(-1)!.body).toBeInstanceOf(FormData);
  expect(await client.search({ params, body: { image: paint({ person: 2 }) } })).toMatchObject({ verdict: 'match', person: { name: 'person 2' } });
  const people: string[] = [];
  for await (const { name } of eachItem((query: { limit: number }) => client.listPersons({ params, query }), { limit: 2 })) people.push(name);
  expect(people).toEqual(['person 1', 'person 2', 'person 3']);
  await expect(client.search({ params, body: { image: base64(paint()) } })).rejects.toMatchObject({ name: 'ApiError', status: 422, code: 'face_not_found' });
});

test('clients of CompreFace add, recognise, verify and delete', async () => {
  const url = '/api/v1/recognition';
  const add = async (subject: string, person: number) => (await served.app.inject({ method: 'POST', url: `${url}/faces?subject=${subject}`, ...formOf({ file: paint({ person }) }) })).json<{ image_id: string; subject: string }>();
  const ada = await add('Ada', 11);
  await add('Grace', 12);
  expect(ada.subject).toBe('Ada');
  expect((await served.call('GET', `${url}/subjects/`)).body).toEqual({ subjects: ['Ada', 'Grace'] });
  const recognised = await served.app.inject({ method: 'POST', url: `${url}/recognize?prediction_count=2`, ...formOf({ file: paint({ person: 11 }) }) });
  expect(recognised.json()).toEqual({ result: [{
    box: { probability: 0.99, x_min: 10, y_min: 20, x_max: 110, y_max: 120 },
    subjects: [{ subject: 'Ada', similarity: expect.closeTo(1, 5) as number }, { subject: 'Grace', similarity: expect.closeTo(0.5, 5) as number }],
  }] });
  const vector = new Array<number>(vectorSize).fill(0).map((_, i) => (i === 12 ? 1 : 0));
  expect((await served.call('POST', `${url}/embeddings/recognize`, { embeddings: [vector] })).body.result[0].similarities).toMatchObject([{ subject: 'Ada' }]);
  expect((await served.call('POST', `${url}/faces/${ada.image_id}/verify`, { file: base64(paint({ person: 11 })) })).body.result[0].similarity).toBeCloseTo(1, 5);
  const faceless = await served.call('POST', `${url}/recognize`, { file: base64(paint()) });
  expect([faceless.status, faceless.body]).toEqual([400, { code: 28, message: 'No face is found in the given image' }]);
  const verified = await served.app.inject({ method: 'POST', url: '/api/v1/verification/verify', ...formOf({ source_image: paint({ person: 1 }), target_image: paint({ person: 1 }) }) });
  expect(verified.json()).toMatchObject({ result: [{ source_image_face: { box: {} }, face_matches: [{ similarity: 1 }] }] });
  expect((await served.call('GET', `${url}/faces?subject=Ada`)).body).toMatchObject({ faces: [{ image_id: ada.image_id, subject: 'Ada' }], total_elements: 1 });
  expect((await served.call('DELETE', `${url}/faces/${ada.image_id}`)).body).toEqual({ image_id: ada.image_id, subject: 'Ada' });
  expect((await served.call('PUT', `${url}/subjects/Grace`, { subject: 'Hopper' })).body).toEqual({ updated: true });
  expect((await served.call('DELETE', `${url}/faces`)).body).toEqual({ deleted: 1 });
  expect((await served.call('DELETE', `${url}/subjects`)).body).toEqual({ deleted: 2 });
});

test('immich gets its faces, and nothing it would index wrongly', async () => {
  expect((await served.app.inject({ url: '/ping' })).body).toBe('pong');
  const entries = JSON.stringify({ 'facial-recognition': { recognition: { modelName: 'x' }, detection: { modelName: 'x', options: { minScore: 0.7 } } } });
  const { statusCode, body } = await served.app.inject({ method: 'POST', url: '/predict', ...formOf({ entries, image: paint({ person: 1 }, { person: 2, score: 0.5 }) }) });
  const answer = JSON.parse(body) as Record<string, unknown> & { 'facial-recognition': { embedding: string }[] };
  expect(statusCode).toBe(200);
  expect(answer).toMatchObject({ imageHeight: 480, imageWidth: 640, 'facial-recognition': [{ boundingBox: { x1: 10, y1: 20, x2: 110, y2: 120 }, score: 0.99 }] });
  expect(JSON.parse(answer['facial-recognition'][0]!.embedding)).toHaveLength(vectorSize);
  expect((await served.app.inject({ method: 'POST', url: '/predict', ...formOf({ entries: '{"clip":{}}', text: 'a dog' }) })).statusCode).toBe(400);
});

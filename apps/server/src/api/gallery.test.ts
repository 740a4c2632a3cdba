// What an answer holds is what these tests are about.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call */
import { formOf, openingMs, openTestApp, type TestApp } from '../testing/app.fixture.ts';
import { paint } from '../testing/pictures.fixture.ts';

let served: TestApp;
beforeAll(async () => { served = await openTestApp(); }, openingMs);
afterAll(() => served.dispose());

let names = 0;
async function newCollection(body: object = {}): Promise<string> {
  const { status, body: made } = await served.call('POST', '/v1/collections', { name: `collection ${names++}`, ...body });
  expect(status).toBe(201);
  return `/v1/collections/${made.id}`;
}

const base64 = (picture: Buffer): string => picture.toString('base64');

test('enrols two people and answers match, unknown and ambiguous', async () => {
  const gallery = await newCollection();
  for (const [name, person] of [['Ada', 1], ['Grace', 2]] as const) {
    const enrolled = await served.call('POST', `${gallery}/faces`, { image: base64(paint({ person, variation: 0.05 })), name });
    expect(enrolled).toMatchObject({ status: 201, body: { person: { name }, faces: [{ model_id: 'heavy', has_crop: false }], rejected_images: [] } });
  }
  const search = async (variation: number, person = 1) => (await served.call('POST', `${gallery}/search`, { image: base64(paint({ person, variation })) })).body;
  expect(await search(0)).toMatchObject({ verdict: 'match', reason: 'close_enough', person: { name: 'Ada' }, threshold: 0.4, far: 0.001, matches: [{ person: { name: 'Ada' }, decision: 'match' }] });
  expect(await search(0, 3)).toMatchObject({ verdict: 'unknown', reason: 'too_far', person: null, matches: [] });
  // Angle 0.55·π/2 − 0.05·π/2: squared distance 2 − 2·cos(π/4) = 0.586, between 0.4 and 0.6; the other is at 2 − 2·sin(0.86)·sin(0.08) = 1.88.
  expect(await search(0.55)).toMatchObject({ verdict: 'ambiguous', reason: 'between_thresholds', person: null, matches: [{ person: { name: 'Ada' }, decision: 'ambiguous' }] });
});

test('two people who are as close make it ambiguous, and the gap may be given', async () => {
  const gallery = await newCollection();
  for (const [name, variation] of [['Ada', 0.02], ['Twin', 0.1]] as const) await served.call('POST', `${gallery}/faces`, { image: base64(paint({ person: 1, variation })), name });
  const image = base64(paint({ person: 1 }));
  const asked = await served.call('POST', `${gallery}/search`, { image });
  expect(asked.body).toMatchObject({ verdict: 'ambiguous', reason: 'second_person_close', person: null, gap: { required: 0.1 } });
  expect(asked.body.matches.map((each: { person: { name: string } }) => each.person.name)).toEqual(['Ada', 'Twin']);
  expect((await served.call('POST', `${gallery}/search`, { image, gap: 0 })).body).toMatchObject({ verdict: 'match', person: { name: 'Ada' } });
});

test('an empty gallery says so', async () => {
  const gallery = await newCollection();
  expect((await served.call('POST', `${gallery}/search`, { image: base64(paint({ person: 1 })) })).body)
    .toMatchObject({ verdict: 'unknown', reason: 'nobody_enrolled', distance: null, threshold: 0.4, matches: [] });
});

test('takes forms, several pictures, and says which were rejected and why', async () => {
  const gallery = await newCollection();
  const good = paint({ person: 5 });
  const form = formOf({ images: [good, paint(), paint({ person: 5 }, { person: 6 }), Buffer.from('GIF'), paint({ person: 5, quality: 0.1 })], external_id: 'e-5', metadata: '{"team":"blue"}', name: '123' });
  const answer = await served.app.inject({ method: 'POST', url: `${gallery}/faces`, ...form });
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toMatchObject({
    person: { name: '123', external_id: 'e-5' }, faces: [{ metadata: { team: 'blue' }, quality: 0.9 }],
    rejected_images: [
      { index: 1, filename: 'images-1.png', reason: 'face_not_found' }, { index: 2, reason: 'several_faces' },
      { index: 3, reason: 'unsupported_image' }, { index: 4, reason: 'quality_too_low' },
    ],
  });
  const refused = await served.call('POST', `${gallery}/faces`, { images: [base64(paint()), base64(paint())], name: 'nobody' });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'nothing_enrolled', details: { rejected_images: [{ index: 0 }, { index: 1 }] } } } });
  expect((await served.call('GET', `${gallery}/persons?name=nobody`)).body.items).toEqual([]);
});

test('the quality gate may be off or strict', async () => {
  const gallery = await newCollection();
  const dim = { image: base64(paint({ person: 1, quality: 0.1 })), name: 'dim' };
  expect(await served.call('POST', `${gallery}/faces`, dim)).toMatchObject({ status: 422, body: { error: { code: 'quality_too_low', details: { gate: 'standard', failed: [{ measure: 'sharpness' }] } } } });
  expect((await served.call('POST', `${gallery}/faces`, { ...dim, quality_gate: 'off' })).status).toBe(201);
  expect((await served.call('POST', `${gallery}/faces`, { image: base64(paint({ person: 1, quality: 0.4 })), name: 'dim', quality_gate: 'strict' })).status).toBe(422);
});

test('vectors of two models of one space live together, each judged by the threshold of its pair', async () => {
  const gallery = await newCollection();
  const vector = [0, 1, ...new Array<number>(14).fill(0)];
  const embeddings = [{ space_id: 'space-one', model_id: 'tiny', vector }];
  expect(await served.call('POST', `${gallery}/faces`, { embeddings, name: 'phone' })).toMatchObject({ status: 201, body: { faces: [{ model_id: 'tiny', quality: null }] } });
  const search = await served.call('POST', `${gallery}/search`, { embedding: { ...embeddings[0], model_id: 'heavy' } });
  expect(search.body).toMatchObject({ verdict: 'match', threshold: 0.5, query_model_id: 'heavy', matches: [{ model_id: 'tiny' }], face: null });
  const other = { space_id: 'space-two', model_id: 'stranger', vector };
  for (const [url, body] of [[`${gallery}/search`, { embedding: other }], [`${gallery}/faces`, { embeddings: [other] }]] as const) {
    expect(await served.call('POST', url, body)).toMatchObject({ status: 409, body: { error: { code: 'space_mismatch', details: { expected_space_id: 'space-one', given_space_id: 'space-two' } } } });
  }
});

test('refuses a vector of another size, length or that is not finite, and a rate without a threshold', async () => {
  const gallery = await newCollection();
  const search = (vector: unknown, far?: number) => served.call('POST', `${gallery}/search`, { embedding: { space_id: 'space-one', model_id: 'heavy', vector }, far });
  const unit = [1, ...new Array<number>(15).fill(0)];
  for (const bad of [[1], [2, ...unit.slice(1)], new Array<number>(16).fill(0), 'AAAA', [3e300, ...unit.slice(1)]]) {
    expect(await search(bad)).toMatchObject({ status: 422, body: { error: { code: 'invalid_embedding' } } });
  }
  expect(await search(Buffer.from(Float32Array.from(unit).buffer).toString('base64'))).toMatchObject({ status: 200 });
  expect(await search(unit, 1e-6)).toMatchObject({ status: 422, body: { error: { code: 'no_threshold', details: { known: [0.001] } } } });
});

test('enrols and searches many at once', async () => {
  const gallery = await newCollection();
  const images = [paint({ person: 1 }), paint({ person: 2 }), paint({ person: 1, variation: 0.02 }), paint()].map(base64);
  const people = [{ name: 'Ada' }, { name: 'Grace' }, { name: 'Ada' }, { name: 'Nobody' }];
  const enrolled = await served.call('POST', `${gallery}/faces/bulk`, { images, people });
  expect(enrolled).toMatchObject({ status: 201, body: { enrolled: [{ index: 0 }, { index: 1 }, { index: 2 }], rejected_images: [{ index: 3, reason: 'face_not_found' }] } });
  expect(enrolled.body.enrolled[0].person.id).toBe(enrolled.body.enrolled[2].person.id);
  const found = await served.call('POST', `${gallery}/search/bulk`, { images: [base64(paint({ person: 2 }, { person: 9, size: 50 })), base64(Buffer.from('no'))] });
  expect(found.body.results).toMatchObject([
    { index: 0, faces: [{ verdict: 'match', person: { name: 'Grace' } }, { verdict: 'unknown' }] }, { index: 1, error: { code: 'unsupported_image' } },
  ]);
});

test('deleting says what it removed, and it is gone', async () => {
  const gallery = await newCollection({ keep_crops: true });
  const image = (person: number) => base64(paint({ person }));
  const { body } = await served.call('POST', `${gallery}/faces`, { images: [image(1), image(1)], name: 'Ada' });
  await served.call('POST', `${gallery}/faces`, { image: image(2) });
  const [first] = body.faces;
  const crop = await served.app.inject({ url: `${gallery}/faces/${first.id}/crop` });
  expect([crop.statusCode, crop.headers['content-type']]).toEqual([200, 'image/png']);
  expect(await served.call('DELETE', `${gallery}/faces/${first.id}`)).toMatchObject({ status: 200, body: { persons: 0, faces: 1, crops: 1 } });
  expect((await served.call('DELETE', `${gallery}/faces/${first.id}`)).status).toBe(404);
  expect(await served.call('DELETE', `${gallery}/persons/${body.person.id}`)).toMatchObject({ status: 200, body: { persons: 1, faces: 1, crops: 1 } });
  expect((await served.call('POST', `${gallery}/search`, { image: image(1) })).body).toMatchObject({ verdict: 'unknown', reason: 'nobody_enrolled' });
  expect((await served.call('GET', gallery)).body.counts).toMatchObject({ persons: 0, faces: 1, unnamed_faces: 1 });
  expect(await served.call('DELETE', gallery)).toMatchObject({ status: 200, body: { collections: 1, faces: 1, crops: 1 } });
  expect((await served.call('GET', gallery)).status).toBe(404);
  const audit = await served.call('GET', '/v1/audit?limit=100');
  const actions = audit.body.items.filter((each: { collection_id: string }) => gallery.endsWith(each.collection_id)).map((each: { action: string }) => each.action);
  expect(actions).toEqual(expect.arrayContaining(['faces.enrol', 'faces.search', 'faces.delete', 'person.delete', 'collection.delete']));
  expect(JSON.stringify(audit.body)).not.toContain('Ada');
});

test('faces of nobody can be given to a person and taken back', async () => {
  const gallery = await newCollection();
  const { body: { faces } } = await served.call('POST', `${gallery}/faces`, { image: base64(paint({ person: 1 }, { person: 2 })) });
  const { body: person } = await served.call('POST', `${gallery}/persons`, { name: 'Ada', external_id: 'a' });
  const face_ids = [faces[0].id];
  expect(await served.call('POST', `${gallery}/faces/assign`, { face_ids, person_id: person.id })).toMatchObject({ status: 200, body: { changed: 1 } });
  expect((await served.call('GET', `${gallery}/persons/${person.id}/faces`)).body.items).toMatchObject([{ id: faces[0].id }]);
  expect((await served.call('GET', `${gallery}/faces?unnamed=true`)).body.items).toMatchObject([{ id: faces[1].id }]);
  expect((await served.call('PATCH', `${gallery}/persons/${person.id}`, { name: 'Ada L.', external_id: null })).body).toMatchObject({ name: 'Ada L.', external_id: null });
});

test('pages with an opaque cursor that is of one list alone', async () => {
  const gallery = await newCollection();
  for (const name of ['a', 'b', 'c']) await served.call('POST', `${gallery}/persons`, { name });
  const first = await served.call('GET', `${gallery}/persons?limit=2`);
  expect(first.body.items).toHaveLength(2);
  const second = await served.call('GET', `${gallery}/persons?limit=2&cursor=${first.body.next_cursor}`);
  expect([...first.body.items, ...second.body.items].map((each: { name: string }) => each.name)).toEqual(['a', 'b', 'c']);
  expect(second.body.next_cursor).toBeNull();
  for (const url of [`${gallery}/faces?cursor=${first.body.next_cursor}`, `${gallery}/persons?cursor=x`, `${gallery}/persons?limit=0`, `${gallery}/persons?limit=101`]) {
    expect(await served.call('GET', url)).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
  }
});

import { DeviceError, EmbedderError, errorOf, ModelError, NoFaceError, PictureError, receiveError, sendError } from './errors.ts';

/** What happens to a message between worker and page. */
const across = (error: unknown): EmbedderError => receiveError(structuredClone(sendError(error)));

test.each([
  [errorOf('model_broken', 'model.json: bad'), ModelError],
  [errorOf('too_many_pixels', 'too many'), PictureError],
  [errorOf('bad_request', 'no such rate'), EmbedderError],
])('an error keeps class, code and words: %s', (error, kind) => {
  const arrived = across(error);
  expect(arrived).toBeInstanceOf(kind);
  expect([arrived.name, arrived.code, arrived.message]).toEqual([error.name, error.code, error.message]);
});

test('a missing face says in which picture', () => {
  const arrived = across(new NoFaceError(1));
  expect(arrived).toBeInstanceOf(NoFaceError);
  expect(arrived).toMatchObject({ code: 'no_face', picture: 1, message: 'no face was found in the second picture' });
});

// As Chromium, Firefox and Emscripten say it.
test.each([
  new RangeError('Array buffer allocation failed'), new RangeError('Invalid typed array length: 1000'), new RangeError('WebAssembly.Memory(): could not allocate memory'),
  new Error('std::bad_alloc'), new Error('Aborted(OOM)'), new Error('out of memory'),
])('knows that memory ran out: %s', (error) => {
  expect(across(error)).toBeInstanceOf(DeviceError);
  expect(across(error).code).toBe('out_of_memory');
});

test('what nobody expected arrives with its words', () => {
  expect(across(new TypeError('x is undefined'))).toMatchObject({ code: 'failed', message: 'x is undefined' });
});

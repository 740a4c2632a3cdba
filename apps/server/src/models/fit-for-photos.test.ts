import { fitForPhotos } from './fit-for-photos.ts';
import type { OpenedModel } from './models.ts';

const face = { version: 'face-1', crop: { kind: 'centre', scale: 1 }, color: 'rgb', mean: 127.5, std: 128 };

/** As far as it is looked at: what the bundle says, and whether it was closed. */
function opened(photo?: object): { model: OpenedModel; closed: () => boolean } {
  let isClosed = false;
  const model = {
    manifest: { name: 'tiny', preprocessing: { ...face, ...(photo && { photo }) } },
    embedder: { dispose: () => { isClosed = true; return Promise.resolve(); } },
  } as unknown as OpenedModel;
  return { model, closed: () => isClosed };
}

test.each([
  ['what this server does', { detector: 'face-api-tiny-1', alignment: 'five-point-136-1' }, []],
  ['faces found by another detector', { detector: 'other-2', alignment: 'five-point-136-1' }, [expect.stringMatching(/^model tiny was made for faces found by other-2/) as string]],
  ['nothing that it would say', undefined, [expect.stringMatching(/^model tiny does not say how a photo becomes its input/) as string]],
])('serves a model that was made for %s, and says what is not certain', async (_what, photo, lines) => {
  const said: string[] = [];
  const { model, closed } = opened(photo);
  expect(await fitForPhotos('models/tiny', model, (line) => { said.push(line); })).toBe(model);
  expect(said).toEqual(lines);
  expect(closed()).toBe(false);
});

test('refuses one that was made for faces aligned in another way, and closes it', async () => {
  const { model, closed } = opened({ detector: 'face-api-tiny-1', alignment: 'two-eyes-160-1' });
  await expect(fitForPhotos('models/tiny', model, () => undefined)).rejects.toMatchObject({
    name: 'BundleError', message: expect.stringMatching(/^models\/tiny: tiny was made for faces aligned by two-eyes-160-1; this program aligns by five-point-136-1/) as string,
  });
  expect(closed()).toBe(true);
});

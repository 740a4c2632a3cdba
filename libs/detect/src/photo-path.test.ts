import { photoFit, photoPath } from './photo-path.ts';

test('names the networks and the template of this version', () => {
  expect(photoPath).toEqual({ detector: 'face-api-tiny-1', alignment: 'five-point-136-1' });
});

test('a model that was made for what is done here fits', () => {
  expect(photoFit({ photo: { detector: 'face-api-tiny-1', alignment: 'five-point-136-1' } })).toEqual({ fits: 'yes' });
});

test.each([
  ['that says nothing may fit', undefined, 'perhaps', /does not say how a photo becomes its input.*face-api-tiny-1.*five-point-136-1/],
  ['for another detector may fit', { detector: 'other-2', alignment: 'five-point-136-1' }, 'perhaps', /found by other-2; this program finds them by face-api-tiny-1/],
  ['for another alignment does not fit', { detector: 'face-api-tiny-1', alignment: 'two-eyes-160-1' }, 'no', /aligned by two-eyes-160-1; this program aligns by five-point-136-1/],
] as const)('a model %s, and it is said why', (_what, photo, fits, why) => {
  expect(photoFit(photo === undefined ? {} : { photo })).toEqual({ fits, why: expect.stringMatching(why) as string });
});

import { BundleError } from '@facenet/export';
import { parsePreprocessing } from '@facenet/face';
import { photoFit } from '@facenet/detect';
import type { OpenedModel } from './models.ts';

/**
 * A server is sent photos, so a model that was made for faces aligned in another way is refused; one that may see them a
 * little differently than where it was made is served, and `say` hears of it.
 */
export async function fitForPhotos<T extends OpenedModel>(folder: string, opened: T, say: (line: string) => void): Promise<T> {
  const { name, preprocessing } = opened.manifest;
  const fit = photoFit(parsePreprocessing(preprocessing));
  if (fit.fits === 'no') {
    await opened.embedder.dispose();
    throw new BundleError(`${folder}: ${name} ${fit.why}, which 'facenet embed --crop' gives it`);
  }
  if (fit.fits === 'perhaps') say(`model ${name} ${fit.why}`);
  return opened;
}

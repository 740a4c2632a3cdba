import { element } from '@facenet/page';
import type { Gallery } from '../gallery/gallery.ts';

export interface KeptPictures {
  /** A kept face's picture, or a plain square where there is none or it does not open. */
  picture(faceId: string | null, alt: string): HTMLElement;
  /** Forgets pictures that are not on the page any more. */
  clear(): void;
}

/** Pictures of kept faces, decrypted when they are shown. */
export function createKeptPictures(gallery: Gallery): KeptPictures {
  const urls = new Set<string>();
  async function fill(place: HTMLElement, faceId: string, alt: string): Promise<void> {
    const crop = await gallery.crop(faceId).catch(() => null);
    if (crop === null) return;
    const url = URL.createObjectURL(crop);
    urls.add(url);
    place.replaceChildren(element('img', { src: url, alt }));
  }
  return {
    picture: (faceId, alt) => {
      const place = element('span', { class: 'face-picture' }, element('span', { class: 'no-picture', role: 'img', 'aria-label': `${alt}: no picture is kept` }, '?'));
      if (faceId !== null) void fill(place, faceId, alt);
      return place;
    },
    clear: () => {
      for (const url of urls) URL.revokeObjectURL(url);
      urls.clear();
    },
  };
}

import { element } from '@facenet/page';

export interface FacePictures {
  /** Read when it comes into view. */
  picture(faceId: string, alt: string): HTMLElement;
  /** Forgets pictures that are not on the page any more. */
  clear(): void;
}

/** Small pictures of an album's faces: one may have thousands, and few are seen at once. */
export function createFacePictures(thumbnail: (faceId: string) => Promise<Blob | null>): FacePictures {
  const urls = new Map<string, string>();
  const pending = new WeakMap<Element, () => Promise<void>>();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      void pending.get(target)?.();
    }
  }, { rootMargin: '300px' });

  async function fill(place: HTMLElement, faceId: string, alt: string): Promise<void> {
    let url = urls.get(faceId);
    if (url === undefined) {
      const picture = await thumbnail(faceId).catch(() => null);
      if (picture === null) return;
      url = URL.createObjectURL(picture);
      urls.set(faceId, url);
    }
    place.replaceChildren(element('img', { src: url, alt }));
  }
  return {
    picture: (faceId, alt) => {
      const place = element('span', { class: 'face-picture' }, element('span', { class: 'no-picture', role: 'img', 'aria-label': `${alt}: no picture is kept` }, '?'));
      pending.set(place, () => fill(place, faceId, alt));
      watcher.observe(place);
      return place;
    },
    clear: () => {
      for (const url of urls.values()) URL.revokeObjectURL(url);
      urls.clear();
    },
  };
}

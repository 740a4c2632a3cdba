import type { FaceBody } from '@facenet/contract';
import { element } from '@facenet/page';
import type { App } from '../app.ts';
import { createQueue } from './queue.ts';

export interface FacePictures {
  /** A face's crop where one is kept, else what its photo was called; read when it comes into view. */
  picture(collectionId: string, faceId: string): HTMLElement;
  /** Forgets pictures that are not on the page any more. */
  clear(): void;
}

/** Faces as pictures, read a few at a time. */
export function createFacePictures(app: App): FacePictures {
  const enqueue = createQueue(4);
  const urls = new Map<string, string>();
  const pending = new WeakMap<Element, () => Promise<void>>();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const fill = pending.get(target);
      if (!isIntersecting || fill === undefined) continue;
      watcher.unobserve(target);
      enqueue(fill);
    }
  }, { rootMargin: '200px' });

  async function fill(place: HTMLElement, collectionId: string, faceId: string): Promise<void> {
    try {
      const face = await app.session.client.getFace({ params: { collection_id: collectionId, face_id: faceId } });
      const name = nameOf(face);
      if (!face.has_crop) return place.replaceChildren(element('span', { class: 'no-crop' }, name));
      const url = urls.get(faceId) ?? await app.session.cropOf(collectionId, face);
      urls.set(faceId, url);
      place.replaceChildren(element('img', { src: url, alt: `Face of ${name}` }));
    } catch {
      place.replaceChildren(element('span', { class: 'no-crop' }, `Face ${shortId(faceId)}, which cannot be read`));
    }
  }
  return {
    picture: (collectionId, faceId) => {
      const place = element('span', { class: 'face-picture' }, element('span', { class: 'no-crop' }, `Face ${shortId(faceId)}`));
      pending.set(place, () => fill(place, collectionId, faceId));
      watcher.observe(place);
      return place;
    },
    clear: () => {
      for (const url of urls.values()) URL.revokeObjectURL(url);
      urls.clear();
    },
  };
}

/** The photo's name as the console keeps it, else the face's id. */
function nameOf({ id, metadata }: FaceBody): string {
  const { file } = metadata;
  return typeof file === 'string' && file !== '' ? file : `face ${shortId(id)}`;
}

/** The end of an id: its start is a time, alike for faces that came together. */
function shortId(id: string): string {
  return id.slice(-8);
}

import { drawing, element } from '@facenet/page';
import type { Box } from '@facenet/face';

export interface BoxedFace {
  readonly box: Box | null;
  readonly text: string;
  readonly verdict?: 'match' | 'ambiguous' | 'unknown';
}

/** A photo with a box for each face, and a word over it; what it shows must be in the text beside it too. The caller revokes `url` when it is gone. */
export function photoWithFaces(url: string, alt: string, faces: readonly BoxedFace[]): HTMLElement {
  const picture = element('img', { src: url, alt });
  const boxes = drawing('svg', { class: 'boxes', 'aria-hidden': 'true' });
  const photo = element('div', { class: 'photo' }, picture, boxes);
  picture.addEventListener('load', () => {
    const { naturalWidth: width, naturalHeight: height } = picture;
    boxes.setAttribute('viewBox', `0 0 ${width} ${height}`);
    boxes.replaceChildren(...faces.map((face) => boxOf(face, width, height)).filter((each) => each !== null));
  });
  return photo;
}

function boxOf({ box, text, verdict }: BoxedFace, width: number, height: number): SVGElement | null {
  if (box === null) return null;
  // Of one size on the screen, about, whatever the picture has.
  const letters = Math.max(width, height) / 22;
  const labelWidth = letters * (0.62 * text.length + 0.8);
  const labelX = Math.max(0, Math.min(box.x, width - labelWidth));
  const labelY = Math.max(0, box.y - 1.4 * letters);
  return drawing('g', { 'data-verdict': verdict },
    drawing('rect', { x: box.x, y: box.y, width: box.width, height: box.height, class: 'box' }),
    drawing('rect', { x: labelX, y: labelY, width: labelWidth, height: 1.4 * letters, class: 'tag' }),
    drawing('text', { x: labelX + 0.4 * letters, y: labelY + 1.03 * letters, 'font-size': letters, textLength: labelWidth - 0.8 * letters, lengthAdjust: 'spacingAndGlyphs' }, text));
}

import type { SearchResponse } from '@facenet/contract';
import { drawing, element, verdictTitle } from '@facenet/page';

/** The picture with a box for each face, over it a number and a name. What it shows is in its text too. */
export async function photoWithBoxes(url: string, alt: string, faces: readonly SearchResponse[]): Promise<HTMLElement> {
  const picture = element('img', { src: url, alt });
  try {
    await picture.decode();
  } catch {
    return element('p', { class: 'hint' }, 'The server read this picture, but this browser cannot show it.');
  }
  const { naturalWidth: width, naturalHeight: height } = picture;
  const boxes = drawing('svg', { viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', class: 'boxes' }, ...faces.map((face, i) => boxOf(face, i, width, height)));
  const photo = element('div', { class: 'photo' }, picture, boxes);
  // A crop is seen larger than it is, and no picture is higher than the screen.
  photo.style.width = `min(100%, max(24rem, ${width}px), ${(70 * width) / height}vh)`;
  return photo;
}

function boxOf(answer: SearchResponse, index: number, width: number, height: number): SVGElement | null {
  const box = answer.face?.bbox?.normalized;
  if (box === undefined) return null;
  const [x, y] = [box.left * width, box.top * height];
  // Of one size on the screen, about, whatever the picture has.
  const letters = Math.max(width, height) / 32;
  const text = `${index + 1} ${verdictTitle(answer)}`;
  const isAtTop = y < 1.5 * letters;
  const labelY = isAtTop ? y : y - 1.4 * letters;
  const labelWidth = letters * (0.6 * text.length + 0.8);
  const labelX = Math.max(0, Math.min(x, width - labelWidth));
  return drawing('g', { 'data-face': index, 'data-verdict': answer.verdict },
    drawing('rect', { x, y, width: box.width * width, height: box.height * height, class: 'box' }),
    drawing('rect', { x: labelX, y: labelY, width: labelWidth, height: 1.4 * letters, class: 'tag' }),
    drawing('text', { x: labelX + 0.4 * letters, y: labelY + 1.03 * letters, 'font-size': letters, textLength: labelWidth - 0.8 * letters, lengthAdjust: 'spacingAndGlyphs' }, text));
}

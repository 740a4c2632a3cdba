/** A label's anchor: where its text begins, is centred or ends, and the middle of its height. */
export interface PlacedLabel {
  readonly x: number;
  readonly y: number;
  readonly align: 'left' | 'center' | 'right';
}

export interface LabelSource {
  /** The labelled point, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

// Of 11-pixel system fonts, wide enough for capitals and digits.
const letterWidth = 6.4;
const height = 13;
const gap = 7;

/** Right of a point, left, above, below, and farther up and down. */
const places: readonly PlacedLabel[] = [
  { x: gap, y: 0, align: 'left' }, { x: -gap, y: 0, align: 'right' },
  { x: gap, y: -gap, align: 'left' }, { x: gap, y: gap, align: 'left' }, { x: -gap, y: -gap, align: 'right' }, { x: -gap, y: gap, align: 'right' },
  { x: 0, y: -2 * gap, align: 'center' }, { x: 0, y: 2 * gap, align: 'center' },
  { x: gap, y: -3 * gap, align: 'left' }, { x: gap, y: 3 * gap, align: 'left' }, { x: -gap, y: -3 * gap, align: 'right' }, { x: -gap, y: 3 * gap, align: 'right' },
];

/** For each point the first place where its label leaves the frame, the points and the labels before it alone; else the least bad one. */
export function placeLabels(sources: readonly LabelSource[], frame: { readonly width: number; readonly height: number }): PlacedLabel[] {
  const points = sources.map(({ x, y }): Box => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
  const taken: Box[] = [];
  return sources.map(({ x, y, text }, self) => {
    const ranked = places.map((place) => {
      const label = { x: x + place.x, y: y + place.y, align: place.align };
      const box = boxOf(label, text);
      const outside = area(box) - overlap(box, { left: 0, top: 0, right: frame.width, bottom: frame.height });
      const hidden = [...taken, ...points.filter((_, i) => i !== self)].reduce((sum, other) => sum + overlap(box, other), 0);
      return { label, box, cost: outside + hidden };
    });
    const best = ranked.reduce((found, candidate) => (candidate.cost < found.cost ? candidate : found));
    taken.push(best.box);
    return best.label;
  });
}

function boxOf({ x, y, align }: PlacedLabel, text: string): Box {
  const width = letterWidth * text.length;
  const left = { left: x, center: x - width / 2, right: x - width }[align];
  return { left, right: left + width, top: y - height / 2, bottom: y + height / 2 };
}

function area({ left, top, right, bottom }: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

function overlap(a: Box, b: Box): number {
  return area({
    left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
  });
}

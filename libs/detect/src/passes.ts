import type { Box } from '@facenet/face';

/** One look at the whole photo. */
export interface Pass {
  /** Rows and columns of the detector's input. A face is found where it is between about 20 and 150 of them wide. */
  readonly input: number;
  /** Room left around the photo, as a share of its longer side: a face that fills its picture is found only with some around it. */
  readonly padding: number;
}

export interface Plan {
  readonly always: readonly Pass[];
  /** Where a face touches the edge, or none was found. */
  readonly atTheEdge: readonly Pass[];
  /** One after the other until one finds a face. */
  readonly lastResorts: readonly Pass[];
}

/** By the photo's longer side. Chosen by what finds the faces of LFW's crops and of group photos; see detector.test.ts. */
const plans: readonly { readonly upTo: number; readonly plan: Plan }[] = [
  // Crops of one face and thumbnails.
  { upTo: 256, plan: {
    always: [{ input: 224, padding: 0.25 }],
    atTheEdge: [],
    lastResorts: [{ input: 128, padding: 0.25 }, { input: 160, padding: 0.8 }, { input: 320, padding: 0.3 }, { input: 416, padding: 0 }],
  } },
  { upTo: 640, plan: {
    always: [{ input: 416, padding: 0 }],
    atTheEdge: [{ input: 416, padding: 0.3 }],
    lastResorts: [{ input: 224, padding: 0.25 }, { input: 160, padding: 0.5 }, { input: 608, padding: 0 }],
  } },
  // Large photos: faces near and far.
  { upTo: Infinity, plan: {
    always: [{ input: 416, padding: 0 }, { input: 608, padding: 0 }],
    atTheEdge: [{ input: 608, padding: 0.3 }],
    lastResorts: [{ input: 320, padding: 0.2 }, { input: 224, padding: 0.25 }],
  } },
];

export function planFor(width: number, height: number): Plan {
  return plans.find(({ upTo }) => Math.max(width, height) <= upTo)!.plan;
}

/** The square that a pass looks at: the photo in the middle, and the padding around it. */
export function viewOf(width: number, height: number, { padding }: Pass): Box {
  const side = Math.max(width, height) * (1 + 2 * padding);
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
}

/** Whether a face may go on beyond the photo. */
export function touchesEdge({ x, y, width, height }: Box, photo: { readonly width: number; readonly height: number }): boolean {
  const near = 0.05 * Math.max(width, height);
  return x < near || y < near || x + width > photo.width - near || y + height > photo.height - near;
}

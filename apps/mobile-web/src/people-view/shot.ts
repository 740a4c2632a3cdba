import type { EmbeddedFace } from '@facenet/web';
import { flawsOf, hint } from '../camera/hint.ts';

/** A picture for an enrolment, judged. */
export interface Shot {
  readonly name: string;
  /** Null where it cannot be used at all. */
  readonly face: EmbeddedFace | null;
  /** `doubtful` is used only where its user says so. */
  readonly state: 'good' | 'doubtful' | 'refused';
  readonly text: string;
}

/** Whether a picture shows one face well enough to be compared with for years. */
export function judgeShot(name: string, faces: readonly EmbeddedFace[]): Shot {
  const [face] = faces;
  if (face === undefined) return { name, face: null, state: 'refused', text: 'No face was found in it.' };
  const flaw = flawsOf(face, 'standard')[0];
  if (faces.length > 1) return { name, face, state: 'doubtful', text: `It has ${faces.length} faces; the largest would be taken.` };
  if (flaw !== undefined) return { name, face, state: 'doubtful', text: hint(flaw).text };
  const isBest = flawsOf(face, 'strict').length === 0;
  return { name, face, state: 'good', text: isBest ? 'Good.' : 'Good enough; a sharper one, from the front, would be better.' };
}

/** How many shots suffice, said while there are fewer. */
export function adviceFor(good: number): string {
  if (good === 0) return 'Three to five pictures are best: from the front, a little from each side, in different light.';
  if (good < 3) return `${3 - good} more would be better: turn the head a little, or change the light.`;
  return 'These are enough.';
}

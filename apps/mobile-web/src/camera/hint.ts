import { assessQuality, qualityGates, refusals, type QualityGateName, type QualityReason } from '@facenet/face';
import type { FoundFace } from '@facenet/web';

export type HintCode = 'fine' | 'dark_frame' | 'no_face' | 'several_faces' | QualityReason;

export interface Hint {
  readonly code: HintCode;
  /** What to do about it. */
  readonly text: string;
}

export interface HintRule {
  readonly gate: QualityGateName;
  /** Mean luma of the whole frame, 0 to 255, where it is known. */
  readonly light?: number;
  /** One person is asked for; otherwise the largest face is judged. */
  readonly wantsOne: boolean;
}

/** Below it a room is too dark for a face to be found. */
const darkRoom = 40;

const texts: Readonly<Record<HintCode, string>> = {
  fine: 'Good: keep it like this.',
  dark_frame: 'It is too dark to find a face. Turn on a light.',
  no_face: 'No face in view. Look into the camera.',
  several_faces: 'Several faces are in view. One person at a time, please.',
  too_small: 'The face is too small. Come closer.',
  too_blurred: 'The picture is blurred. Hold still, and wipe the lens.',
  turned_away: 'The face is turned away. Look into the camera.',
  too_dark: 'The face is in the dark. Turn to the light.',
  too_bright: 'The face is too bright. Turn away from the light.',
};

/** The plainest thing that is wrong with what the camera sees, or that nothing is. Faces come the largest first. */
export function hintFor(faces: readonly FoundFace[], { gate, light, wantsOne }: HintRule): Hint {
  const [face] = faces;
  if (face === undefined) return hint(light !== undefined && light < darkRoom ? 'dark_frame' : 'no_face');
  if (wantsOne && faces.length > 1) return hint('several_faces');
  return hint(flawsOf(face, gate)[0] ?? 'fine');
}

/** Why a face is not used, as the server would say it; empty where it is. */
export function flawsOf({ crop, landmarks }: FoundFace, gate: QualityGateName): QualityReason[] {
  return refusals(assessQuality(crop, landmarks), qualityGates[gate]);
}

export function hint(code: HintCode): Hint {
  return { code, text: texts[code] };
}

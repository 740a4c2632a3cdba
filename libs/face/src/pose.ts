import type { FivePoints, Point } from './five-points.ts';
import { meanPoint } from './five-points.ts';

/** Degrees; all 0 for a face that looks straight into an upright camera. */
export interface Pose {
  /** Above 0: towards the right of the picture. */
  readonly yaw: number;
  /** Above 0: upwards. */
  readonly pitch: number;
  /** Above 0: clockwise in the picture. */
  readonly roll: number;
}

/**
 * A plain face: eyes and mouth in one plane, the nose before it. In units of half the distance between the eyes, with the
 * middle of the eyes as origin. Down to the mouth is as in the alignment template; down to the tip of the nose is what
 * face-api's landmarks give on the average of LFW (the template's, 1.145, would call that average 11° too low); the
 * depth is an average adult's.
 */
export const plainFace = { mouthDown: 2.31, noseDown: 1.3, noseDepth: 0.85 } as const;

/**
 * The pose of the plain face that projects, without perspective, to these points. Turning it by yaw θ shortens the line
 * between the eyes by cos θ and moves the nose along it by depth · sin θ, so the nose's offset in units of that line gives
 * tan θ; for pitch the same along the line from the eyes to the mouth. Good to some degrees, which a quality gate needs.
 */
export function estimatePose([leftEye, rightEye, nose, leftMouth, rightMouth]: FivePoints): Pose {
  const eyes = meanPoint([leftEye, rightEye]);
  const mouth = meanPoint([leftMouth, rightMouth]);
  // nose = eyes + s · across + t · down: coordinates in the face's own, possibly skewed, frame.
  const across = scaled(minus(rightEye, leftEye), 0.5);
  const down = minus(mouth, eyes);
  const offset = minus(nose, eyes);
  const area = cross(across, down);
  const s = cross(offset, down) / area;
  const t = cross(across, offset) / area;
  return {
    yaw: degrees(Math.atan(s / plainFace.noseDepth)),
    pitch: degrees(Math.atan((plainFace.noseDown - t * plainFace.mouthDown) / plainFace.noseDepth)),
    roll: degrees(Math.atan2(across.y, across.x)),
  };
}

const minus = (p: Point, q: Point): Point => ({ x: p.x - q.x, y: p.y - q.y });
const scaled = (p: Point, factor: number): Point => ({ x: p.x * factor, y: p.y * factor });
const cross = (p: Point, q: Point): number => p.x * q.y - p.y * q.x;
const degrees = (radians: number): number => (radians * 180) / Math.PI;

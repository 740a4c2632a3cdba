import type { Identity } from './identity.ts';

/** What a face does for a moment; all 0 is a calm look into the camera. */
export interface Expression {
  /** −1 is a sad mouth, 1 a broad smile. */
  readonly smile: number;
  /** 0 is closed, 1 wide open. */
  readonly open: number;
  /** −1 frowns, 1 is surprised. */
  readonly brows: number;
  /** Share of the eyes' opening that is left: 1 is normal, 0.1 a blink. */
  readonly lids: number;
  /** Where the eyes look, in pixels of the iris's shift. */
  readonly gazeX: number;
  readonly gazeY: number;
}

/** The mouth and eyes of one moment, shared by the geometry and the painting, so that both agree where things are. */
export interface Face {
  readonly identity: Identity;
  readonly mouth: {
    readonly halfWidth: number;
    /** Where the corners are, and how far the middle of the closed line lies below them. */
    readonly cornerY: number;
    readonly sag: number;
    readonly upperLip: number;
    readonly lowerLip: number;
    /** Height of the gap between the lips: the upper lip goes up a little, the lower one down with the jaw. */
    readonly gapUp: number;
    readonly gapDown: number;
  };
  readonly jawDrop: number;
  readonly cheekRaise: number;
  readonly lidUpper: number;
  readonly lidLower: number;
  readonly browLift: number;
  readonly frown: number;
  readonly gazeX: number;
  readonly gazeY: number;
}

export function express(identity: Identity, { smile, open, brows, lids, gazeX, gazeY }: Expression): Face {
  const happy = Math.max(0, smile);
  const { mouth, eyes } = identity;
  const corner = mouth.corner + 3 * smile;
  // A smile bares the teeth a little even when the jaw stays where it is.
  const gap = 9 * open + 2.4 * Math.max(0, happy - 0.45);
  return {
    identity,
    mouth: {
      halfWidth: mouth.halfWidth * (1 + 0.22 * smile - 0.1 * open),
      cornerY: mouth.y - corner,
      sag: corner,
      upperLip: mouth.upperLip * (1 - 0.22 * happy),
      lowerLip: mouth.lowerLip * (1 - 0.15 * happy),
      gapUp: 0.25 * gap,
      gapDown: 0.75 * gap,
    },
    jawDrop: 7 * open,
    cheekRaise: happy,
    lidUpper: eyes.opening * (1.3 * lids - 0.3) * (1 + 0.15 * Math.max(0, brows)) * (1 - 0.12 * happy),
    lidLower: 0.78 * eyes.opening * (0.35 + 0.65 * lids) * (1 - 0.3 * happy),
    browLift: 2.6 * brows,
    frown: Math.max(0, -brows),
    gazeX,
    gazeY,
  };
}

import { createGlasses, createHat, createScarf } from './accessories.ts';
import { createEar, createNeck, createTorso } from './body.ts';
import { rotate, rotationOf, type Flat, project, type Rotation, type Similarity } from './camera.ts';
import { scaleColour } from './colour.ts';
import { express, type Face } from './expression.ts';
import { createClothPainter, createGlassesStencil, createHairPainter, createPlainPainter } from './fabric.ts';
import { createBun, createHair } from './hair.ts';
import { createHead, createSkull, pointAt, type Point3, type Skull } from './head.ts';
import type { Identity } from './identity.ts';
import type { Light } from './light.ts';
import type { Material } from './mesh.ts';
import { lightPixels, type Layer } from './shading.ts';
import type { Appearance } from './shot.ts';
import { createSkinPainter } from './skin.ts';
import { drawMeshes, type Placed } from './stage.ts';
import type { Painter } from './surface.ts';

/** A person posed for one picture, not yet anywhere in it. */
export interface Posed {
  readonly identity: Identity;
  readonly appearance: Appearance;
  readonly skull: Skull;
  readonly face: Face;
  readonly rotation: Rotation;
  readonly distance: number;
}

export function posePerson(identity: Identity, appearance: Appearance, distance: number): Posed {
  return {
    identity, appearance, distance,
    skull: createSkull(identity),
    face: express(identity, appearance.expression),
    rotation: rotationOf(appearance.pose),
  };
}

/** The five points of the training crops, as the camera sees them: eyes, tip of the nose, corners of the mouth. */
export function landmarks({ identity, skull, face, rotation, distance }: Posed): Flat[] {
  const { eyes, nose } = identity;
  const { halfWidth, cornerY } = face.mouth;
  const places = [[-eyes.distance, 0], [eyes.distance, 0], [0, nose.tip], [-halfWidth, cornerY], [halfWidth, cornerY]] as const;
  return places.map(([x, y]) => project(rotate(rotation, pointAt(skull, face, x, y)), distance));
}

/** Points around the face from the hairline to the chin and from ear to ear; their bounds are the face's box. */
export function outline({ skull, face, rotation, distance, identity }: Posed): Flat[] {
  const seen = (point: Point3): Flat => project(rotate(rotation, point), distance);
  const heights = [identity.hair.hairline + 6, -20, 0, 20, 35, 48, skull.chin - 1];
  return heights.flatMap((y) => {
    const width = 0.97 * skull.slice(y, { width: 0, front: 0, centre: 0, back: 0 }).width;
    return [-1, -0.6, 0, 0.6, 1].map((side) => seen(pointAt(skull, face, side * width, y)));
  });
}

/** Pixels are computed at twice the size and averaged, which smooths edges. */
const oversampling = 2;

/** Renders the person alone; `similarity` brings the camera's plane into the picture. */
export function renderPerson(posed: Posed, similarity: Similarity, light: Light, width: number, height: number): Layer {
  const view = {
    width: oversampling * width, height: oversampling * height, distance: posed.distance,
    similarity: { a: oversampling * similarity.a, b: oversampling * similarity.b, dx: oversampling * similarity.dx, dy: oversampling * similarity.dy },
  };
  const { vertices, seen } = drawMeshes(buildMeshes(posed), view);
  return lightPixels(vertices, seen, createPainters(posed), light, oversampling);
}

function buildMeshes({ identity, appearance, skull, face, rotation }: Posed): Placed[] {
  const body = rotationOf({ yaw: appearance.bodyYaw, pitch: 0, roll: 0 });
  const onHead = [createHead(face, skull), createEar(skull, identity, -1), createEar(skull, identity, 1)];
  if (appearance.hat) onHead.push(...createHat(skull, appearance.hat));
  const hair = createHair(skull, identity, appearance.hairDay, appearance.hat !== undefined);
  if (hair) onHead.push(hair);
  const bun = createBun(skull, identity);
  if (bun && !appearance.hat) onHead.push(bun);
  const placed: Placed[] = onHead.map((mesh) => ({ mesh, rotation }));
  placed.push({ mesh: createNeck(skull, identity), rotation: body }, { mesh: createTorso(skull, appearance.clothes), rotation: body });
  if (appearance.scarf !== undefined) placed.push({ mesh: createScarf(skull, appearance.scarf), rotation });
  const { glasses } = appearance;
  // Glass lets through what was drawn before it, so it comes last.
  if (glasses) {
    const stencil = createGlassesStencil(glasses);
    placed.push(...createGlasses(identity, glasses).map((mesh) => ({ mesh, rotation, stencil })));
  }
  return placed;
}

function createPainters({ identity, appearance, face }: Posed): Record<Material, Painter> {
  return {
    skin: createSkinPainter(face),
    hair: createHairPainter(identity),
    cloth: createClothPainter(appearance.cloth),
    frame: createPlainPainter(appearance.glasses?.frame ?? [0, 0, 0], 0.5),
    hat: createPlainPainter(appearance.hat?.colour ?? [0, 0, 0], 0.02),
    scarf: createPlainPainter(scaleColour(appearance.scarfColour, 0.9), 0.01),
  };
}

import type { Colour } from './colour.ts';
import { sine, smoothstep } from './curves.ts';
import type { Glasses, Identity } from './identity.ts';
import { noise } from './noise.ts';
import type { Stencil } from './stage.ts';
import { type Painter, setColour } from './surface.ts';

export interface Cloth {
  readonly colour: Colour;
  readonly second: Colour;
  readonly pattern: 'plain' | 'stripes' | 'check' | 'blotches';
  readonly scale: number;
}

export function createClothPainter({ colour, second, pattern, scale }: Cloth): Painter {
  return (u, v, w, surface) => {
    const share = pattern === 'plain' ? 0
      : pattern === 'stripes' ? smoothstep(-0.2, 0.2, sine(v * scale))
        : pattern === 'check' ? 0.5 * smoothstep(-0.2, 0.2, sine(v * scale)) + 0.5 * smoothstep(-0.2, 0.2, sine(u * scale))
          : smoothstep(0, 0.3, noise(u * scale * 0.3, v * scale * 0.3));
    const wrinkle = 1 + 0.12 * noise(u * 0.09, v * 0.05) + 0.06 * noise(u * 0.4, v * 0.4 + w * 0.1);
    setColour(surface,
      wrinkle * (colour[0] + share * (second[0] - colour[0])),
      wrinkle * (colour[1] + share * (second[1] - colour[1])),
      wrinkle * (colour[2] + share * (second[2] - colour[2])));
    surface.gloss = 0.01;
    surface.softness = 0.1;
  };
}

/** Hair in coordinates of angle and height: strands run down, curls break them up. */
export function createHairPainter({ hair, skin }: Identity): Painter {
  const [red, green, blue] = hair.colour;
  const straight = 1 - 0.7 * hair.curl;
  return (u, v, crown, surface) => {
    const strands = straight * (0.6 * noise(u * 26 + skin.texture, v * 0.03) + 0.5 * noise(u * 60, v * 0.06 + skin.texture))
      + hair.curl * 0.9 * noise(u * 11 + skin.texture, v * 0.3);
    const shade = Math.max(0.25, 1 + 0.45 * strands - 0.15 * crown);
    setColour(surface, red * shade, green * shade, blue * shade);
    surface.gloss = 0.12 * Math.max(0, 0.6 + strands);
    surface.softness = 0.15;
  };
}

export function createPlainPainter([red, green, blue]: Colour, gloss: number): Painter {
  return (u, v, w, surface) => {
    const weave = 1 + 0.1 * noise(u * 9, v * 0.5) + 0.05 * w;
    setColour(surface, red * weave, green * weave, blue * weave);
    surface.gloss = gloss;
    surface.softness = 0.1;
  };
}

/** Which part of the sheet before the eyes is frame, lens or nothing; (u, v) is centred on the lens, u grows outwards. */
export function createGlassesStencil({ halfWidth, halfHeight, roundness, thickness, tint }: Glasses): Stencil {
  const corner = (0.25 + 0.75 * roundness) * halfHeight;
  return (u, v, w) => {
    if (w > 0.5) return 'solid';
    // Distance to a rounded rectangle, negative inside.
    const dx = Math.abs(u) - (halfWidth - corner);
    const dy = Math.abs(v) - (halfHeight - corner);
    const beyond = Math.sqrt(Math.max(dx, 0) * Math.max(dx, 0) + Math.max(dy, 0) * Math.max(dy, 0));
    const distance = beyond + Math.min(0, Math.max(dx, dy)) - corner;
    if (Math.abs(distance) < 0.5 * thickness + 0.2) return 'solid';
    if (distance < 0) return tint > 0 ? 1 - tint : 'hole';
    const bridge = u < 0 && v > -0.5 * halfHeight - thickness && v < -0.5 * halfHeight + 0.6;
    const hinge = u > 0 && Math.abs(v + 3.5) < thickness * 0.7;
    return bridge || hinge ? 'solid' : 'hole';
  };
}

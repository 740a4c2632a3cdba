import type { FivePoints, Point } from '@facenet/face';
import sharp from 'sharp';

/** A face drawn from ellipses, which the detector takes for one: for tests, so that no real person is in them. */
export interface DrawnFace {
  /** Middle of the head. */
  readonly x: number;
  readonly y: number;
  /** 1: the head is 140 pixels high and the eyes are 44 apart. */
  readonly scale: number;
  /** Who it is: drawn people of different looks are told apart. */
  readonly look?: Partial<Look>;
}

export interface Look {
  /** Three colours, from the light to the shadow. */
  readonly skin: readonly [string, string, string];
  readonly hair: string;
  readonly lips: string;
  readonly beard: boolean;
  readonly glasses: boolean;
}

const usualLook: Look = { skin: ['#f0c8a8', '#d9a380', '#a8704f'], hair: '#3a2618', lips: '#b0544e', beard: false, glasses: false };

/** Of people who do not exist. */
export const drawnLooks = {
  ada: usualLook,
  ben: { ...usualLook, skin: ['#f6dcc8', '#e8bd9c', '#b98a68'], hair: '#c9a24c', beard: true },
  cleo: { ...usualLook, skin: ['#a87a58', '#7f573c', '#4d3222'], hair: '#15100d', lips: '#8a3a3a' },
  dora: { ...usualLook, skin: ['#f3d0b4', '#dfae8c', '#ac7a58'], hair: '#8c8c90', glasses: true, lips: '#c05a64' },
} as const satisfies Record<string, Look>;

/** The points that alignment looks for, as drawn. */
export function landmarksOf({ x, y, scale }: DrawnFace): FivePoints {
  const at = (dx: number, dy: number): Point => ({ x: x + dx * scale, y: y + dy * scale });
  return [at(-22, -8), at(22, -8), at(0, 18), at(-20, 40), at(20, 40)];
}

/** A PNG file of these faces before a plain wall. */
export async function drawFaces(width: number, height: number, faces: readonly DrawnFace[]): Promise<Buffer> {
  const looks = faces.map(({ look }) => ({ ...usualLook, ...look }));
  const skins = looks.map(({ skin: [light, middle, shadow] }, i) => `<radialGradient id="skin${i}" cx=".42" cy=".4" r=".75">
      <stop offset="0" stop-color="${light}"/><stop offset=".7" stop-color="${middle}"/><stop offset="1" stop-color="${shadow}"/>
    </radialGradient>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs>${skins.join('')}</defs>
    <rect width="${width}" height="${height}" fill="#7d8a93"/>${faces.map((face, i) => faceSvg(face, looks[i]!, `url(#skin${i})`)).join('')}</svg>`;
  return await sharp(Buffer.from(svg)).blur(1).removeAlpha().png().toBuffer();
}

function faceSvg({ x, y, scale }: DrawnFace, { hair, lips, beard, glasses }: Look, skin: string): string {
  return `<g transform="translate(${x} ${y}) scale(${scale})">
    <ellipse cx="0" cy="-18" rx="62" ry="78" fill="${hair}"/>
    <rect x="-24" y="60" width="48" height="60" fill="${skin}"/>
    <ellipse cx="0" cy="0" rx="52" ry="70" fill="${skin}"/>
    <path d="M-52,-22 C-50,-80 50,-80 52,-22 C30,-52 -30,-52 -52,-22" fill="${hair}"/>
    ${eyeSvg(-22)}${eyeSvg(22)}
    <path d="M-4,-6 C-6,8 -11,18 -10,22 Q0,30 10,22 C11,18 6,8 4,-6" fill="#c98d6c" opacity=".55"/>
    <ellipse cx="-5" cy="23" rx="3" ry="2" fill="#7c4a36"/><ellipse cx="5" cy="23" rx="3" ry="2" fill="#7c4a36"/>
    ${beard ? `<path d="M-48,22 Q-40,30 -22,33 Q0,28 22,33 Q40,30 48,22 Q42,78 0,80 Q-42,78 -48,22" fill="${hair}" opacity=".8"/>` : ''}
    <path d="M-20,40 Q0,34 20,40 Q0,56 -20,40" fill="${lips}"/>
    <path d="M-20,40 Q0,44 20,40" stroke="#6e2f2c" stroke-width="2" fill="none"/>
    ${glasses ? '<g fill="none" stroke="#22262e" stroke-width="3"><ellipse cx="-22" cy="-8" rx="17" ry="14"/><ellipse cx="22" cy="-8" rx="17" ry="14"/><path d="M-5,-10 Q0,-14 5,-10"/></g>' : ''}</g>`;
}

function eyeSvg(x: number): string {
  return `<ellipse cx="${x}" cy="-8" rx="12" ry="6" fill="#f4efe9"/><circle cx="${x}" cy="-8" r="5.5" fill="#3b2a20"/>
    <path d="M${x - 13},-11 Q${x},-19 ${x + 13},-11" stroke="#5a3826" stroke-width="2.5" fill="none"/>
    <path d="M${x - 14},-24 Q${x},-31 ${x + 14},-24" stroke="#3a2618" stroke-width="5" fill="none"/>`;
}

import path from 'node:path';
import sharp from 'sharp';
import { InterruptedError } from '../cli/errors.ts';
import { decodeImage } from '../data/decode.ts';
import { type Html, html, pageHead, raw, table } from '../report/html.ts';
import { addressOf, type Cluster, type ClusterFace, type FaceGroups } from './cluster-folder.ts';

export interface PageSource {
  /** The folder that the files are named relative to. */
  readonly images: string;
  readonly model: string;
  readonly groups: FaceGroups;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** One page that needs nothing else, in parts: the groups with their faces as small pictures inside it. */
export async function renderGroups(source: PageSource): Promise<string[]> {
  const { images, groups: { clusters, faces, singletons, scores } } = source;
  const thumbnails = await drawThumbnails(clusters.flatMap((cluster) => cluster.faces), source);
  const ownerOf = scores ? ({ file }: ClusterFace): string => personOf(images, file) : undefined;
  const together = clusters.filter((cluster) => cluster.faces.length > 1);
  const alone = clusters.filter((cluster) => cluster.faces.length === 1).flatMap((cluster) => cluster.faces);
  const title = `Groups of faces in ${path.basename(path.resolve(images))}`;
  const head = html`${pageHead(title, style)}
<p>${counted(faces, 'face')}: ${counted(together.length, 'group')} of two or more, ${counted(singletons, 'face')} alone.
Whoever may not have these pictures may not have this page.</p>
${describe(source)}
<main>
`;
  const show = (each: ClusterFace, odd: boolean): Html => face(images, each.file, thumbnails.get(each)!, ownerOf?.(each), odd);
  return [
    head.html,
    ...together.map((cluster) => section(cluster, ownerOf, show).html),
    alone.length > 0 ? html`<section><h2>Alone <small>${counted(alone.length, 'face')}</small></h2><div class="faces">${alone.map((each) => show(each, false))}</div></section>\n`.html : '',
    '</main>\n',
    leftOut(source).html,
    '</body>\n</html>\n',
  ];
}

function section({ id, faces }: Cluster, ownerOf: ((face: ClusterFace) => string) | undefined, show: (face: ClusterFace, odd: boolean) => Html): Html {
  const owner = ownerOf && mostFrequent(faces.map(ownerOf));
  const odd = (each: ClusterFace): boolean => ownerOf !== undefined && ownerOf(each) !== owner;
  const strangers = faces.filter(odd).length;
  const mixed = strangers > 0 ? raw(` <b>${counted(strangers, 'face')} of others</b>`) : '';
  return html`<section><h2>${id} <small>${owner === undefined ? '' : `${owner}, `}${counted(faces.length, 'face')}</small>${mixed}</h2>
<div class="faces">${faces.map((each) => show(each, odd(each)))}</div></section>
`;
}

function face(images: string, file: string, jpeg: string, owner: string | undefined, odd: boolean): Html {
  const name = path.relative(images, file);
  const caption = owner === undefined ? '' : html`<figcaption>${owner}</figcaption>`;
  return html`<figure${raw(odd ? ' class="odd"' : '')}><img decoding="async" src="data:image/jpeg;base64,${raw(jpeg)}" alt="${name}" title="${name}">${caption}</figure>`;
}

function describe({ model, groups }: PageSource): Html {
  const { algorithm, threshold, far, measured, scores } = groups;
  const below = threshold === null ? [] : [['faces go together below', `${threshold.toFixed(4)} (squared distance, 0 to 4)${
    far === null || measured === null ? '' : `: false accept rate ${far}, measured on ${measured.source}`}`] as const];
  return table([
    ['model', model],
    ['method', algorithm],
    ...below,
    ...(scores ? [
      ['BCubed', `F ${percent(scores.bCubed.f)}, precision ${percent(scores.bCubed.precision)}, recall ${percent(scores.bCubed.recall)}`] as const,
      ['pairs', `F ${percent(scores.pairwise.f)}, precision ${percent(scores.pairwise.precision)}, recall ${percent(scores.pairwise.recall)}`] as const,
      ['people', `${scores.people.toLocaleString('en')} in truth, ${scores.clusters.toLocaleString('en')} groups`] as const,
    ] : []),
  ]);
}

function leftOut({ groups: { broken, withoutFace, ignored } }: PageSource): Html {
  if (broken.length + withoutFace.length + ignored.length === 0) return raw('');
  return html`<h2>Left out</h2><ul>${[
    ...broken.map(({ file, reason }) => html`<li>${file}: ${reason}</li>`),
    ...withoutFace.map((file) => html`<li>${file}: no face was found</li>`),
    ...ignored.map((file) => html`<li>${file}: no image by its name</li>`),
  ]}</ul>
`;
}

const side = 80;
/** Whole photos may be large. */
const together = 8;

/** Small JPEGs in base64. */
async function drawThumbnails(faces: readonly ClusterFace[], { signal, onProgress }: PageSource): Promise<Map<ClusterFace, string>> {
  const drawn = new Map<ClusterFace, string>();
  for (let start = 0; start < faces.length; start += together) {
    if (signal.aborted) throw new InterruptedError(`stopped after ${start} of ${faces.length} faces; the page was not written`);
    const chunk = faces.slice(start, start + together);
    const jpegs = await Promise.all(chunk.map(drawThumbnail));
    chunk.forEach((face, i) => drawn.set(face, jpegs[i]!));
    onProgress(drawn.size, faces.length);
  }
  return drawn;
}

async function drawThumbnail(face: ClusterFace): Promise<string> {
  const { data, width, height, channels } = await decodeImage(addressOf(face));
  const jpeg = await sharp(data, { raw: { width, height, channels } }).resize(side, side, { fit: 'cover' }).jpeg({ quality: 72 }).toBuffer();
  return jpeg.toString('base64');
}

function personOf(images: string, file: string): string {
  return path.relative(images, file).split(path.sep, 1)[0]!;
}

/** The first of them where several are as frequent. */
function mostFrequent(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1240px; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: .5rem; } h2 { margin: 1rem 0 .4rem; border-top: 1px solid #ddd; padding-top: .6rem; font-size: 1.1rem; }
small { font-weight: normal; color: #666; } h2 b { font-size: .85rem; color: #b00; margin-left: .5rem; }
table { border-collapse: collapse; } th { text-align: left; font-weight: 600; padding: .15rem 1.5rem .15rem 0; vertical-align: top; }
main { display: flex; flex-wrap: wrap; gap: 0 2rem; margin-top: 1rem; }
.faces { display: flex; flex-wrap: wrap; gap: 4px; } figure { margin: 0; width: ${side}px; }
img { display: block; width: ${side}px; height: ${side}px; border-radius: 3px; box-sizing: border-box; }
figcaption { font-size: 11px; line-height: 1.3; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: #666; }
.odd img { border: 3px solid #b00; } .odd figcaption { color: #b00; }
`;

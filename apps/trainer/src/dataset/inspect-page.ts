import path from 'node:path';
import { renderChart } from '../charts/index.ts';
import { readIdentities } from '../data/readers/readers.ts';
import { type Html, html, inlineSvg, pageHead, raw, table } from '../report/html.ts';
import { chooseRows, thumbnail } from './inspect-sheet.ts';
import type { Bin, Inspection } from './inspect.ts';

export interface InspectPageOptions {
  /** Identities of the contact sheet. */
  readonly rows: number;
}

const imagesPerRow = 12;
/** Groups of one picture, and pairs of near ones, that are shown; the rest is in the JSON. */
const mostShown = 60;

/** What was found in a set of faces, as one page that needs nothing else: charts are inline SVG, pictures data URIs. */
export async function renderInspectPage(location: string, found: Inspection, { rows }: InspectPageOptions): Promise<string> {
  const shared = found.duplicates.filter(({ identities }) => identities.length > 1);
  const page = html`${pageHead(`${path.basename(location)}: faces`, style, path.basename(location))}
<p>These are pictures of the data set: whoever may not have it may not have this page.</p>
${summarise(found, shared.length)}
<h2>Images per identity</h2>
${await drawHistogram(found.histogram)}
<h2>Broken images</h2>
${listBroken(found)}
<h2>One picture under several identities</h2>
${await showGroups(shared.map(({ files, identities }) => ({ files, caption: identities.join(' = ') })))}
<h2>Near duplicates across identities</h2>
<p>Different files that look the same: one of the names may be wrong, or two people stand in one picture. Bits of 64 that differ, and the correlation at 16 × 16.</p>
${await showGroups(found.nearDuplicates.across.map(({ files, identities, distance, likeness }) => (
    { files, caption: `${identities.join(' ≈ ')} · ${distance} bits, ${likeness.toFixed(3)}` }
  )))}
<h2>Contact sheet</h2>
${await drawSheet(location, rows)}
</body>
</html>
`;
  return page.html;
}

function summarise(found: Inspection, shared: number): Html {
  const { imagesPerIdentity: { min, median, max }, sizes, oneImage, nearDuplicates } = found;
  const some = sizes.slice(0, 5).map(({ width, height, images }) => `${width}×${height} (${count(images)})`).join(', ');
  return table([
    ['identities', count(found.identities)],
    ['images', count(found.images)],
    ['images per identity', `${min} to ${max}, median ${median}`],
    ['identities with one image', count(oneImage.length)],
    ['sizes', sizes.length > 5 ? `${some} and ${count(sizes.length - 5)} more` : some],
    ['broken images', count(found.broken.length)],
    ['pictures stored more than once', `${count(found.duplicates.length)}, of these under two identities: ${count(shared)}`],
    ['near duplicates', `pairs across identities: ${count(nearDuplicates.across.length)}, within one: ${count(nearDuplicates.within)}`],
  ]);
}

async function drawHistogram(bins: readonly Bin[]): Promise<Html> {
  const values = bins.map(({ from, to, identities }) => ({ images: from === to ? String(from) : `${from}–${to}`, identities }));
  const x = { field: 'images', type: 'ordinal', sort: null, title: 'images', axis: { labelAngle: 0 } } as const;
  const y = { field: 'identities', type: 'quantitative', title: 'identities', axis: { tickMinStep: 1 } } as const;
  return inlineSvg(await renderChart({
    data: { values },
    layer: [
      { mark: { type: 'bar', color: '#0072b2', width: { band: 0.9 } }, encoding: { x, y } },
      { mark: { type: 'text', baseline: 'bottom', dy: -3, fontSize: 11, color: '#333' }, encoding: { x, y, text: { field: 'identities' } } },
    ],
  }, { width: Math.max(240, 52 * values.length), height: 200 }));
}

async function drawSheet(location: string, rows: number): Promise<Html> {
  const lines: Html[] = [];
  // Row by row, since a thousand pictures at once are too many.
  for (const { name, files } of chooseRows(readIdentities(location), rows)) {
    const pictures = await Promise.all(files.slice(0, imagesPerRow).map((file) => picture(file, 72)));
    lines.push(html`<tr><th>${name}<small>${count(files.length)} ${files.length === 1 ? 'image' : 'images'}</small></th><td>${pictures}</td></tr>`);
  }
  return html`<table class="sheet">${lines}</table>`;
}

function listBroken({ broken }: Inspection): Html {
  if (broken.length === 0) return html`<p>None.</p>`;
  const list = html`<ul>${broken.slice(0, 1000).map(({ message }) => html`<li>${message}</li>`)}</ul>`;
  return html`<details${raw(broken.length <= 20 ? ' open' : '')}><summary>${count(broken.length)} left out of all other figures</summary>${list}</details>`;
}

async function showGroups(groups: readonly { readonly files: readonly string[]; readonly caption: string }[]): Promise<Html> {
  if (groups.length === 0) return html`<p>None.</p>`;
  const figures: Html[] = [];
  for (const { files, caption } of groups.slice(0, mostShown)) {
    const pictures = await Promise.all(files.slice(0, 6).map((file) => picture(file, 96)));
    figures.push(html`<figure>${pictures}<figcaption>${caption}</figcaption></figure>`);
  }
  const rest = groups.length > mostShown ? html`<p>${count(groups.length - mostShown)} more are in the output of --json.</p>` : raw('');
  return html`<div class="groups">${figures}</div>${rest}`;
}

/** A picture with its address as the tip; a broken one leaves a grey square. */
async function picture(address: string, side: number): Promise<Html> {
  const name = address.split(path.sep).slice(-2).join('/');
  const jpeg = await (await thumbnail(address, side))?.jpeg({ quality: 80 }).toBuffer();
  if (!jpeg) return html`<span class="broken" style="width: ${side}px; height: ${side}px" title="${name}">broken</span>`;
  return html`<img src="data:image/jpeg;base64,${jpeg.toString('base64')}" width="${side}" height="${side}" title="${name}" alt="${name}">`;
}

const count = (value: number): string => value.toLocaleString('en');

const style = `
body { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; color: #222; max-width: 1120px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; overflow-wrap: anywhere; }
h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid #ddd; }
th { text-align: left; font-weight: 500; padding: 0.1em 1.5em 0.1em 0; vertical-align: top; }
svg, img { max-width: 100%; }
img, .broken { margin: 1px; vertical-align: top; border-radius: 2px; }
.sheet { border-collapse: collapse; }
.sheet th { width: 9em; max-width: 9em; overflow-wrap: anywhere; padding-top: 0.4em; }
.sheet small { display: block; color: #777; font-weight: 400; }
.broken { display: inline-flex; align-items: center; justify-content: center; background: #ddd; color: #777; font-size: 11px; }
.groups { display: flex; flex-wrap: wrap; gap: 16px; }
figure { margin: 0; max-width: 620px; }
figcaption { font-size: 12px; color: #555; max-width: 300px; overflow-wrap: anywhere; }
summary { cursor: pointer; }
li { overflow-wrap: anywhere; }
`;

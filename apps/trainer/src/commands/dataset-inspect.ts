import type { Command } from 'commander';
import { CliError } from '../cli/errors.ts';
import { parseCount } from '../cli/options.ts';
import { print, printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import { formatTable } from '../cli/table.ts';
import type { Inspection } from '../dataset/inspect.ts';

interface InspectFlags {
  readonly out?: string;
  readonly sheet?: string;
  readonly rows: number;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet dataset inspect data/faces
  $ facenet dataset inspect data/faces --out faces.html
  $ facenet dataset inspect ms1m/train.rec --out ms1m.html --rows 100
  $ facenet dataset inspect 'shards/faces-{000..012}.tar' --json
  $ facenet dataset inspect faces.csv --sheet faces.png --rows 40
  $ facenet dataset inspect data/faces --json --strict
`;

export function registerDatasetInspect(dataset: Command): void {
  dataset.command('inspect')
    .description('Say what is in a set of faces, and what is wrong with it: broken images, one picture under two names, near duplicates.')
    .argument('<faces>', 'a folder with one folder of images per identity, a .rec, .tar shards, or a .csv')
    .option('--out <file.html>', 'write all of it with pictures as one page that needs nothing else')
    .option('--sheet <file.png>', 'draw a contact sheet: one row per identity')
    .option('--rows <n>', 'identities on the sheet', parseCount(1), 24)
    .option('--strict', 'fail when there is a broken image, or one picture under two identities')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runInspect);
}

async function runInspect(location: string, { out, sheet, rows, strict, json }: InspectFlags): Promise<void> {
  const { inspectFaces } = await import('../dataset/inspect.ts');
  const progress = startProgress('inspect');
  let found: Inspection;
  try {
    found = await inspectFaces(location, (done, total) => { progress.update(done / total, `${done} of ${total} images`); });
  } finally {
    progress.stop();
  }
  if (json) printJson(found);
  else printInspection(found);
  const { writeFileAtomically } = await import('@facenet/files');
  if (out !== undefined) {
    const { renderInspectPage } = await import('../dataset/inspect-page.ts');
    writeFileAtomically(out, await renderInspectPage(location, found, { rows }));
    say(`page: ${out}`);
  }
  if (sheet !== undefined) {
    const { drawContactSheet } = await import('../dataset/inspect-sheet.ts');
    writeFileAtomically(sheet, await drawContactSheet(location, { identities: rows, images: 12 }));
    say(`contact sheet: ${sheet}`);
  }
  const shared = sharedPictures(found).length;
  if (strict && found.broken.length + shared > 0) {
    throw new CliError(`${location}: ${found.broken.length} broken images and ${shared} pictures under more than one identity; --strict allows none`);
  }
}

function printInspection(found: Inspection): void {
  const { imagesPerIdentity: { min, median, max }, sizes, oneImage, broken, duplicates, nearDuplicates } = found;
  const shared = sharedPictures(found);
  print(formatTable(['what', 'value'], [
    ['identities', count(found.identities)],
    ['images', count(found.images)],
    ['images per identity', `${min} to ${max}, median ${median}`],
    ...found.identitiesWithAtLeast.map(({ images, identities }) => [`identities with ≥ ${images}`, count(identities)]),
    ['identities with one image', `${count(oneImage.length)}${oneImage.length > 0 ? `: ${some(oneImage)}` : ''}`],
    ['sizes', some(sizes.map(({ width, height, images }) => `${width}×${height} (${count(images)})`))],
    ['broken images', count(broken.length)],
    ['pictures stored more than once', count(duplicates.length)],
    ['  of these under two identities', count(shared.length)],
    ['near duplicates across identities', count(nearDuplicates.across.length)],
    ['near duplicates within one', count(nearDuplicates.within)],
  ]));
  broken.forEach(({ message }) => { say(`broken: ${message}`); });
  shared.forEach(({ files }) => { say(`one picture, several identities: ${files.join(', ')}`); });
  nearDuplicates.across.slice(0, 20).forEach(({ files, distance }) => { say(`look the same (${distance} bits apart), two identities: ${files.join(', ')}`); });
  if (nearDuplicates.across.length > 20) say(`… and ${count(nearDuplicates.across.length - 20)} more pairs: see --out or --json`);
}

function sharedPictures({ duplicates }: Inspection): Inspection['duplicates'] {
  return duplicates.filter(({ identities }) => identities.length > 1);
}

function some(items: readonly string[]): string {
  const shown = 5;
  return items.slice(0, shown).join(', ') + (items.length > shown ? ` and ${count(items.length - shown)} more` : '');
}

const count = (value: number): string => value.toLocaleString('en');

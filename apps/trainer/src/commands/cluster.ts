import { InvalidArgumentError, Option, type Command } from 'commander';
import type { FaceReader } from '../data/face-reader.ts';
import type { AlgorithmName } from '../cluster/algorithms.ts';
import type { FaceGroups } from '../cluster/cluster-folder.ts';
import type { OutKind } from '../cluster/out-place.ts';
import { UsageError } from '../cli/errors.ts';
import { listenForInterrupt } from '../cli/interrupt.ts';
import { parseCount, parseRate, parseSeed } from '../cli/options.ts';
import { print, printJson, say } from '../cli/output.ts';
import { startProgress, type Progress } from '../cli/progress.ts';
import { formatTable } from '../cli/table.ts';
import { takenOver } from '../model/taken-over.ts';

interface ClusterFlags {
  readonly model: string;
  readonly algorithm: AlgorithmName;
  readonly threshold?: number;
  readonly far?: number;
  readonly clusters?: number;
  readonly minPoints: number;
  readonly seed: number;
  readonly score?: boolean;
  readonly out?: string;
  readonly link?: boolean;
  readonly crop?: boolean;
  readonly json?: boolean;
}

/** README.md says what it was chosen by, with the algorithm. */
const usualFar = 1e-2;

const help = `
Examples:
  $ facenet cluster album --model models/nn4 --out groups.html
  $ facenet cluster album --model models/nn4 --far 0.0001 --out groups --link
  $ facenet cluster lfw --crop --model models/nn4 --score --json
  $ facenet cluster crops --crop --model models/nn4 --algorithm k-means --clusters 12

Faces are looked for in the photos, in any folders. A ready crop is known by its face, which lies where alignment puts it, or
as a small square without one that can be found; --crop says that each image is one. Each face is in exactly one group; one that is
like no other is a group of its own. A photo is in the groups of all its faces. Images that cannot be read are listed under
'broken', photos without a face under 'withoutFace', other files under 'ignored'.
With --score only the largest face of each photo takes part, since the folder names one person.

average           groups join while the mean distance of all their pairs is below the threshold
complete          groups join while every two faces are closer than it
chinese-whispers  each face takes the group that weighs most among the faces closer than it
dbscan            faces with --min-points within it are cores; cores within it of each other are one group
k-means           a given number of groups

The threshold is a squared distance, from 0 to 4; unless given it is the model's for the false-accept rate --far.
`;

export function registerCluster(program: Command): void {
  program.command('cluster')
    .description('Put the faces in a folder into groups, one for each person.')
    .argument('<dir>', 'a folder of photos, or with --crop of ready crops, with folders in it or not')
    .requiredOption('--model <bundle>', 'the folder of an exported model')
    .addOption(new Option('--algorithm <name>', 'how').choices(['average', 'chinese-whispers', 'complete', 'dbscan', 'k-means']).default('average'))
    .addOption(new Option('--threshold <distance>', 'faces go together below this squared distance').argParser(parseDistance).conflicts('far'))
    .addOption(new Option('--far <rate>', `take the model's threshold for this false-accept rate (default: ${usualFar})`).argParser(parseRate))
    .option('--clusters <n>', 'the number of groups, for k-means', parseCount(1))
    .option('--min-points <n>', 'for dbscan', parseCount(1), 3)
    .option('--seed <n>', 'of what is drawn by chance (chinese-whispers, k-means)', parseSeed, 1)
    .option('--score', 'the folder has one for each person: say how well the groups agree')
    .option('--out <place>', 'write the groups: a new folder, or a page named .html')
    .option('--link', 'with a folder: symbolic links instead of copies')
    .option('--crop', 'each image is a ready crop of one face (default: faces are looked for, and a ready crop is known by its face)')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runCluster);
}

async function runCluster(folder: string, flags: ClusterFlags): Promise<void> {
  refuseMismatched(flags);
  const { listFiles } = await import('../cluster/list-files.ts');
  const { requireOutPlace } = await import('../cluster/out-place.ts');
  const { clusterFolder } = await import('../cluster/cluster-folder.ts');
  const { openFaceModel } = await import('@facenet/model');
  const { openFaces } = await import('../model/open-faces.ts');
  const listed = listFiles(folder);
  const kind = flags.out === undefined ? undefined : requireOutPlace(flags.out, folder);
  if (flags.link && kind !== 'folders') throw new UsageError('--link: expected --out with a folder for the links');
  const model = await openFaceModel(flags.model);
  const progress = startProgress('cluster');
  let interrupt = listenForInterrupt('stopping');
  let reader: FaceReader | undefined;
  try {
    reader = openFaces([model], listed.images.length, flags.crop ? 'crops' : 'either');
    const { algorithm, threshold, far = usualFar, clusters, minPoints, seed, score = false } = flags;
    const groups = await clusterFolder(model, folder, listed, {
      algorithm, threshold, far, clusters, minPoints, seed, score, reader,
      signal: interrupt.signal,
      onProgress: (share, note) => { progress.update(share, note); },
      // It runs in one go and writes nothing, so Ctrl-C may end it as it ends any program.
      onCompare: () => { interrupt.dispose(); },
    });
    interrupt = listenForInterrupt('stopping');
    if (flags.out !== undefined && kind) {
      const { name } = model.manifest;
      await writeGroups(flags.out, kind, folder, groups, { link: flags.link ?? false, model: name, signal: interrupt.signal, progress });
    }
    progress.stop();
    const { name, modelId, spaceId } = model.manifest;
    if (flags.json) printJson({ ...groups, model: name, modelId, spaceId, out: flags.out ?? null });
    else printGroups(groups, flags.out);
  } finally {
    interrupt.dispose();
    progress.stop();
    await reader?.dispose();
    await model.dispose();
  }
}

function refuseMismatched({ algorithm, threshold, far, clusters }: ClusterFlags): void {
  if (algorithm === 'k-means' && (threshold ?? far) !== undefined) {
    throw new UsageError('k-means: makes --clusters groups whatever their distances; --threshold and --far are for the other algorithms');
  }
  if (algorithm !== 'k-means' && clusters !== undefined) {
    throw new UsageError(`${algorithm}: finds the number of groups by distance; --clusters is for --algorithm k-means`);
  }
}

interface WritingTools {
  readonly link: boolean;
  readonly model: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

async function writeGroups(
  out: string, kind: OutKind, images: string, groups: FaceGroups, { link, model, signal, progress }: WritingTools,
): Promise<void> {
  const onProgress = (done: number, total: number): void => { progress.update(done / total, `wrote ${done} of ${total}`); };
  if (kind === 'folders') {
    const { writeFolders } = await import('../cluster/write-folders.ts');
    await writeFolders(out, groups.clusters, { images, link, signal, onProgress });
    return;
  }
  const { renderGroups } = await import('../cluster/page.ts');
  const { requireOutPlace } = await import('../cluster/out-place.ts');
  const { writePartsAtomically } = await import('@facenet/files');
  const parts = await renderGroups({ images, model, groups, signal, onProgress });
  // Someone may have written it while the faces were compared.
  requireOutPlace(out, images);
  writePartsAtomically(out, parts);
}

const listed = 20;

function printGroups({ clusters, faces, singletons, broken, withoutFace, ignored, threshold, far, measured, scores }: FaceGroups, out: string | undefined): void {
  const shown = clusters.filter((cluster) => cluster.faces.length > 1).slice(0, listed);
  const groups = clusters.length - singletons;
  print(`${count(faces)} faces in ${count(clusters.length)} groups: ${count(groups)} of two or more, ${count(singletons)} alone`);
  if (threshold !== null) print(`together below ${threshold.toFixed(4)}${far === null ? '' : ` (FAR ${far}${takenOver(measured ?? {})})`}`);
  if (scores) {
    const { bCubed, pairwise, homogeneity, completeness, vMeasure, people } = scores;
    print(formatTable(['score', 'F', 'precision', 'recall'], [
      ['BCubed', percent(bCubed.f), percent(bCubed.precision), percent(bCubed.recall)],
      ['pairs', percent(pairwise.f), percent(pairwise.precision), percent(pairwise.recall)],
    ], ['left', 'right', 'right', 'right']));
    print(`homogeneity ${percent(homogeneity)}, completeness ${percent(completeness)}, V-measure ${percent(vMeasure)}; ${count(people)} people in truth`);
  }
  if (shown.length > 0) {
    print('');
    print(formatTable(['group', 'faces', 'first'], shown.map(({ id, files, faces: members }) => [String(id), count(members.length), files[0]!]), ['right', 'right', 'left']));
    if (groups > listed) print(`and ${count(groups - listed)} more; --json lists all`);
  }
  if (out !== undefined) print(`written: ${out}`);
  broken.forEach(({ file, reason }) => { say(`left out: ${file}: ${reason}`); });
  if (withoutFace.length > 0) say(`left out, since no face was found: ${count(withoutFace.length)}, such as ${withoutFace[0]}`);
  if (ignored.length > 0) say(`left out, since their names are not those of images: ${count(ignored.length)}, such as ${ignored[0]}`);
}

const count = (value: number): string => value.toLocaleString('en');
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function parseDistance(text: string): number {
  const distance = Number(text);
  if (distance > 0 && distance <= 4) return distance;
  throw new InvalidArgumentError('expected a squared distance above 0 and at most 4.');
}

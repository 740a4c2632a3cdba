import type { Command } from 'commander';
import { UsageError } from '../cli/errors.ts';
import { parseCount } from '../cli/options.ts';
import { print, printJson } from '../cli/output.ts';

interface PairsFlags {
  readonly out: string;
  readonly seed: number;
  readonly sets: number;
  readonly perSet?: number;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet dataset pairs data/people --out pairs.txt --seed 1
  $ facenet dataset pairs data/people --out pairs.txt --sets 10 --per-set 300
  $ facenet evaluate --model models/nns2 --images data/people --pairs pairs.txt

Pairs are drawn as LFW's were: sets that share no person, each with as many pairs of one person as of two. The file has
LFW's format; an image is named by the number at the end of its name, or its place among the person's images.
Without --per-set, as many as the images allow, up to LFW's 300.
`;

export function registerDatasetPairs(dataset: Command): void {
  dataset.command('pairs')
    .description('Draw pairs to test on from any folder with one folder of images per person.')
    .argument('<dir>', 'the images')
    .requiredOption('--out <file>', 'the list of pairs')
    .option('--seed <n>', 'the same seed draws the same pairs', parseCount(0), 1)
    .option('--sets <n>', 'sets that share no person', parseCount(2), 10)
    .option('--per-set <n>', 'pairs of one person in each set, and as many of two', parseCount(1))
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runPairs);
}

async function runPairs(dir: string, { out, seed, sets, perSet: asked, json }: PairsFlags): Promise<void> {
  const { Random } = await import('@facenet/architecture');
  const { formatPairs, makePairs, mostPairsPerSet, PairsError } = await import('@facenet/evaluation');
  const { imageFinder, readImageSet } = await import('../evaluate/image-set.ts');
  const { writeFileAtomically } = await import('@facenet/files');
  const { people } = imageFinder(readImageSet(dir));
  const unwritable = people.find(({ identity }) => /[\t\r\n]/.test(identity));
  if (unwritable) throw new UsageError(`${dir}: the folder ${JSON.stringify(unwritable.identity)} has a tab or a line break in its name, which a list of pairs cannot hold`);
  if (people.length < 2 * sets) throw new UsageError(`${dir}: ${sets} sets need at least ${2 * sets} people, there are ${people.length}; ask for fewer with --sets`);
  const most = mostPairsPerSet(people, sets);
  const perSet = asked ?? Math.min(300, most);
  if (perSet > most || perSet === 0) {
    throw new UsageError(`${dir}: ${sets} sets of ${Math.max(1, perSet)} pairs were asked for, the images allow sets of ${most}`);
  }
  const pairs = draw();
  writeFileAtomically(out, formatPairs(pairs));
  if (json) printJson({ out, sets, perSet, pairs: pairs.pairs.length, people: people.length, seed });
  else print(`${out}: ${sets} sets of ${perSet} pairs of one person and ${perSet} of two`);

  function draw(): ReturnType<typeof makePairs> {
    try {
      // The pairs that evaluate draws of this folder by itself.
      return makePairs(people, { sets, perSet, random: new Random(seed, 'evaluation/pairs') });
    } catch (error) {
      throw error instanceof PairsError ? new UsageError(`${dir}: ${error.message}`) : error;
    }
  }
}

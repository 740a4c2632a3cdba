import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { CliError, UsageError } from '../cli/errors.ts';
import { print, printJson, say } from '../cli/output.ts';

interface LfwFlags {
  readonly from: string;
  readonly pairs?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet dataset lfw --from downloads/lfw --pairs downloads/pairs.txt --out data/lfw
  $ facenet dataset lfw --from data/lfw

Checks for 13,233 images of 5,749 people, named Name/Name_0001.jpg, and for every image that the pairs name. Each problem
is one line; with any, nothing is written. Without --out it only checks. Without --pairs, pairs.txt in the folder is used.
`;

export function registerDatasetLfw(dataset: Command): void {
  dataset.command('lfw')
    .description('Check that a folder is all of Labeled Faces in the Wild, and lay it out with its pairs.')
    .requiredOption('--from <dir>', 'one folder of images per person')
    .option('--pairs <file>', 'pairs.txt')
    .option('--out <dir>', 'a new folder: hard links or copies of the images, and pairs.txt')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runLfw);
}

async function runLfw({ from, pairs: given, out, json }: LfwFlags): Promise<void> {
  const { checkLfw, layOutLfw } = await import('../dataset/lfw.ts');
  if (given !== undefined && !existsSync(given)) throw new UsageError(`${given}: no such file; expected LFW's pairs.txt`);
  const beside = path.join(from, 'pairs.txt');
  const pairs = given ?? (existsSync(beside) ? beside : undefined);
  const check = checkLfw(from, pairs);
  check.problems.forEach((problem) => { say(problem); });
  if (check.problems.length > 0) {
    if (json) printJson(check);
    throw new CliError(`${from}: ${check.problems.length} ${check.problems.length === 1 ? 'problem' : 'problems'}; nothing was written`);
  }
  const layout = out === undefined ? undefined : layOutLfw(from, pairs, out);
  if (json) printJson({ ...check, ...layout });
  else {
    const counted = check.pairs === undefined ? 'no pairs given' : `all images of ${check.pairs.toLocaleString('en')} pairs are there`;
    print(`${from}: ${check.images.toLocaleString('en')} images of ${check.people.toLocaleString('en')} people; ${counted}`);
    if (layout) print(`${out}: ${layout.linked} links, ${layout.copied} copies`);
  }
}

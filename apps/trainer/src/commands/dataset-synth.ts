import { type Command, InvalidArgumentError } from 'commander';
import { print, printJson, say } from '../cli/output.ts';
import { formatSeconds, startProgress } from '../cli/progress.ts';
import { writeSyntheticDataset } from '../dataset/synth/writer.ts';

interface SynthOptions {
  readonly out: string;
  readonly identities: number;
  readonly images: number;
  readonly seed: number;
  readonly photos?: boolean;
  readonly threads?: number;
  readonly json?: boolean;
}

const help = `
A crop is a 136×136 JPEG with the eyes and the mouth where the training crops have them. With --photos each picture is
a scene of 640×480 with one to four people, and photos.json says where whose face is.
The same seed gives the same people and pictures; another seed gives other people, which makes a test set.

Examples:
  $ facenet dataset synth --out data/synth --identities 200 --images 20 --seed 1
  $ facenet dataset synth --out data/synth-test --identities 60 --images 10 --seed 2
  $ facenet dataset synth --out data/scenes --identities 20 --images 5 --photos
`;

export function registerDatasetSynth(dataset: Command): void {
  dataset.command('synth')
    .description('Render pictures of people who do not exist, a folder for each of them.')
    .requiredOption('--out <folder>', 'folder to make; it must not exist or be empty')
    .option('--identities <n>', 'how many people', integerFrom(1), 200)
    .option('--images <n>', 'how many pictures of each', integerFrom(1), 20)
    .option('--seed <n>', 'which population', integerFrom(0), 1)
    .option('--photos', 'whole photos instead of crops')
    .option('--threads <n>', 'how many threads render (default: one for each core)', integerFrom(1))
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(synthesize);
}

async function synthesize({ out, identities, images, seed, photos = false, threads, json }: SynthOptions): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => { interruption.abort(); };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const progress = startProgress('rendering');
  const begin = performance.now();
  const secondsSoFar = (): number => (performance.now() - begin) / 1000;
  try {
    const written = await writeSyntheticDataset(out, { seed, identities, images, photos }, {
      ...(threads === undefined ? {} : { threads }),
      signal: interruption.signal,
      onProgress: (done, total) => {
        const rate = done / secondsSoFar();
        progress.update(done / total, `${rate.toFixed(0)} images/s, ${formatSeconds((total - done) / rate)} left`);
      },
    });
    progress.stop();
    const seconds = secondsSoFar();
    if (written.kept > 0) say(`${written.kept} pictures were there from an interrupted run`);
    if (json) printJson({ out, seed, identities, images: written.images, photos, seconds });
    else print(`${out}: ${written.images} ${photos ? 'photos' : 'crops'} of ${identities} people in ${formatSeconds(seconds)}`);
  } finally {
    progress.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least) throw new InvalidArgumentError(`expected an integer from ${least}, got '${text}'`);
    return value;
  };
}

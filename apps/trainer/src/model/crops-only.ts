import { say } from '../cli/output.ts';

/** Photos will be searched for faces unless `--crop` is given; until then, say what is done instead. */
export function sayCropsOnly(crop: boolean | undefined): void {
  if (!crop) say('faces are not searched for yet: taking each file as a ready crop of one face (--crop says so, and ends this note)');
}

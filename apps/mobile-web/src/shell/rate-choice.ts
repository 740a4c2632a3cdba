import { createState, labelled, rateInWords, select, type State } from '@facenet/page';
import { type Manifest, ownPair, scaleFor, thresholdsOf } from '@facenet/export';

const kept = 'facenet.rate';
const usual = 0.001;

/** The false accept rate that verdicts are made at, kept on this device. */
export function openRate(storage: Storage): State<number> {
  const before = Number(storage.getItem(kept));
  const rate = createState(before > 0 && before <= 1 ? before : usual);
  rate.follow((value) => { storage.setItem(kept, String(value)); });
  return rate;
}

/** Rates at which the model can say match, ambiguous and unknown, the smallest first; empty for a model that nobody measured. */
export function ratesOf(manifest: Manifest): number[] {
  const canDecide = (far: number): boolean => {
    try {
      return scaleFor(manifest, ownPair(manifest), far).far === far;
    } catch {
      return false;
    }
  };
  return thresholdsOf(manifest, ownPair(manifest)).map(({ far }) => far).filter(canDecide);
}

/** The given rate where the model has it, else the nearest that it has. */
export function rateFor(manifest: Manifest, wanted: number): number | undefined {
  const away = (far: number): number => Math.abs(Math.log(far / wanted));
  return ratesOf(manifest).sort((a, b) => away(a) - away(b))[0];
}

/** How careful verdicts are, in words. */
export function createRateChoice(rate: State<number>, onChange: () => void): { readonly content: HTMLElement; fill(manifest: Manifest): void } {
  const choice = select([], { change: () => { rate.set(Number(choice.value)); onChange(); } });
  const content = labelled('How careful', choice, 'How many strangers may pass for someone. The more careful, the more often it asks for a better picture.');
  return {
    content,
    fill: (manifest) => {
      const rates = ratesOf(manifest);
      choice.replaceChildren(...select(rates.map((far) => [String(far), `${rateInWords(far)} strangers passes`] as const)).children);
      choice.value = String(rateFor(manifest, rate.value) ?? '');
      content.hidden = rates.length < 2;
    },
  };
}

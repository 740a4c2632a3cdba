import type { Candidate } from './choose-runtime.ts';
import type { Probe } from './embedder.ts';

/** Devices get new drivers, and the one time that was taken may have been a busy one. */
const daysKept = 7;

export interface RememberedChoice {
  readonly probes: readonly Probe[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a choice depends on. */
export interface ChoiceFor {
  readonly modelId: string;
  readonly candidates: readonly Candidate[];
}

/** What was chosen at the last visit with the same model, browser and candidates. Trying all of them again would take seconds. */
export function recallChoice(what: ChoiceFor, now: number): RememberedChoice | undefined {
  try {
    const choice = JSON.parse(globalThis.localStorage.getItem(keyOf(what)) ?? 'null') as RememberedChoice | null;
    return choice !== null && now - choice.at < daysKept * 86_400_000 && choice.probes.some(isChosen) ? choice : undefined;
  } catch {
    // No storage for this page, or another's text under our name.
    return undefined;
  }
}

export function rememberChoice(what: ChoiceFor, choice: RememberedChoice): void {
  try {
    globalThis.localStorage.setItem(keyOf(what), JSON.stringify(choice));
  } catch {
    // The next visit chooses again.
  }
}

export function isChosen({ refused }: Probe): boolean {
  return refused === null;
}

function keyOf({ modelId, candidates }: ChoiceFor): string {
  return `facenet-device ${modelId.slice(0, 16)} ${candidates.map(({ device, threads }) => `${device}-${threads}`).join(' ')} ${globalThis.navigator.userAgent}`;
}

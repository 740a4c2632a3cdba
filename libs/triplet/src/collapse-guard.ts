import { TripletError } from './errors.ts';
import type { Selection } from './selection/selection.ts';

/** What a collapse is told by, and what to do about it. */
export interface CollapseOptions {
  /** So many steps in a row have to look collapsed. An untrained network does too, for a while. */
  readonly window: number;
  /** Below this variance of the embeddings (0 to 1) all faces look alike. */
  readonly minimumVariance: number;
  /** The loss counts as stuck at α when it is this near, as a share of α. */
  readonly lossTolerance: number;
  /** `stop` throws; `intervene` changes the selection for a while and stops only when that has not helped. */
  readonly policy: 'stop' | 'intervene';
  /** The gentler selection, for how many steps, and how often before giving up. */
  readonly intervention: { readonly selection: Selection; readonly steps: number; readonly attempts: number };
}

export const collapseDefaults = {
  window: 200,
  minimumVariance: 0.01,
  lossTolerance: 0.1,
  policy: 'stop',
  intervention: { selection: { kind: 'random-violator' }, steps: 500, attempts: 3 },
} as const satisfies CollapseOptions;

/** What the guard looks at after each step. */
export interface CollapseObservation {
  readonly step: number;
  readonly loss: number;
  readonly margin: number;
  readonly statistics: {
    readonly embeddingVariance: number;
    readonly meanDistance: number;
    readonly activeShare: number;
    readonly triplets: number;
  };
}

export interface CollapseState {
  /** Steps in a row that looked collapsed. */
  readonly collapsedSteps: number;
  readonly interventions: number;
  /** The first step after the current intervention; null when there is none. */
  readonly interveningUntil: number | null;
}

export type CollapseVerdict =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'watching'; readonly collapsedSteps: number }
  | { readonly kind: 'intervene'; readonly selection: Selection; readonly message: string }
  | { readonly kind: 'resume'; readonly message: string };

export const initialCollapseState: CollapseState = { collapsedSteps: 0, interventions: 0, interveningUntil: null };

/** One step of the guard, without side effects: the next state and what to do. Throws when training should stop. */
export function watchCollapse(
  state: CollapseState, seen: CollapseObservation, options: CollapseOptions,
): { readonly state: CollapseState; readonly verdict: CollapseVerdict } {
  const collapsedSteps = looksCollapsed(seen, options) ? state.collapsedSteps + 1 : 0;
  if (state.interveningUntil !== null) {
    if (seen.step + 1 < state.interveningUntil) return go({ ...state, collapsedSteps }, { kind: 'watching', collapsedSteps });
    const message = `step ${seen.step}: back to the configured selection after intervention ${state.interventions}; ${describe(seen)}`;
    // The window starts anew, so that the configured selection has its chance.
    return go({ ...state, collapsedSteps: 0, interveningUntil: null }, { kind: 'resume', message });
  }
  if (collapsedSteps === 0) return go({ ...state, collapsedSteps }, { kind: 'healthy' });
  if (collapsedSteps < options.window) return go({ ...state, collapsedSteps }, { kind: 'watching', collapsedSteps });
  if (options.policy === 'stop') throw new TripletError(stopMessage(seen, collapsedSteps, options, 'nothing was tried (policy stop)'));
  const { selection, steps, attempts } = options.intervention;
  if (state.interventions >= attempts) {
    throw new TripletError(stopMessage(seen, collapsedSteps, options, `${attempts} interventions did not help`));
  }
  const interventions = state.interventions + 1;
  const message = `step ${seen.step}: the embeddings have collapsed for ${collapsedSteps} steps (${describe(seen)}); selecting ` +
    `${selection.kind} for ${steps} steps, intervention ${interventions} of ${attempts}`;
  return go(
    { collapsedSteps: 0, interventions, interveningUntil: seen.step + 1 + steps },
    { kind: 'intervene', selection, message },
  );
}

/** All faces alike, and a loss that says so: about α for every triplet, or none selected at all. */
function looksCollapsed({ loss, margin, statistics }: CollapseObservation, options: CollapseOptions): boolean {
  if (statistics.embeddingVariance >= options.minimumVariance) return false;
  return statistics.triplets === 0 || Math.abs(loss - margin) <= options.lossTolerance * margin;
}

function describe({ loss, margin, statistics: { embeddingVariance, meanDistance, activeShare } }: CollapseObservation): string {
  return `loss ${loss.toPrecision(4)} at margin ${margin}, embedding variance ${embeddingVariance.toExponential(2)}, ` +
    `mean distance ${meanDistance.toExponential(2)}, active share ${activeShare.toFixed(3)}`;
}

function stopMessage(seen: CollapseObservation, steps: number, { minimumVariance }: CollapseOptions, tried: string): string {
  return `step ${seen.step}: the embeddings have collapsed, every face gets nearly the same one. Seen for ${steps} steps: ` +
    `${describe(seen)} (a variance below ${minimumVariance} is a collapse); ${tried}. Try a lower learning rate, selection ` +
    "'semi-hard' or 'random-violator' instead of a harder one, batch normalisation, or more identities per batch";
}

function go(state: CollapseState, verdict: CollapseVerdict): { state: CollapseState; verdict: CollapseVerdict } {
  return { state, verdict };
}

export interface CollapseGuard {
  /** Looks at a finished step. Throws when training should stop. */
  observe(seen: CollapseObservation): CollapseVerdict;
  /** What to select with at this step: the configured selection, or the gentler one during an intervention. */
  selection(configured: Selection): Selection;
  state(): CollapseState;
}

/** The guard with its state in it. */
export function createCollapseGuard(options: Partial<CollapseOptions> = {}, state = initialCollapseState): CollapseGuard {
  const all: CollapseOptions = { ...collapseDefaults, ...options };
  let current = state;
  return {
    observe(seen) {
      const next = watchCollapse(current, seen, all);
      current = next.state;
      return next.verdict;
    },
    selection: (configured) => (current.interveningUntil === null ? configured : all.intervention.selection),
    state: () => current,
  };
}

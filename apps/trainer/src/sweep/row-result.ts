import type { Figures } from './figures.ts';
import type { RowCost } from './row-cost.ts';

/** What is kept of a row, and what the table is made of. */
export interface RowResult {
  readonly name: string;
  readonly digest: string;
  readonly status: 'done' | 'failed';
  /** Why it failed. */
  readonly error?: string;
  readonly cost?: RowCost;
  readonly training?: RowTraining;
  /** On the people that the training held out, at its best step. */
  readonly heldOut?: HeldOutFigures;
  /** On the sweep's images. */
  readonly evaluation?: Figures;
  readonly svm?: SvmFigures;
}

export interface RowTraining {
  readonly run: string;
  readonly bundle: string | null;
  readonly steps: number;
  /** Images that the network has learned from, each as often as it was seen. */
  readonly examples: number;
  readonly minutes: number;
  readonly bestStep: number | null;
}

export interface HeldOutFigures {
  readonly accuracy: number;
  readonly standardError: number;
  readonly val?: number;
  readonly far?: number;
}

export interface SvmFigures {
  readonly models: readonly string[];
  readonly features: string;
  readonly c: number;
  readonly pairs: number;
  readonly people: number;
  readonly supportVectors: number;
  /** With the machine's own threshold instead of one from the other folds. */
  readonly accuracyAtOwnThreshold: number | null;
}

/**
 * A network as data: what JSON can hold and nothing else. Sizes inside are never written down; they follow from
 * `input`, because every window is SAME (`ceil(in / stride)`).
 */
export interface ModelSpec {
  readonly name: string;
  /** Channels, rows, columns. */
  readonly input: InputSize;
  /** Length of the embedding. */
  readonly embedding: number;
  readonly normalization: Normalization;
  /**
   * Batch normalisation cancels a bias before it, so those convolutions have none, unless a published network counts
   * them: then `always`.
   */
  readonly bias?: 'always';
  /** In order; the last one is the embedding layer. */
  readonly layers: readonly LayerSpec[];
}

export type InputSize = readonly [channels: 3, rows: number, cols: number];

/**
 * `lrn`: the paper's; local response normalisation in the `lrn` slots. `batch`: batch normalisation after every
 * convolution, the slots stay empty. `none`: neither.
 */
export type Normalization = (typeof normalizations)[number];
export const normalizations = ['lrn', 'batch', 'none'] as const;

/** Each kind of layer and its fields. Names become the first part of parameter names. */
export interface LayerKinds {
  /** Convolution, normalisation if `batch`, ReLU. */
  conv: { readonly out: number; readonly kernel: number; readonly stride: number };
  maxPool: { readonly kernel: number; readonly stride: number };
  /** A slot for local response normalisation. */
  lrn: object;
  /** Parallel branches, their channels concatenated in the order of `branchNames`. */
  inception: {
    /** Of the 3×3, the 5×5 and the pool; 1 when absent. The 1×1 reductions run at input resolution. */
    readonly stride?: 2;
    readonly branches: Branches;
  };
  /** Mean of each channel over the whole map. */
  averagePool: object;
  /** Reads a map flattened channel by channel. Maxout takes the larger of two linear outputs per unit. */
  fullyConnected: { readonly units: number; readonly activation: Activation };
  /**
   * Linear to `embedding` outputs, then L2 normalisation. With `batch` each output is batch-normalised in between: ReLU
   * features share a large mean, which leaves all embeddings of a new network in one direction, and this takes it away.
   */
  embedding: { readonly normalization?: 'batch' };
}

export type Activation = (typeof activations)[number];
export const activations = ['relu', 'maxout'] as const;

export interface Branches {
  readonly conv1x1?: number;
  readonly conv3x3?: ReducedConvolution;
  readonly conv5x5?: ReducedConvolution;
  readonly pool?: PoolBranch;
}

/** In the order in which the paper's Table 2 lists them and their channels are concatenated. */
export const branchNames = ['conv1x1', 'conv3x3', 'conv5x5', 'pool'] as const satisfies readonly (keyof Branches)[];
export type BranchName = (typeof branchNames)[number];

/** A 1×1 convolution to `reduce` channels, then the branch's own to `out`. */
export interface ReducedConvolution {
  readonly reduce: number;
  readonly out: number;
}

/** 3×3; `l2` is the square root of the window's sum of squares. Passed on as it is without `project`. */
export interface PoolBranch {
  readonly kind: PoolKind;
  readonly project?: number;
}

export type PoolKind = (typeof poolKinds)[number];
export const poolKinds = ['max', 'l2'] as const;

export type LayerKind = keyof LayerKinds;
export type LayerOf<K extends LayerKind> = { readonly kind: K; readonly name: string } & LayerKinds[K];
export type LayerSpec = { [K in LayerKind]: LayerOf<K> }[LayerKind];

/** One answer per kind of layer. */
export type LayerTable<Answer extends { [K in LayerKind]: unknown }> = { readonly [K in LayerKind]: Answer[K] };

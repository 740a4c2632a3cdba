import type { LoweringTarget } from '@facenet/export';
import type { InferenceSession } from 'onnxruntime-node';

/** What runs the graphs of training. */
export type Backend = keyof typeof backends;

interface BackendSettings {
  readonly target: LoweringTarget;
  readonly sessionOptions: InferenceSession.SessionOptions;
  /** More than one only where each thread has a processor of its own. */
  readonly severalLanes: boolean;
}

// One thread per lane: two lanes with a micro-batch each are faster than two threads inside every op.
const common = { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 3 } as const;

export const backends = {
  cpu: {
    target: { layout: 'channelMajor', provider: 'cpu' },
    sessionOptions: { ...common, executionProviders: ['cpu'] },
    severalLanes: true,
  },
  webgpu: {
    target: { layout: 'nchw', provider: 'webgpu' },
    sessionOptions: { ...common, executionProviders: ['webgpu'] },
    severalLanes: false,
  },
} as const satisfies Record<string, BackendSettings>;

export function backendSettings(backend: string): BackendSettings {
  if (Object.hasOwn(backends, backend)) return backends[backend as Backend];
  throw new Error(`backend '${backend}' is not available for training; expected one of: ${Object.keys(backends).join(', ')}`);
}


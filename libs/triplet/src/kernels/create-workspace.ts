import { createPlainWorkspace } from './plain.ts';
import { createWasmWorkspace } from './wasm/wasm-workspace.ts';
import type { Workspace } from './workspace.ts';

/** The fastest kernels that the machine has. All give the same numbers, to the bit. */
export function createWorkspace(): Workspace {
  return createWasmWorkspace() ?? createPlainWorkspace();
}

let shared: Workspace | undefined;

/** One for everybody, made at the first use: its memory is the largest thing here, and steps do not overlap. */
export function sharedWorkspace(): Workspace {
  return shared ??= createWorkspace();
}

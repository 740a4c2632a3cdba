import { createPlainWorkspace } from './plain.ts';
import type { Workspace } from './workspace.ts';

export function createWorkspace(): Workspace {
  return createPlainWorkspace();
}

let shared: Workspace | undefined;

/** One for everybody, made at the first use: its memory is the largest thing here, and steps do not overlap. */
export function sharedWorkspace(): Workspace {
  return shared ??= createWorkspace();
}

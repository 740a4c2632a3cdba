export { syncFolder, writeFileAtomically, writePartsAtomically } from './atomic-file.ts';
export { beginningOf, isRunning } from './running-process.ts';

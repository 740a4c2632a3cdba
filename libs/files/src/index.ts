export { syncFolder, writeFileAtomically, writePartsAtomically } from './atomic-file.ts';

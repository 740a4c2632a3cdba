export { missingAddon } from './addon.ts';
export { broadcastBytes } from './broadcast-bytes.ts';
export { CollectiveError, type Communicator, type Numbers } from './communicator.ts';
export { launchedAs, openCommunicator } from './open-communicator.ts';
export { allReduceArrays } from './reduce-arrays.ts';
export { requireSame } from './require-same.ts';
export { shareOf } from './share-of.ts';
export { singleProcess } from './single-process.ts';

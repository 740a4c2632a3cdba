export { type PairingLink, readPairingLink, serverOrigin } from './pairing-link.ts';
export { ServerError, type ServerFailure } from './server-error.ts';
export type { Reach } from './reach.ts';
export { createServerLink, type PairedServer, type SentEmbedding, type SentFace, type ServerLink, type Whose } from './server-link.ts';
export { createEnrolmentQueue, type EnrolmentQueue, type QueuedEnrolment } from './enrolment-queue.ts';
export { keepSending, type KeepSendingOptions, type Sending } from './keep-sending.ts';

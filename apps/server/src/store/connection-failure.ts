// Classes of PostgreSQL's errors: 08 connection exception, 57P an operator's or a crash's end; and too many connections.
const endings = /^(?:08...|57P0[1-5]|53300)$/;
const sockets = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
// The client has no code for these.
const words = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/;

/** Whether the database was not there to answer, rather than answering with an error. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return endings.test(code) || sockets.has(code);
  return words.test(error.message);
}

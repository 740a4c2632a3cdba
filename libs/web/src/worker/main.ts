import { loadBundle } from '../bundle/load-bundle.ts';
import { errorOf } from '../errors.ts';
import { answerCalls } from '../link/answer-calls.ts';
import { findAdapter } from './adapter.ts';
import { fetchDetectorFiles } from './detector-files.ts';
import { memoryOf } from './memory-of.ts';
import { Session } from './session.ts';

let opened: Session | undefined;

function session(): Session {
  if (!opened) throw errorOf('failed', 'internal: no model was opened in this worker');
  return opened;
}

answerCalls(globalThis, {
  load: ({ address }, call) => loadBundle(address, { ...call, fetchDetector: fetchDetectorFiles }),
  adapter: () => findAdapter(),
  open: async (ask) => {
    opened = await Session.open(ask);
    return await opened.measure();
  },
  prepare: () => session().prepare(),
  find: (request, call) => session().find(request, call),
  embed: (request, call) => session().embed(request, call),
  embedCrops: ({ crops }, call) => session().embedCrops(crops, call),
  verify: (ask, call) => session().verify(ask, call),
}, memoryOf);

#!/usr/bin/env node
// Runs the TypeScript sources directly, so there is no build step to remember.
import { register } from 'tsx/esm/api';

// Whoever reads the output may have seen enough, as `head` has.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

register();
// Each command belongs to one app, and apps know nothing of one another.
const ofServer = {
  serve: 'Verification, recognition, clustering and a gallery over HTTP.',
  pair: 'Show a code that a phone exchanges for a key.',
};
const [command, ...rest] = process.argv.slice(2);
if (command === 'serve') {
  const { main } = await import('@facenet/server');
  process.exitCode = await main(rest);
} else if (command === 'pair') {
  const { pair } = await import('@facenet/server');
  process.exitCode = await pair(rest);
} else {
  const { main } = await import('@facenet/trainer');
  process.exitCode = await main(process.argv.slice(2), ofServer);
}

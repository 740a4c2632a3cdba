#!/usr/bin/env node
// Runs the TypeScript sources directly, so there is no build step to remember.
import { register } from 'tsx/esm/api';

// Whoever reads the output may have seen enough, as `head` has.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

register();
const { main } = await import('../src/main.ts');
process.exitCode = await main(process.argv.slice(2));

// A worker starts as plain JavaScript; this lets it load the TypeScript beside it.
import { register } from 'tsx/esm/api';

register();
await import('./detector-worker.ts');

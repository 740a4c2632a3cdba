// node libs/web/example/serve.mjs MODEL [PORT]: the example with a bundle's folder, isolated so that WASM may have threads.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const [model, port = '8100'] = process.argv.slice(2);
if (model === undefined) throw new Error('say where a model is: node libs/web/example/serve.mjs MODEL [PORT]');
const project = path.dirname(import.meta.dirname);
const folders = { example: path.join(project, 'example'), dist: path.join(project, 'dist'), model: path.resolve(model) };
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

createServer((request, response) => {
  for (const name of ['opener-policy', 'resource-policy']) response.setHeader(`cross-origin-${name}`, 'same-origin');
  response.setHeader('cross-origin-embedder-policy', 'require-corp');
  // The address is made plain by URL: nothing leads out of a folder.
  const [, folder, ...names] = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).split('/');
  const file = path.join(folders[folder] ?? project, ...names.filter((name) => name !== '..')) + (names.at(-1) === '' ? 'index.html' : '');
  if (!folders[folder] || !statSync(file, { throwIfNoEntry: false })?.isFile()) { response.writeHead(folder === '' ? 302 : 404, { location: '/example/' }).end(); return; }
  response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream', 'content-length': statSync(file).size });
  createReadStream(file).pipe(response);
}).listen(Number(port), '127.0.0.1', () => console.log(`http://localhost:${port}/example/`));

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const types: Readonly<Record<string, string>> = { '.json': 'application/json', '.onnx': 'application/octet-stream' };

/** Puts a bundle beside the page, in `model/`; the list of its training images is for evaluations. */
export function serveModel(folder: string): Plugin {
  const files = readdirSync(folder).filter((name) => ['model.json', 'model.onnx'].includes(name));
  return {
    name: 'facenet-model',
    configureServer: (server) => {
      server.middlewares.use((request, response, next) => {
        const name = /\/model\/([\w.]+)$/.exec(new URL(request.url ?? '', 'http://page').pathname)?.[1];
        if (name === undefined || !files.includes(name)) return next();
        response.setHeader('content-type', types[path.extname(name)]!).end(readFileSync(path.join(folder, name)));
      });
    },
    generateBundle(options, bundle, isWrite) {
      void bundle;
      if (!isWrite) return;
      for (const name of files) this.emitFile({ type: 'asset', fileName: `model/${name}`, source: readFileSync(path.join(folder, name)) });
      this.info(`the model is ${folder}`);
    },
  };
}

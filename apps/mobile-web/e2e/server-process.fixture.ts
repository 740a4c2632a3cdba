import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  readonly url: string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  stop(): Promise<void>;
}

const command = fileURLToPath(new URL('../../../bin/facenet.mjs', import.meta.url));

/** `facenet serve` as its users run it, on a free port unless one is given; ready when it listens. */
export async function startServer(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [command, 'serve', ...(args.includes('--port') ? [] : ['--port', '0']), '--log-level', 'warn', '--rate-limit', '0', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => { resolve(code ?? signal ?? 0); });
  });
  let [output, errors] = ['', ''];
  child.stderr.on('data', (text: Buffer) => { errors += text.toString(); });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      const found = /listening on (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => { reject(new Error(`facenet serve ended with ${code}: ${errors}`)); });
  });
  return {
    url, ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

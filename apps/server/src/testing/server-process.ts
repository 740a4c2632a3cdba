import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** What it has said on stderr. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Ends when a line of stderr has this. */
  said(text: string): Promise<void>;
}

const command = fileURLToPath(new URL('../../../../bin/facenet.mjs', import.meta.url));

/** `facenet serve` as its users run it, on a free port; ready when it listens. Only what is given here and the path reaches its environment. */
export async function startServer(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [command, 'serve', '--port', '0', '--log-level', 'warn', '--rate-limit', '0', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => { resolve(code ?? signal ?? 0); });
  });
  let [output, errors] = ['', ''];
  const listeners = new Set<() => void>();
  const heard = (): void => { for (const each of listeners) each(); };
  child.stdout.on('data', (text: Buffer) => { output += text.toString(); heard(); });
  child.stderr.on('data', (text: Buffer) => { errors += text.toString(); heard(); });

  const until = <T>(read: () => T | undefined): Promise<T> => new Promise((resolve, reject) => {
    const look = (): void => {
      const value = read();
      if (value === undefined) return;
      listeners.delete(look);
      resolve(value);
    };
    listeners.add(look);
    void ended.then((code) => { reject(new Error(`facenet serve ended with ${code}: ${errors}`)); });
    look();
  });
  const url = await until(() => /listening on (\S+)/.exec(output)?.[1]);
  return {
    url, pid: child.pid!, ended,
    output: () => errors,
    signal: (name) => { child.kill(name); },
    said: (text) => until(() => (errors.includes(text) ? true : undefined)).then(() => undefined),
  };
}

// For tests and benchmarks: processes under mpirun, on this machine or on two network namespaces that act as two hosts.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missingAddon } from './addon.ts';

/** Why nothing can be run under mpirun here; undefined where it can. */
export function missingMpi(): string | undefined {
  if (spawnSync('mpirun', ['--version']).error) return "no mpirun; install Debian's openmpi-bin and libopenmpi-dev";
  return missingAddon();
}

/** Why no second host can be made here; undefined where one can. */
export function missingHosts(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (spawnSync('ip', ['-V']).error) return "no ip; install Debian's iproute2";
  const probe = `facenet-probe-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return 'this machine lets nobody make network namespaces';
  execFileSync('ip', ['netns', 'delete', probe]);
  return undefined;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MpirunOptions {
  readonly ranks: number;
  /** One rank on each, `ranks` of them; all on this machine unless told. */
  readonly hosts?: TwoHosts;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** May watch the run and send it signals. */
  readonly interfere?: (mpirun: { readonly pid: number; readonly stderr: () => string }) => Promise<void>;
}

/** `mpirun … node ARGUMENTS`. */
export async function mpirun(nodeArguments: readonly string[], { ranks, hosts, flags = [], env = {}, interfere }: MpirunOptions): Promise<Ended> {
  const place = hosts ? hosts.flags : ['--oversubscribe', '--bind-to', 'none'];
  const words = [...(hosts?.command ?? []), 'mpirun', '-n', String(ranks), ...place, ...flags, process.execPath, ...nodeArguments];
  const child = spawn(words[0]!, words.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1', ...env },
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (chunk: Buffer) => { output[stream] += chunk.toString(); });
  const ended = new Promise<Ended>((resolve) => { child.on('close', (code) => { resolve({ code, ...output }); }); });
  await interfere?.({ pid: child.pid!, stderr: () => output.stderr });
  return await ended;
}

/** Two network namespaces joined by a cable, with host names of their own. */
export interface TwoHosts {
  /** Runs what follows on the first host. */
  readonly command: readonly string[];
  /** For mpirun: a rank on each host, TCP between them. */
  readonly flags: readonly string[];
  /** Cuts them off from each other. */
  cut(): void;
  dispose(): void;
}

/** `rate` limits the cable in each direction, in the words of tc (1gbit). */
export function makeTwoHosts({ rate }: { readonly rate?: string | undefined } = {}): TwoHosts {
  removeLeftOvers();
  const id = `${process.pid}`;
  const hosts = [{ space: `facenet-a-${id}`, link: `fna${id}`, address: '10.211.0.1' }, { space: `facenet-b-${id}`, link: `fnb${id}`, address: '10.211.0.2' }] as const;
  const folder = mkdtempSync(path.join(tmpdir(), 'facenet-hosts-'));
  const ip = (...words: string[]): void => { execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] }); };
  const dispose = (): void => {
    // A namespace takes its end of the cable with it.
    for (const { space } of hosts) spawnSync('ip', ['netns', 'delete', space]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const { space } of hosts) ip('netns', 'add', space);
    ip('link', 'add', hosts[0].link, 'netns', hosts[0].space, 'type', 'veth', 'peer', 'name', hosts[1].link, 'netns', hosts[1].space);
    for (const { space, link, address } of hosts) {
      ip('-n', space, 'address', 'add', `${address}/24`, 'dev', link);
      for (const device of [link, 'lo']) ip('-n', space, 'link', 'set', device, 'up');
      if (rate !== undefined) execFileSync('tc', ['-n', space, 'qdisc', 'add', 'dev', link, 'root', 'tbf', 'rate', rate, 'burst', '1mb', 'latency', '20ms']);
    }
    // In place of ssh: mpirun calls it with a host and the command that starts its daemon there.
    const agent = path.join(folder, 'launch');
    writeFileSync(agent, `#!/bin/sh\nhost=$1\nshift\nexec ip netns exec ${hosts[1].space} unshare --uts sh -c "hostname host-b; $*"\n`);
    chmodSync(agent, 0o755);
    const network = '10.211.0.0/24';
    return {
      command: ['ip', 'netns', 'exec', hosts[0].space, 'unshare', '--uts', 'sh', '-c', 'hostname host-a; exec "$0" "$@"'],
      flags: [
        '--host', hosts.map(({ address }) => `${address}:1`).join(','), '--bind-to', 'none', '--mca', 'plm_rsh_agent', agent,
        '--mca', 'btl', 'self,tcp', '--mca', 'btl_tcp_if_include', network, '--mca', 'oob_tcp_if_include', network,
      ],
      cut: () => { ip('-n', hosts[0].space, 'link', 'set', hosts[0].link, 'down'); },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Namespaces of processes that were killed before they could dispose of them. */
function removeLeftOvers(): void {
  const listed = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [space, pid] of listed.matchAll(/^facenet-[ab]-(\d+)/gm)) {
    if (!existsSync(`/proc/${pid}`)) spawnSync('ip', ['netns', 'delete', space]);
  }
}

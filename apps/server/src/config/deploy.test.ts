import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { endpoints } from '@facenet/contract';
import { parse, parseAllDocuments } from 'yaml';
import { type Option, options } from './options.ts';
import { readOptions } from './read-options.ts';
import { mostMegabytes } from '../store/build-memory.ts';

const root = new URL('../../../../', import.meta.url).pathname;
const deploy = path.join(root, 'deploy');
const dockerfile = readFileSync(path.join(deploy, 'docker/Dockerfile'), 'utf8');
const compose = parse(readFileSync(path.join(deploy, 'docker/compose.yaml'), 'utf8')) as Compose;
const manifests = parseAllDocuments(readFileSync(path.join(deploy, 'kubernetes/facenet.yaml'), 'utf8')).map((each) => each.toJS() as Manifest);
const pod = manifests.find(({ kind }) => kind === 'Deployment')!.spec.template!;
const server = pod.spec.containers[0]!;

interface Compose {
  readonly services: Readonly<Record<string, { readonly command?: readonly string[]; readonly environment?: Readonly<Record<string, string>>; readonly shm_size?: string }>>;
}

interface Manifest {
  readonly kind: string;
  readonly spec: {
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly podSelector?: { readonly matchLabels: object };
    readonly ingress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly Container[] };
    };
  };
}

interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string; readonly port: string } };
}

/** What `ENV` lines of the image set. */
const ofImage = Object.fromEntries([...dockerfile.matchAll(/^ENV (.+)$/gm)].flatMap(([, line]) => line!.split(' ').map((each) => each.split('=') as [string, string])));
const variables = Object.values(options).map((each: Option<unknown>) => each.variable);
const samples: Readonly<Record<string, string>> = { DATABASE_URL: 'postgres://facenet:secret@postgres/facenet', FACENET_ADMIN_KEY: 'x'.repeat(44) };

/** As a shell fills in what a compose file leaves to the environment. */
const filled = (text: string): string => text.replace(/\$\{(\w+)(?::[?-][^}]*)?\}/g, (_, name: string) => samples[name] ?? (name === 'FACENET_PUBLIC_URL' ? '' : 'given'));

test('everything that the image copies is there, and is not ignored', () => {
  const ignored = readFileSync(path.join(deploy, 'docker/Dockerfile.dockerignore'), 'utf8').split('\n');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, line]) => line!.split(' ').slice(0, -1));
  expect(copied.length).toBeGreaterThan(5);
  for (const name of copied) expect([name, existsSync(path.join(root, name)), ignored.includes(`!${name}`)]).toEqual([name, true, true]);
  for (const name of [/CMD \["node", "\/app\/(.+?)"\]/, /ENTRYPOINT \["node", "\/app\/(.+?)"/].map((each) => each.exec(dockerfile)![1]!)) expect([name, copied.some((each) => name.startsWith(each))]).toEqual([name, true]);
  // A number: an orchestrator that refuses root cannot look up a name.
  expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
});

test('the settings of the image are settings, and the server starts with them and a key', () => {
  for (const name of Object.keys(ofImage).filter((each) => each !== 'NODE_ENV')) expect(variables).toContain(name);
  expect(readOptions(['--model', '/models/a'], { ...ofImage, FACENET_ADMIN_KEY: samples.FACENET_ADMIN_KEY })).toMatchObject({ host: '0.0.0.0', port: 8080 });
});

test('the server of the compose file takes what it is told', () => {
  const { command, environment } = compose.services.server!;
  for (const name of Object.keys(environment!)) expect(variables).toContain(name);
  const told = Object.fromEntries(Object.entries(environment!).map(([name, value]) => [name, filled(value)]));
  expect(readOptions(command!.map(filled), { ...ofImage, ...told })).toMatchObject({ models: ['/models/given'], databaseUrl: expect.stringContaining('@postgres/') as string, trustProxy: true, publicUrl: undefined });
});

test('the pod takes what it is told, and its probes are routes without a key', () => {
  const told = Object.fromEntries(server.env.map(({ name, value }) => [name, value ?? samples[name]!]));
  for (const name of Object.keys(told)) expect(variables).toContain(name);
  const { port } = readOptions(server.args, { ...ofImage, ...told });
  expect(server.ports).toEqual([{ name: 'http', containerPort: port }]);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
    const { path: url, port: name } = server[probe]!.httpGet;
    expect([probe, name, Object.values(endpoints).find((each) => each.path === url)]).toEqual([probe, 'http', expect.objectContaining({ method: 'GET', scope: 'public' })]);
  }
});

test('service, budget and policy are of the pods', () => {
  const { labels } = pod.metadata;
  const selectors = manifests.map(({ kind, spec }) => [kind, spec.podSelector?.matchLabels ?? (spec.selector?.matchLabels as object | undefined) ?? spec.selector]);
  expect(selectors).toEqual(['Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy'].map((kind) => [kind, labels]));
  expect(manifests.find(({ kind }) => kind === 'NetworkPolicy')!.spec.ingress![0]!.ports.map(({ port }) => port)).toEqual(server.ports.map(({ containerPort }) => containerPort));
});

test('workers that build an index have the memory that the server asks for', () => {
  expect(compose.services.postgres!.shm_size).toBe('3g');
  expect(mostMegabytes.postgres).toBeLessThan(3 * 1024);
});

import net, { type AddressInfo, type Server, type Socket } from 'node:net';

/** Brings each connection to one server after another, as the proxy before replicas does; those that refuse it are passed over. */
export interface Balancer {
  readonly url: string;
  /** Connections that a server broke while bytes of a request were unanswered. */
  readonly broken: number;
  /** Where connections go from now on. */
  route(urls: readonly string[]): void;
  dispose(): Promise<void>;
}

export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  let ports = urls.map(portOf);
  let turn = 0;
  let broken = 0;
  const open = new Set<Socket>();
  const server: Server = net.createServer({ pauseOnConnect: true }, (client) => {
    open.add(client);
    client.once('close', () => { open.delete(client); });
    client.on('error', () => undefined);
    const first = turn++;
    const candidates = ports.map((_, i) => ports[(first + i) % ports.length]!);
    connect(client, candidates, () => { broken++; });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get broken() { return broken; },
    route: (next) => { ports = next.map(portOf); },
    dispose: () => new Promise((resolve) => {
      for (const each of open) each.destroy();
      server.close(() => { resolve(); });
    }),
  };
}

function connect(client: Socket, [port, ...others]: readonly number[], onBroken: () => void): void {
  if (port === undefined) {
    client.destroy();
    return;
  }
  const upstream = net.connect(port, '127.0.0.1');
  let isConnected = false;
  let isAnswered = true;
  upstream.once('connect', () => {
    isConnected = true;
    client.on('data', () => { isAnswered = false; });
    upstream.on('data', () => { isAnswered = true; });
    client.pipe(upstream).pipe(client);
  });
  upstream.on('error', () => undefined);
  upstream.once('close', () => {
    if (!isConnected) {
      connect(client, others, onBroken);
      return;
    }
    if (!isAnswered && !client.destroyed) onBroken();
    client.destroy();
  });
  client.once('close', () => { if (isConnected) upstream.destroy(); });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

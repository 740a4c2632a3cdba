import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const howToInstall = 'no Chromium: apt-get install chromium, or say where one is with FACENET_CHROMIUM';

/** A Chromium of this machine, or why there is none. */
export function findChromium(): { readonly path: string } | { readonly reason: string } {
  const path = [process.env['FACENET_CHROMIUM'], '/usr/bin/chromium', chromium.executablePath()].find((each) => each !== undefined && each !== '' && existsSync(each));
  return path === undefined ? { reason: howToInstall } : { path };
}

/** Without a screen; with `webgpu`, on an adapter that computes on the processor. */
export function openChromium(path: string, { webgpu = false }: { readonly webgpu?: boolean } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: path, headless: true, timeout: 300_000,
    args: [
      '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ...(webgpu ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] : []),
    ],
  });
}

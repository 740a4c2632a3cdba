import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const howToInstall = 'no Chromium: apt-get install chromium, or say where one is with FACENET_CHROMIUM';

/** A Chromium of this machine, or why there is none. */
export function findChromium(): { readonly path: string } | { readonly reason: string } {
  const path = [process.env['FACENET_CHROMIUM'], '/usr/bin/chromium', chromium.executablePath()].find((each) => each !== undefined && each !== '' && existsSync(each));
  return path === undefined ? { reason: howToInstall } : { path };
}

export interface ChromiumOptions {
  /** What its camera sees; without one it has none. */
  readonly film?: string;
  readonly more?: readonly string[];
}

/** Without a screen, asking nobody. */
export function openChromium(path: string, { film, more = [] }: ChromiumOptions = {}): Promise<Browser> {
  const camera = film === undefined ? [] : ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`];
  return chromium.launch({
    executablePath: path, headless: true, timeout: 300_000,
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...camera, ...more],
  });
}

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { drawIcons } from './build/draw-icons.ts';
import { findModel } from './build/find-model.ts';
import { servePolicy } from './build/serve-policy.ts';
import { serveModel } from './build/serve-model.ts';

/** With these a page is isolated, and WASM may have threads. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export default defineConfig(({ isPreview }) => ({
  // The page lies under whatever path a server gives it.
  base: './',
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  build: { target: ['chrome111', 'firefox115', 'safari16.4'], assetsInlineLimit: 0, emptyOutDir: true },
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  server: { headers },
  preview: { headers },
  plugins: isPreview === true ? [] : [
    servePolicy((process.env['FACENET_PHONE_SERVERS'] ?? '').split(/[\s,]+/).filter(Boolean)),
    serveModel(findModel(process.env)),
    drawIcons(fileURLToPath(new URL('./public/icon.svg', import.meta.url))),
    VitePWA({
      // The page asks before it changes under its user's hands.
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        id: 'facenet-phone', name: 'facenet', short_name: 'facenet', description: 'Who is this? Decided on this device.',
        lang: 'en', display: 'standalone', start_url: './', scope: './', background_color: '#12151a', theme_color: '#1d5fbf', categories: ['photo', 'utilities'],
        icons: [
          { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
        shortcuts: [{ name: 'Who is this?', url: './#who' }, { name: 'Verify', url: './#verify' }],
      },
      workbox: {
        // The page's parts and the detector's weights. A model is kept by its digest, and no place needs both runtimes.
        globPatterns: ['**/*.{js,mjs,css,html,svg,png,webmanifest,bin,json}'],
        globIgnores: ['model/**'],
        maximumFileSizeToCacheInBytes: 3e6,
        // Whoever opens the page the first time can go offline with it.
        clientsClaim: true,
        cleanupOutdatedCaches: true,
        navigateFallback: 'index.html',
        runtimeCaching: [{ urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.endsWith('.wasm'), handler: 'CacheFirst', options: { cacheName: 'facenet-runtime', expiration: { maxEntries: 4 } } }],
      },
    }),
  ],
}));

import { defineConfig } from 'vite';
import { facenetWeb } from './vite-plugin.mjs';

export default defineConfig({
  plugins: [facenetWeb()],
  // Files find each other by where they lie, whatever folder a page serves them from.
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: true,
    modulePreload: false,
    rollupOptions: {
      input: { index: 'src/index.ts' },
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: '[name].js' },
    },
  },
});

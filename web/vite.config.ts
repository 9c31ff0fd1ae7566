import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The API that `npm run dev` and `npm run preview` speak to.
const server = process.env.STREAMCORE_URL ?? 'http://127.0.0.1:8080';
const proxy = Object.fromEntries(['/api', '/media', '/health'].map((path) => [path, { target: server }]));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy },
  preview: { proxy },
  build: {
    target: 'es2022',
    // Beside the code that serves it, so that it travels with the Python package.
    outDir: '../src/entrypoints/http/client_files',
    emptyOutDir: true,
    // The server allows scripts, styles and fonts from itself alone: nothing is inlined as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    // The largest chunk is the player's; scripts/sizes.mjs holds the budget of the rest.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs: the libraries change seldom and stay in caches when the pages change.
          groups: [
            {
              name: 'libraries',
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|wouter|regexparam|@tanstack|openapi-fetch)\//,
            },
            { name: 'foundation', test: /src\/(api|lib|strings|design\/(Button|surfaces|toast|Toast|Menu))/ },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
  },
});

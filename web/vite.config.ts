import react from '@vitejs/plugin-react';
import { defineConfig, defaultClientConditions, type Plugin } from 'vite';
import { compressed } from './build/compressed.ts';
import { PATHS } from './src/paths.ts';

/** The gateway answers with the app at these addresses and at no others. */
function pathsFile(): Plugin {
  return {
    name: 'ubot-paths',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'paths.json', source: JSON.stringify(Object.values(PATHS)) });
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pathsFile(), compressed()],
  // Our packages from their source, so that what a page does not use is not in it.
  resolve: { conditions: ['ubot-source', ...defaultClientConditions] },
  build: {
    target: 'es2023',
    assetsDir: 'assets',
    // A data: address in a style sheet or a script is not allowed by the page's own policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: 'manifest.json',
  },
  server: {
    proxy: {
      '/api': 'http://localhost:3000',
      '/ws': { target: 'ws://localhost:3000', ws: true },
    },
  },
});

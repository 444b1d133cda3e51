import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compileWords } from './build/compile-words.ts'
import { precompress } from './build/precompress.ts'
import { preloadFonts } from './build/preload-fonts.ts'

const inPackages =
  (...names: string[]) =>
  (id: string) =>
    names.some((name) => id.includes(`/node_modules/${name}/`))

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compileWords(), react(), preloadFonts(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // data: addresses are outside the content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', priority: 30, test: inPackages('react', 'react-dom', 'scheduler') },
            {
              name: 'app-base',
              priority: 20,
              test: inPackages(
                '@tanstack/react-router',
                '@tanstack/router-core',
                '@tanstack/history',
                '@tanstack/react-store',
                '@tanstack/store',
                '@tanstack/react-query',
                '@tanstack/query-core',
                '@orpc/client',
                '@orpc/shared',
                '@orpc/standard-server',
                '@orpc/standard-server-fetch',
                '@orpc/tanstack-query',
                'i18next',
                'i18next-icu',
                'intl-messageformat',
                '@formatjs/icu-messageformat-parser',
                '@formatjs/fast-memoize',
                '@formatjs/icu-skeleton-parser',
              ),
            },
            // words that every page needs, one file per language
            { name: 'words-pl', priority: 10, test: /\/words\/pl\/common\.json/ },
            { name: 'words-en', priority: 10, test: /\/words\/en\/common\.json/ },
          ],
        },
      },
    },
  },
})

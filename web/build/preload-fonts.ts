/** Names the fonts of the first screen in `index.html`, so that they arrive with the style sheet and titles do not jump. */
import type { Plugin } from 'vite'

const firstScreen = /(schibsted-grotesk-latin(-ext)?-wght-normal|newsreader-latin(-ext)?-opsz-normal)-.*\.woff2$/

export function preloadFonts(): Plugin {
  return {
    name: 'floowe:preload-fonts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => firstScreen.test(file))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: '' },
            injectTo: 'head' as const,
          })),
    },
  }
}

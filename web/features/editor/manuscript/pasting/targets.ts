/** Where a pasted link leads, past the services that stand in between. */

const between: readonly { host: RegExp; path: string; name: string }[] = [
  { host: /^(www\.)?google\.[a-z.]+$/, path: '/url', name: 'q' },
  { host: /\.safelinks\.protection\.outlook\.com$/, path: '/', name: 'url' },
]
const passedMax = 3

/** @returns '' for what leads nowhere from here: places in the document itself, files of that computer, code */
export function targetOf(href: string): string {
  let target = href.trim()
  for (let passed = 0; passed < passedMax; passed++) {
    const url = URL.parse(target)
    const one = url && between.find(({ host, path }) => host.test(url.hostname) && url.pathname === path)
    const inner = one && (url.searchParams.get(one.name) ?? url.searchParams.get('url'))
    if (!inner || !/^https?:/i.test(inner)) break
    target = inner
  }
  return /^(https?:|mailto:|tel:)/i.test(target) ? target : ''
}

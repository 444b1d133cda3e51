/**
 * Sites whose films, sounds and posts are shown as an embed (the `provider` of an embed in a body). Only the address is
 * looked at; nothing is fetched.
 */

/** Host (without `www.` and `m.`) → pattern of the path → name of the provider. Order matters only within a host. */
const providers: readonly { name: string; hosts: readonly string[]; path: RegExp }[] = [
  {
    name: 'youtube',
    hosts: ['youtube.com', 'youtube-nocookie.com', 'music.youtube.com'],
    path: /^\/(?:watch\?(?:[^#]*&)?v=|shorts\/|live\/|embed\/|playlist\?list=)[\w-]+/,
  },
  { name: 'youtube', hosts: ['youtu.be'], path: /^\/[\w-]{6,}/ },
  { name: 'vimeo', hosts: ['vimeo.com', 'player.vimeo.com'], path: /^\/(?:video\/|channels\/[\w-]+\/)?\d+/ },
  { name: 'dailymotion', hosts: ['dailymotion.com'], path: /^\/(?:embed\/)?video\/\w+/ },
  { name: 'dailymotion', hosts: ['dai.ly'], path: /^\/\w+/ },
  {
    name: 'spotify',
    hosts: ['open.spotify.com'],
    path: /^\/(?:intl-\w+\/)?(?:embed\/)?(?:track|album|playlist|episode|show|artist)\/\w+/,
  },
  { name: 'soundcloud', hosts: ['soundcloud.com'], path: /^\/[\w-]+\/[\w-]+/ },
  { name: 'x', hosts: ['x.com', 'twitter.com', 'mobile.twitter.com'], path: /^\/(?:\w+|i\/web)\/status(?:es)?\/\d+/ },
  { name: 'bluesky', hosts: ['bsky.app'], path: /^\/profile\/[\w.:-]+\/post\/\w+/ },
  { name: 'instagram', hosts: ['instagram.com'], path: /^\/(?:[\w.]+\/)?(?:p|reel|tv)\/[\w-]+/ },
  { name: 'tiktok', hosts: ['tiktok.com'], path: /^\/@[\w.]+\/video\/\d+/ },
  { name: 'threads', hosts: ['threads.net', 'threads.com'], path: /^\/@[\w.]+\/post\/[\w-]+/ },
  {
    name: 'facebook',
    hosts: ['facebook.com'],
    path: /^\/(?:[\w.-]+\/(?:posts|videos)\/[\w.-]+|watch\/?\?v=\d+|reel\/\d+)/,
  },
  { name: 'ted', hosts: ['ted.com', 'embed.ted.com'], path: /^\/talks\/\w+/ },
  { name: 'codepen', hosts: ['codepen.io'], path: /^\/[\w-]+\/(?:pen|embed)\/\w+/ },
]

/** Any server may run Mastodon, so the shape of the address decides: `/@person/<long number>`. */
const mastodonPath = /^\/@[\w.-]+(?:@[\w.-]+)?\/\d{15,20}$/

const parsed = (address: string): URL | null => {
  if (address.length > 2048 || !/^https?:\/\/[^\s]+$/i.test(address)) return null
  return URL.canParse(address) ? new URL(address) : null
}

/** The provider's name when the address shows one film, sound or post of a known site, else null. */
export function providerOf(address: string): string | null {
  const url = parsed(address)
  if (!url || url.username || url.port) return null
  const host = url.hostname.replace(/^(?:www|m)\./, '')
  const path = url.pathname + url.search
  for (const provider of providers) {
    if (provider.hosts.includes(host) && provider.path.test(path)) return provider.name
  }
  return mastodonPath.test(url.pathname) && url.search === '' && host.includes('.') ? 'mastodon' : null
}

/**
 * What an `<iframe src>` shows, as the address of its ordinary page: a player's address opens no page a reader would want.
 * @returns null when the site is not known.
 */
export function embedOfFrame(source: string): { src: string; provider: string } | null {
  const address = source.startsWith('//') ? `https:${source}` : source
  const provider = providerOf(address)
  const url = parsed(address)
  if (!url) return null
  if (url.hostname === 'w.soundcloud.com') {
    const track = url.searchParams.get('url') ?? ''
    return providerOf(track) === 'soundcloud' ? { src: track, provider: 'soundcloud' } : null
  }
  if (url.hostname.endsWith('facebook.com') && url.pathname.startsWith('/plugins/')) {
    const page = url.searchParams.get('href') ?? ''
    return providerOf(page) === 'facebook' ? { src: page, provider: 'facebook' } : null
  }
  return provider ? { src: pageOf(provider, url), provider } : null
}

function pageOf(provider: string, url: URL): string {
  const last = url.pathname.split('/').filter(Boolean).at(-1) ?? ''
  const list = url.searchParams.get('list')
  const start = url.searchParams.get('start')
  if (provider === 'youtube' && url.pathname.startsWith('/embed/')) {
    if (last === 'videoseries' && list) return `https://www.youtube.com/playlist?list=${encodeURIComponent(list)}`
    return `https://www.youtube.com/watch?v=${last}${start && /^\d+$/.test(start) ? `&t=${start}s` : ''}`
  }
  if (provider === 'vimeo' && url.hostname === 'player.vimeo.com') return `https://vimeo.com/${last}`
  if (provider === 'dailymotion' && url.pathname.startsWith('/embed/'))
    return `https://www.dailymotion.com/video/${last}`
  if (provider === 'spotify') return `https://open.spotify.com${url.pathname.replace(/^\/embed/, '')}`
  if (provider === 'ted') return `https://www.ted.com/talks/${last}`
  if (provider === 'codepen') return `https://codepen.io${url.pathname.replace('/embed/', '/pen/')}`
  return url.href
}

/** The name people know the site by, for the words on a still. */
export const providerNames: Readonly<Record<string, string>> = {
  youtube: 'YouTube',
  vimeo: 'Vimeo',
  dailymotion: 'Dailymotion',
  spotify: 'Spotify',
  soundcloud: 'SoundCloud',
  x: 'X',
  bluesky: 'Bluesky',
  mastodon: 'Mastodon',
  instagram: 'Instagram',
  tiktok: 'TikTok',
  threads: 'Threads',
  facebook: 'Facebook',
  ted: 'TED',
  codepen: 'CodePen',
}

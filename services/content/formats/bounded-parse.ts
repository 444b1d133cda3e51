/**
 * parse5 with a bound. The HTML standard repeats unclosed formatting (`<b>`) in every paragraph that follows, so that a few
 * kilobytes can grow into gigabytes. Honest HTML makes hardly more elements than it has tags.
 */
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parseFragment } from 'parse5'

const formatting = /<\/?(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^>]*>/gi

class TooManyElements extends Error {}

/** When the source multiplies itself it is read without its formatting tags. */
export function parseBounded(
  html: string,
  options: { sourceCodeLocationInfo?: boolean } = {},
): DefaultTreeAdapterTypes.DocumentFragment {
  try {
    return parsed(html, options)
  } catch (error) {
    if (!(error instanceof TooManyElements)) throw error
    return parsed(html.replace(formatting, ''), options)
  }
}

function parsed(html: string, options: { sourceCodeLocationInfo?: boolean }): DefaultTreeAdapterTypes.DocumentFragment {
  let left = 2000
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) left += 3
  const createElement: typeof defaultTreeAdapter.createElement = (...given) => {
    if (left-- <= 0) throw new TooManyElements()
    return defaultTreeAdapter.createElement(...given)
  }
  return parseFragment(html, {
    ...options,
    scriptingEnabled: false,
    treeAdapter: { ...defaultTreeAdapter, createElement },
  })
}

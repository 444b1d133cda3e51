/** A page without a site around it: the workspace is unknown, or the store does not answer. */
import type { Answer } from '../serving.ts'
import type { Theme } from '../theme/theme.ts'
import { html } from './html.ts'
import { wordsFor } from './words.ts'

export function bareMessage(
  theme: Theme,
  publicUrl: string,
  acceptLanguage: string | undefined,
  kind: 'notFound' | 'unavailable',
): Answer {
  const language = /^\s*pl\b/i.test(acceptLanguage ?? '') ? 'pl' : 'en'
  const { title, text } = wordsFor(language)[kind]
  const body = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<meta name="description" content="${text}">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${publicUrl}${theme.css}">
<link rel="icon" href="data:,">
</head>
<body class="look-message">
<main id="main">
<div class="message">
<h1>${title}</h1>
<p class="lead">${text}</p>
</div>
</main>
</body>
</html>
`
  const origin = new URL(publicUrl).origin
  return {
    status: kind === 'notFound' ? 404 : 503,
    type: 'text/html; charset=utf-8',
    body: body.html,
    isKept: false,
    headers: {
      'cache-control': 'no-store',
      vary: 'accept-language',
      'content-security-policy': `default-src 'none'; style-src ${origin}; font-src ${origin}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      ...(kind === 'unavailable' ? { 'retry-after': '5' } : {}),
    },
  }
}

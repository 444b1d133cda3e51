/** The readable page of the REST door: plain HTML made from the OpenAPI document, no script. */
import type { OpenApiDocument, OpenApiOperation } from './openapi.ts'

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign)
const inlineCode = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')

const style = `:root{color-scheme:light dark;--paper:light-dark(#fbfaf7,#151618);--surface:light-dark(#fff,#1c1e21);--ink:light-dark(#1d1b18,#eceae5);--ink2:light-dark(#5c5850,#aaa69e);--line:light-dark(#e5e1d8,#2a2d31);--river:light-dark(#0c6b80,#62bcd0)}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,sans-serif;display:grid;grid-template-columns:240px minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:24px;border-right:1px solid var(--line);box-sizing:border-box}nav a{display:block;color:var(--ink2);text-decoration:none;padding:2px 0;font-size:13px}nav a:hover,nav a:focus{color:var(--river)}nav strong{display:block;margin-top:16px}
main{padding:32px 48px;max-width:880px}h1,h2{font-family:Georgia,serif;font-weight:500;letter-spacing:-.01em}h1{font-size:38px;margin:0 0 16px}h2{font-size:26px;margin:48px 0 8px}
article{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:16px 20px;margin:12px 0}h3{margin:0;font-size:15px}h3 code{font-size:14px}.method{display:inline-block;min-width:64px;color:var(--river);font-weight:650}
code,pre{font-family:ui-monospace,monospace}pre{overflow:auto;background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:12px;font-size:12.5px;margin:8px 0}p{margin:6px 0}.needs,dt{color:var(--ink2)}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:8px 0}dd{margin:0}summary{cursor:pointer;color:var(--river);padding:4px 0}
:focus-visible{outline:2px solid var(--river);outline-offset:2px}@media(max-width:760px){body{display:block}nav{position:static;height:auto;border:0;border-bottom:1px solid var(--line)}main{padding:20px}}`

export function docsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = document.tags.map(({ name }) => name)
  const menu = tags
    .map(
      (tag) =>
        `<strong>${escape(tag)}</strong>${operations
          .filter(({ operation }) => operation.tags?.includes(tag))
          .map(
            ({ operation }) =>
              `<a href="#${operation.operationId}">${escape(operation.summary ?? operation.operationId)}</a>`,
          )
          .join('')}`,
    )
    .join('')
  const body = tags
    .map(
      (tag) =>
        `<h2 id="${escape(tag)}">${escape(tag)}</h2>${operations
          .filter(({ operation }) => operation.tags?.includes(tag))
          .map(article)
          .join('')}`,
    )
    .join('')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Floowe API</title><style>${style}</style></head><body><nav aria-label="Operations"><a href="/api/v1/openapi.json">openapi.json</a>${menu}</nav><main><h1>Floowe API</h1>${document.info.description
    .split('\n\n')
    .map((part) => `<p>${inlineCode(part)}</p>`)
    .join('')}${body}</main></body></html>`
}

function article({ path, method, operation }: { path: string; method: string; operation: OpenApiOperation }): string {
  const parameters = (operation.parameters ?? [])
    .map(
      (parameter) =>
        `<dt><code>${escape(parameter.name)}</code></dt><dd>${escape(parameter.in)}${parameter.required ? ', required' : ''}${parameter.description ? `: ${escape(parameter.description)}` : ''}</dd>`,
    )
    .join('')
  const schema = (title: string, value: unknown): string =>
    value ? `<details><summary>${title}</summary><pre>${escape(JSON.stringify(value, null, 2))}</pre></details>` : ''
  const request = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))
  const refusals = Object.keys(operation.responses)
    .filter((status) => !status.startsWith('2'))
    .join(', ')
  return `<article id="${operation.operationId}"><h3><span class="method">${method.toUpperCase()}</span> <code>/api/v1${escape(path)}</code></h3><p>${escape(operation.summary ?? '')}</p><p class="needs">Needs: ${escape(String(operation['x-needs'] ?? ''))}. Refusals: ${refusals || 'none'}.</p>${parameters ? `<dl>${parameters}</dl>` : ''}${schema('Request body', request)}${schema(`Answer ${success?.[0] ?? ''}`, Object.values(success?.[1].content ?? {})[0]?.schema)}</article>`
}

/** A request that tells how much of it has left, which plain `fetch` does not. */

/** The same as `fetch(request)`; `onProgress` hears the share of the body that has left, 0 to 1. */
export async function fetchWithProgress(request: Request, onProgress: (share: number) => void): Promise<Response> {
  const body = await request.blob()
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest()
    sending.open(request.method, request.url)
    for (const [name, value] of request.headers) sending.setRequestHeader(name, value)
    sending.responseType = 'blob'
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    sending.onload = () => {
      const headers = new Headers()
      for (const line of sending.getAllResponseHeaders().trim().split(/\r?\n/)) {
        const colon = line.indexOf(':')
        if (colon > 0) headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
      }
      // these answers have no body, and a Response refuses one
      const isEmpty = sending.status === 204 || sending.status === 205 || sending.status === 304
      resolve(
        new Response(isEmpty ? null : (sending.response as Blob), {
          status: sending.status,
          statusText: sending.statusText,
          headers,
        }),
      ) // the type asked for above
    }
    // the words that fetch itself uses, so that both are understood as "no answer"
    sending.onerror = () => reject(new TypeError('Failed to fetch'))
    sending.onabort = () => reject(new DOMException('stopped', 'AbortError'))
    request.signal.addEventListener('abort', () => sending.abort())
    sending.send(body)
  })
}

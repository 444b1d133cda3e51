/* Counts a page view. Sets and reads nothing on the device; says nothing when the reader asks not to be counted. */
;(() => {
  const script = document.currentScript
  if (!script || navigator.globalPrivacyControl || navigator.doNotTrack === '1') return
  const data = script.dataset
  const target = script.src.replace(/tracker\.js.*$/, data.w + '/v')
  function referrer() {
    try {
      const host = new URL(document.referrer).host
      return host === location.host ? '' : host
    } catch {
      return ''
    }
  }
  function send() {
    const query = new URLSearchParams(location.search)
    const view = {
      p: location.pathname,
      a: data.a,
      e: data.e,
      l: data.l,
      r: referrer(),
      s: query.get('utm_source'),
      m: query.get('utm_medium'),
      c: query.get('utm_campaign'),
    }
    fetch(target, {
      method: 'POST',
      body: JSON.stringify(view),
      keepalive: true,
      mode: 'no-cors',
      credentials: 'omit',
      headers: { 'content-type': 'text/plain' },
    }).catch(() => {})
  }
  // A page made ready in the background, or opened in another tab, counts when it is looked at.
  function whenSeen() {
    if (document.prerendering) document.addEventListener('prerenderingchange', whenSeen, { once: true })
    else if (document.visibilityState === 'hidden')
      document.addEventListener('visibilitychange', whenSeen, { once: true })
    else send()
  }
  whenSeen()
  // Back to a page that the browser kept: seen again.
  addEventListener('pageshow', (event) => {
    if (event.persisted) send()
  })
})()

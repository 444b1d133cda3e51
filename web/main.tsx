/** Starts the app: words first, then the first page. */
import './ui/fonts.css'
import './ui/tokens.css'
import './ui/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/queries.ts'
import { followLinks } from './links.ts'
import { entryPaths, workspaceIn } from './paths.ts'
import { createAppRouter } from './routes.tsx'
import { startWords } from './words/words.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

// a session that ended leads to the sign-in page, which leads back
const queries = createQueryClient(() => {
  const { pathname, search } = router.history.location
  if (workspaceIn(pathname)) router.history.push(entryPaths.signIn(pathname + search))
})
const router = createAppRouter(queries)
followLinks(router)

await startWords(document.documentElement.lang === 'en' ? 'en' : 'pl')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

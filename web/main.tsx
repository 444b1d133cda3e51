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
import { createAppRouter } from './routes.tsx'
import { startWords } from './words/words.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

const queries = createQueryClient()
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

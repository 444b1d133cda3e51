/** What Mantine's parts stand on. Only inside the shell: the pages before it use none of them and stay light. */
import './mantine.css'
import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import { useScheme } from './looks.ts'
import { theme, variables } from './theme.ts'

export function MantineGround({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} forceColorScheme={useScheme()}>
      {children}
    </MantineProvider>
  )
}

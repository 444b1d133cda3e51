/** The room of those who have no account here: whose it is, the choice of a language, and nothing that leads away. */
import type { ReactNode } from 'react'
import { Segmented } from '../ui/Segmented.tsx'
import { Waves } from '../ui/Waves.tsx'
import { changeLanguage, useLanguage, useWords } from '../words/words.ts'
import looks from './OutsideFrame.module.css'

/** @param width `reading`: one column; `desk`: with room for what stands beside it */
export function OutsideFrame({
  title,
  width,
  children,
}: {
  title: string
  width: 'reading' | 'desk'
  children: ReactNode
}) {
  const t = useWords('common')
  return (
    <div className={looks.room} data-width={width}>
      <title>{`${title} · Floowe`}</title>
      <header className={looks.top}>
        <span className={looks.brand}>
          <Waves size={24} /> Floowe
        </span>
        <Segmented
          label={t('language')}
          value={useLanguage()}
          onChange={(language) => void changeLanguage(language)}
          options={[
            { value: 'pl', label: <span lang="pl">{t('language.pl')}</span> },
            { value: 'en', label: <span lang="en">{t('language.en')}</span> },
          ]}
        />
      </header>
      <main className={looks.main}>{children}</main>
    </div>
  )
}

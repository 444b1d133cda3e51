/** The room of those who only read: whose it is, the choice of a language, and nothing that leads away. */
import type { ReactNode } from 'react'
import { Segmented } from '../../../ui/Segmented.tsx'
import { Waves } from '../../../ui/Waves.tsx'
import { changeLanguage, useLanguage, useWords } from '../../../words/words.ts'
import looks from './shared.module.css'

export function SharedFrame({ title, children }: { title: string; children: ReactNode }) {
  const t = useWords('calendar')
  const common = useWords('common')
  return (
    <div className={looks.room}>
      <title>{`${title} · Floowe`}</title>
      <header className={looks.top}>
        <span className={looks.brand}>
          <Waves size={24} /> Floowe
        </span>
        <Segmented
          label={t('shared.language')}
          value={useLanguage()}
          onChange={(language) => void changeLanguage(language)}
          options={[
            { value: 'pl', label: <span lang="pl">{common('language.pl')}</span> },
            { value: 'en', label: <span lang="en">{common('language.en')}</span> },
          ]}
        />
      </header>
      <main className={looks.main}>{children}</main>
    </div>
  )
}

/** The quiet room before one is inside: a drawing of the river on one side, one form on the other. */
import { type ReactNode, useState } from 'react'
import { choiceKeys, rememberChoice } from '../../ui/looks.ts'
import { Waves } from '../../ui/Waves.tsx'
import { type AppLanguage, changeLanguage, loadWords, useLanguage, useWords } from '../../words/words.ts'
import { River } from './River.tsx'
import looks from './EntryFrame.module.css'

const languages: readonly { code: AppLanguage; name: string }[] = [
  { code: 'pl', name: 'Polski' },
  { code: 'en', name: 'English' },
]

export function EntryFrame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const t = useWords('entry')
  return (
    <div className={looks.frame}>
      <title>{`${title} · Floowe`}</title>
      <aside className={looks.side}>
        <River />
        <p className={looks.motto}>{t('motto')}</p>
      </aside>
      <main className={looks.main}>
        <header className={looks.top}>
          <a href="/" className={looks.brand} aria-label="Floowe">
            <Waves size={24} />
            <span>Floowe</span>
          </a>
          <LanguageChoice />
        </header>
        {/* what may be refused is said in words that nobody waits for before */}
        <div className={looks.form} onInput={() => void loadWords('refusals')}>
          <h1 className={looks.title}>{title}</h1>
          {lead && <p className={looks.lead}>{lead}</p>}
          {children}
        </div>
      </main>
    </div>
  )
}

function LanguageChoice() {
  const t = useWords('entry')
  const language = useLanguage()
  const [isBusy, setBusy] = useState(false)
  const choose = async (code: AppLanguage) => {
    setBusy(true)
    rememberChoice(choiceKeys.locale, code)
    await changeLanguage(code)
    setBusy(false)
  }
  return (
    <div role="group" aria-label={t('language')} className={looks.languages}>
      {languages.map(({ code, name }) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={language === code}
          disabled={isBusy}
          onClick={() => void choose(code)}
        >
          {name}
        </button>
      ))}
    </div>
  )
}

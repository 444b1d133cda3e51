import type { ReactNode } from 'react'
import { useMe } from '../../api/me.ts'
import { useChangeLook } from '../../shell/person-acts.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { useWords } from '../../words/words.ts'
import looks from './account.module.css'

/** Each choice shows at once and is remembered in the account. */
export function LookForm() {
  const t = useWords('account')
  const shell = useWords('shell')
  const common = useWords('common')
  const { person } = useMe()
  const change = useChangeLook()
  return (
    <div className={looks.choices}>
      <Choice label={common('language')}>
        <Segmented
          label={common('language')}
          value={person.locale}
          onChange={(locale) => change({ locale })}
          options={[
            { value: 'pl', label: common('language.pl') },
            { value: 'en', label: common('language.en') },
          ]}
        />
      </Choice>
      <Choice label={shell('theme.label')}>
        <Segmented
          label={shell('theme.label')}
          value={person.theme}
          onChange={(theme) => change({ theme })}
          options={(['light', 'dark', 'system'] as const).map((theme) => ({
            value: theme,
            label: shell(`theme.${theme}`),
          }))}
        />
      </Choice>
      <Choice label={t('density')}>
        <Segmented
          label={t('density')}
          value={person.density}
          onChange={(density) => change({ density })}
          options={(['comfortable', 'compact'] as const).map((density) => ({
            value: density,
            label: t(`density.${density}`),
          }))}
        />
      </Choice>
    </div>
  )
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={looks.choice}>
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  )
}

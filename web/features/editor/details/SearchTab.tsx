/** How the text will look in search results and on social cards, and what to say there instead of its title and lead. */
import { useQuery } from '@tanstack/react-query'
import { IconCheck, IconMinus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { plainText } from '@floowe/contracts/body'
import type { Article, EditionSummary, Meta } from '@floowe/contracts/content'
import { api } from '../../../api/client.ts'
import { CheckField, TextAreaField, TextField } from '../../../ui/Field.tsx'
import { useWords } from '../../../words/words.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import looks from './details.module.css'
import { createRulers } from './snippets/rulers.ts'
import { Snippets, titleOnSite } from './snippets/Snippets.tsx'
import { results, taken } from './snippets/widths.ts'
import type { Desk } from '../writing/desk.ts'
import { useFields } from '../writing/use-desk.ts'
import { cutToFit, type Fit, fitOf, limits, says, shownMeta, webAddress } from './meta-counters.ts'

type Props = { desk: Desk; article: Article; summary: EditionSummary; mayWrite: boolean }

export function SearchTab({ desk, article, summary, mayWrite }: Props) {
  const t = useWords('editor')
  const { title, lead, slug, meta } = useFields(desk)
  const { data: site } = useQuery(api.site.getSiteSettings.queryOptions())
  const words = useMemo(() => cutToFit(plainText(desk.body()), 300), [desk])
  const shown = shownMeta(meta, { title, lead, words })
  const set = (patch: Partial<Meta>) => desk.change({ meta: patch })
  const host = (site?.url ?? '').replace(/^https?:\/\//, '').replace(/\/$/, '')
  return (
    <fieldset disabled={!mayWrite} className={looks.sections}>
      <Snippets
        meta={shown}
        site={site}
        host={host}
        slug={slug}
        cover={article.cover}
        language={summary.language}
        isHidden={meta.isHidden}
      />
      {meta.isHidden && <p className={looks.gentle}>{t('seo.hiddenNow')}</p>}
      <TextField
        label={t('seo.keyphrase')}
        hint={t('seo.keyphrase.hint')}
        value={meta.keyphrase}
        maxLength={120}
        isOptional
        onChange={(event) => set({ keyphrase: cleanLine(event.currentTarget.value, 120) })}
      />
      {meta.keyphrase.trim() !== '' && (
        <ul className={looks.marks}>
          <Says is={says(shown.title.text, meta.keyphrase)} words={t('seo.inTitle')} />
          <Says is={says(shown.description.text, meta.keyphrase)} words={t('seo.inDescription')} />
          <Says is={says(slug, meta.keyphrase)} words={t('seo.inSlug')} />
        </ul>
      )}
      <TextField
        label={t('seo.title')}
        hint={<Counter text={shown.title.text} line={titleOnSite(shown.title.text, site?.name)} of="title" />}
        value={meta.title}
        placeholder={cutToFit(title, 60)}
        maxLength={200}
        onChange={(event) => set({ title: cleanLine(event.currentTarget.value, 200) })}
      />
      <TextAreaField
        label={t('seo.description')}
        hint={<Counter text={shown.description.text} line={shown.description.text} of="description" />}
        value={meta.description}
        placeholder={cutToFit(lead || words, 155)}
        rows={4}
        maxLength={500}
        onChange={(event) => set({ description: cleanText(event.currentTarget.value, 500) })}
      />
      <Canonical value={meta.canonicalUrl} onChange={(canonicalUrl) => set({ canonicalUrl })} />
      <CheckField
        label={t('seo.hidden')}
        hint={t('seo.hidden.hint')}
        checked={meta.isHidden}
        onChange={(event) => set({ isHidden: event.currentTarget.checked })}
      />
    </fieldset>
  )
}

function Says({ is, words }: { is: boolean; words: string }) {
  const t = useWords('editor')
  return (
    <li data-good={is || undefined}>
      {is ? <IconCheck aria-hidden="true" /> : <IconMinus aria-hidden="true" />}
      <span>{words}</span>
      <span className="only-read">{is ? t('seo.yes') : t('seo.no')}</span>
    </li>
  )
}

/** @param line as the results page writes it, with the name of the site behind a title */
function Counter({ text, line, of }: { text: string; line: string; of: 'title' | 'description' }) {
  const t = useWords('editor')
  const ruler = useMemo(() => createRulers()(results.desktop[of].font), [of])
  const limit = limits[of]
  const { width, max } = taken(line, results.desktop[of], ruler)
  const { length, fit } = fitOf(text, limit)
  // what is cut is decided by pixels, what is little by letters
  const shown: Fit = fit === 'empty' || fit === 'short' ? fit : width > max ? 'long' : 'good'
  const advice: Record<Fit, string> = {
    empty: t('seo.fit.empty'),
    short: t('seo.fit.short'),
    good: t('seo.fit.good'),
    long: t('seo.fit.long'),
  }
  return (
    <span className={looks.counter} data-fit={shown}>
      <span className={looks.meter} aria-hidden="true">
        <span style={{ width: `${Math.min(100, (width / max) * 100)}%` }} />
      </span>
      {t('seo.fit', { length, max: limit.max })} · {t('seo.fit.px', { width, max })} · {advice[shown]}
    </span>
  )
}

/** Only a whole address is kept; what is half typed stays in the field. */
function Canonical({ value, onChange }: { value: string | null; onChange: (address: string | null) => void }) {
  const t = useWords('editor')
  const [typed, setTyped] = useState(value ?? '')
  const isBroken = typed.trim() !== '' && webAddress(typed) === null
  return (
    <TextField
      label={t('seo.canonical')}
      hint={t('seo.canonical.hint')}
      isOptional
      value={typed}
      maxLength={2048}
      placeholder="https://"
      problem={isBroken && t('seo.canonical.problem')}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        const address = webAddress(event.currentTarget.value)
        if (address !== null || event.currentTarget.value.trim() === '') onChange(address)
      }}
    />
  )
}

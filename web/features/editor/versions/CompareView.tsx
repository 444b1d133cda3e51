/** What differs between two texts, to be read: what came is marked by colour and a sign, what went is crossed out. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconArrowsExchange, IconRestore, IconX } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { api } from '../../../api/client.ts'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { DiffLegend, DiffLines, PlainDiff } from '../../../difference/DiffLines.tsx'
import { countChanges, diffBodies } from '../../../difference/text-diff.ts'
import { Button, IconButton } from '../../../ui/Button.tsx'
import { Select } from '../../../ui/Field.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { SkeletonText } from '../../../ui/Skeletons.tsx'
import { showToast } from '../../../ui/toasts.tsx'
import { useWords } from '../../../words/words.ts'
import type { Desk } from '../writing/desk.ts'
import type { EditionText } from '../writing/text.ts'
import { type Comparison, type Side, sideKey, sideOf, useSideText } from './comparison.ts'
import looks from './compare.module.css'
import { useVersions } from './use-versions.ts'

type Props = { desk: Desk; comparison: Comparison; mayWrite: boolean; onClose: () => void }

export function CompareView({ desk, comparison, mayWrite, onClose }: Props) {
  const t = useWords('editor')
  const [sides, setSides] = useState(comparison)
  const heading = useRef<HTMLHeadingElement>(null)
  // a choice in the list of versions begins anew
  const asked = `${sideKey(comparison.older)} ${sideKey(comparison.newer)}`
  useEffect(() => {
    setSides(comparison)
    heading.current?.focus({ preventScroll: true })
  }, [asked])
  const older = useSideText(desk, sides.older)
  const newer = useSideText(desk, sides.newer)
  const choices = useSideChoices(desk)
  return (
    <section className={looks.compare} aria-labelledby="compare-heading">
      <div className={looks.bar}>
        <h2 ref={heading} id="compare-heading" tabIndex={-1}>
          {t('compare')}
        </h2>
        <div className={looks.sides}>
          <Select
            aria-label={t('compare.older')}
            value={sideKey(sides.older)}
            options={choices}
            onChoose={(key) => setSides({ ...sides, older: sideOf(key) })}
          />
          <IconButton
            size="small"
            label={t('compare.swap')}
            onClick={() => setSides({ older: sides.newer, newer: sides.older })}
          >
            <IconArrowsExchange />
          </IconButton>
          <Select
            aria-label={t('compare.newer')}
            value={sideKey(sides.newer)}
            options={choices}
            onChoose={(key) => setSides({ ...sides, newer: sideOf(key) })}
          />
        </div>
        {mayWrite && <RestoreButton desk={desk} side={sides.older} onDone={onClose} />}
        <IconButton label={t('compare.close')} onClick={onClose}>
          <IconX />
        </IconButton>
      </div>
      <FormProblem error={older.error ?? newer.error} />
      {older.text && newer.text ? (
        <Difference older={older.text} newer={newer.text} />
      ) : (
        <div className={looks.sheet}>
          <SkeletonText lines={6} />
        </div>
      )}
    </section>
  )
}

function useSideChoices(desk: Desk): { value: string; label: string }[] {
  const t = useWords('editor')
  const formats = useFormats()
  const { versions } = useVersions(desk.edition.id)
  return [
    { value: 'now', label: t('compare.now') },
    ...versions.map((version) => ({
      value: `version:${version.id}`,
      label: `${t('version.number', { number: version.number })}, ${version.reason !== 'restored' && version.note ? version.note : formats.dateTime(version.createdAt)}`,
    })),
  ]
}

function Difference({ older, newer }: { older: EditionText; newer: EditionText }) {
  const t = useWords('editor')
  const said = useWords('difference')
  const lines = useMemo(() => diffBodies(older.body, newer.body), [older, newer])
  const { added, removed } = countChanges(lines)
  const details = detailsOf(older, newer)
  const isSame =
    lines.every(({ state }) => state === 'same') &&
    older.title === newer.title &&
    older.lead === newer.lead &&
    details.length === 0
  return (
    <>
      <p className={looks.summary} role="status">
        {isSame ? said('same') : said('summary', { added, removed })}
        {!isSame && <DiffLegend />}
      </p>
      <div className={looks.sheet}>
        <p className={looks.title}>
          <PlainDiff before={older.title} after={newer.title} />
        </p>
        {(older.lead || newer.lead) && (
          <p className={looks.lead}>
            <PlainDiff before={older.lead} after={newer.lead} />
          </p>
        )}
        {details.length > 0 && (
          <dl className={looks.details}>
            {details.map(({ name, before, after }) => (
              <div key={name}>
                <dt>{t(`compare.meta.${name}`)}</dt>
                <dd>
                  <PlainDiff before={before} after={after} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        <DiffLines lines={lines} />
      </div>
    </>
  )
}

const detailNames = ['title', 'description', 'keyphrase', 'canonicalUrl'] as const

function detailsOf(older: EditionText, newer: EditionText) {
  return detailNames
    .map((name) => ({ name, before: older.meta[name] ?? '', after: newer.meta[name] ?? '' }))
    .filter(({ before, after }) => before !== after)
}

/** Makes the older side the newest text again, for everybody who has it open. */
function RestoreButton({ desk, side, onDone }: { desk: Desk; side: Side; onDone: () => void }) {
  const t = useWords('editor')
  const tell = useRefusalToast()
  const queries = useQueryClient()
  const restore = async (versionId: string): Promise<string> => {
    const before = await desk.restore(versionId)
    await queries.invalidateQueries({ queryKey: api.content.listVersions.key() })
    return before
  }
  const { mutate, isPending } = useMutation({
    mutationFn: restore,
    onSuccess: (before) => {
      onDone()
      showToast({ text: t('restore.done'), undo: () => void restore(before).catch(tell) })
    },
    onError: tell,
  })
  if (side.kind !== 'version') return null
  return (
    <Button icon={<IconRestore />} busy={isPending} onClick={() => mutate(side.id)}>
      {t('restore')}
    </Button>
  )
}

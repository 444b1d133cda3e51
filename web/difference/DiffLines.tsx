/** The blocks of a difference. Stretches without change are folded, with a line of them left on either side. */
import { useState } from 'react'
import { useWords } from '../words/words.ts'
import type { Line } from './body-lines.ts'
import looks from './difference.module.css'
import { type DiffLine, diffWords, type LineState, type Part, type PartState } from './text-diff.ts'

const signs: Readonly<Record<LineState, string>> = {
  same: '',
  added: '+',
  removed: '−',
  changed: '~',
  'moved-away': '↕',
  'moved-here': '↕',
}
/** Shorter stretches without change stay in sight. */
const foldFrom = 5

type Stretch = { isFolded: boolean; lines: DiffLine[]; at: number }

function stretches(lines: readonly DiffLine[]): Stretch[] {
  const result: Stretch[] = []
  let [from, to] = [0, 0]
  const put = (end: number, isFolded: boolean) => {
    if (end > from) result.push({ isFolded, lines: lines.slice(from, end), at: from })
    from = end
  }
  while (to < lines.length) {
    let end = to
    while (lines[end]?.state === 'same') end++
    const isFirst = to === 0
    const isLast = end === lines.length
    if (end - to >= foldFrom) {
      put(to + (isFirst ? 0 : 1), false)
      put(end - (isLast ? 0 : 1), true)
    }
    to = Math.max(end, to + 1)
  }
  put(lines.length, false)
  return result
}

export function DiffLines({ lines }: { lines: readonly DiffLine[] }) {
  const t = useWords('difference')
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  return (
    <div className={looks.lines}>
      {stretches(lines).map((stretch) =>
        stretch.isFolded && !opened.has(stretch.at) ? (
          <button
            key={stretch.at}
            type="button"
            className={looks.fold}
            onClick={() => setOpened(new Set([...opened, stretch.at]))}
          >
            {t('unchanged', { count: stretch.lines.length })}
          </button>
        ) : (
          stretch.lines.map((line, index) => <DiffBlock key={stretch.at + index} diff={line} />)
        ),
      )}
    </div>
  )
}

function DiffBlock({ diff: { state, line, fields } }: { diff: DiffLine }) {
  const t = useWords('difference')
  const text = fields.find(({ name }) => name === 'text')
  const others = fields.flatMap(({ name, parts }) => (name === 'text' ? [] : [{ name, parts }]))
  return (
    <div
      className={looks.block}
      data-state={state}
      data-kind={line.kind}
      data-level={line.level || undefined}
      data-quoted={line.isQuoted || undefined}
      style={{ marginInlineStart: `${Math.min(line.depth, 6) * 22}px` }}
    >
      {state !== 'same' && (
        <span className={looks.sign}>
          <span aria-hidden="true">{signs[state]}</span>
          <span className="only-read">{t(`line.${state}`)}</span>
        </span>
      )}
      {line.marker && line.kind !== 'callout' && <span className={looks.marker}>{line.marker}</span>}
      <div className={looks.words}>
        {(line.kind === 'image' || line.kind === 'embed') && (
          <p className={looks.label}>
            {line.kind === 'image' ? t('picture') : t('embed')} <code>{shortSource(line)}</code>
          </p>
        )}
        {line.kind === 'callout' && (
          <p className={looks.label}>
            {t('callout')}: {line.marker}
          </p>
        )}
        {line.kind === 'rule' && <hr />}
        {text &&
          (line.kind === 'code' || line.kind === 'source' ? (
            <pre>
              <Parts parts={text.parts} />
            </pre>
          ) : (
            <p>
              <Parts parts={text.parts} />
            </p>
          ))}
        {others.map(({ name, parts }) => (
          <p key={name} className={looks.field}>
            <span>{t(`field.${name}`)}: </span>
            <Parts parts={parts} />
          </p>
        ))}
      </div>
    </div>
  )
}

const shortSource = ({ src }: Line): string =>
  src.startsWith('media:') ? '' : src.replace(/^https?:\/\//, '').slice(0, 60)

const stateClasses: Readonly<Record<PartState, string | undefined>> = {
  same: undefined,
  added: looks.added,
  removed: looks.removed,
  restyled: looks.restyled,
}

function Parts({ parts }: { parts: readonly Part[] }) {
  const t = useWords('difference')
  return parts.map((part, index) => {
    // parts have no identity of their own and are never reordered
    const style = { className: [stateClasses[part.state], markClasses(part.marks)].filter(Boolean).join(' ') }
    if (part.state === 'added')
      return (
        <ins key={index} {...style}>
          {part.text}
        </ins>
      )
    if (part.state === 'removed')
      return (
        <del key={index} {...style}>
          {part.text}
        </del>
      )
    if (part.state === 'restyled')
      return (
        <span key={index} {...style} title={t('restyled')}>
          {part.text}
        </span>
      )
    return (
      <span key={index} {...style}>
        {part.text}
      </span>
    )
  })
}

function markClasses(marks: string): string {
  return marks
    .split(' ')
    .map((mark) => (mark.startsWith('link:') ? looks.link : looks[mark]))
    .filter(Boolean)
    .join(' ')
}

/** Two plain texts. */
export const PlainDiff = ({ before, after }: { before: string; after: string }) => (
  <Parts parts={diffWords(before, after)} />
)

/** Which mark means what. */
export function DiffLegend() {
  const t = useWords('difference')
  return (
    <span className={looks.legend}>
      <ins className={looks.added}>{t('added')}</ins> <del className={looks.removed}>{t('removed')}</del>{' '}
      <span className={looks.restyled}>{t('restyled')}</span>
    </span>
  )
}

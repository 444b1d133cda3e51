/** An issue of a newsletter as its readers will find it: who it is from, what the list of their mail shows, the letter itself. */
import type { ApprovalPayload } from '@floowe/contracts/approvals'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'
import { Links } from './Links.tsx'
import { Sandbox } from './Sandbox.tsx'

type Props = {
  letter: NonNullable<ApprovalPayload['letter']>
  /** The text that it carries. */
  text: string
  language: string
}

export function LetterSeen({ letter: { from, subject, preheader, html }, text, language }: Props) {
  const t = useWords('approvals')
  return (
    <>
      <dl className={looks.envelope}>
        <div>
          <dt>{t('letter.from')}</dt>
          <dd>{from}</dd>
        </div>
        <div>
          <dt>{t('letter.subject')}</dt>
          <dd lang={language}>
            <strong>{subject}</strong>
          </dd>
        </div>
        {preheader !== '' && (
          <div>
            <dt>{t('letter.preheader')}</dt>
            <dd lang={language}>{preheader}</dd>
          </div>
        )}
      </dl>
      <Sandbox title={subject} language={language} source={html} />
      <Links html={text} language={language} />
    </>
  )
}

/** What belongs to a text besides its words. */
import type { Article, EditionSummary } from '@floowe/contracts/content'
import { useMay } from '../../../api/me.ts'
import { useWords } from '../../../words/words.ts'
import looks from './details.module.css'
import { useStanding } from '../OutdatedNotice.tsx'
import type { Desk } from '../writing/desk.ts'
import { ChannelsTab } from './ChannelsTab.tsx'
import { ChecklistSection } from './ChecklistSection.tsx'
import { Cover } from './Cover.tsx'
import { Languages } from './Languages.tsx'
import { PreviewLinks } from './PreviewLinks.tsx'
import { References } from './References.tsx'
import { SearchTab } from './SearchTab.tsx'
import { SlugField } from './SlugField.tsx'
import { StatusField } from './StatusField.tsx'
import { Tabs } from './Tabs.tsx'
import { TermsField } from './TermsField.tsx'
import { TypeField } from './TypeField.tsx'

type Props = { desk: Desk; article: Article; summary: EditionSummary; mayWrite: boolean; onPlan: () => void }

export function DetailsPanel(props: Props) {
  const t = useWords('editor')
  const mayReadDeliveries = useMay('publishing:read')
  const { data: standing } = useStanding(props.article)
  const here = standing?.filter((one) => one.editionId === props.summary.id) ?? []
  const tabs = [
    { id: 'text', label: t('tab.text'), panel: () => <TextTab {...props} /> },
    {
      id: 'search',
      label: 'SEO',
      panel: () => (
        <SearchTab desk={props.desk} article={props.article} summary={props.summary} mayWrite={props.mayWrite} />
      ),
    },
    ...(mayReadDeliveries
      ? [
          {
            id: 'channels',
            label: (
              <>
                {t('tab.channels')}
                {here.length > 0 && <span className={looks.tabCount}> {here.length}</span>}
              </>
            ),
            panel: () => <ChannelsTab {...props} here={here} />,
          },
        ]
      : []),
  ]
  return <Tabs label={t('details')} tabs={tabs} />
}

function TextTab({ desk, article, summary, mayWrite }: Props) {
  return (
    <div className={looks.sections}>
      <StatusField summary={summary} mayWrite={mayWrite} />
      <ChecklistSection editionId={summary.id} mayWrite={mayWrite} />
      <Languages article={article} summary={summary} mayWrite={mayWrite} beforeLeaving={() => desk.flush()} />
      <Cover article={article} mayWrite={mayWrite} />
      <TermsField article={article} kind="category" mayWrite={mayWrite} />
      <TermsField article={article} kind="tag" mayWrite={mayWrite} />
      <TermsField article={article} kind="author" mayWrite={mayWrite} />
      <SlugField desk={desk} language={summary.language} mayWrite={mayWrite} />
      {mayWrite && <TypeField article={article} />}
      {mayWrite && <PreviewLinks desk={desk} />}
      <References article={article} />
    </div>
  )
}

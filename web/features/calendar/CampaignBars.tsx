/** Campaigns as bars over the days they last; a bar opens its campaign. */
import { IconFlag3 } from '@tabler/icons-react'
import type { Campaign } from '@floowe/contracts/calendar'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import { barsOf } from './lanes.ts'
import looks from './places.module.css'

type BarsProps = { days: readonly string[]; campaigns: readonly Campaign[]; onCampaign: (campaign: Campaign) => void }

export function CampaignBars({ days, campaigns, onCampaign }: BarsProps) {
  const t = useWords('calendar')
  const formats = useFormats()
  const bars = barsOf(
    days,
    campaigns.map((campaign) => ({ campaign, from: campaign.firstDay, to: campaign.lastDay })),
  )
  const date = (day: string): string => formats.shortDate(`${day}T12:00:00Z`, 'UTC')
  return (
    <ul className={looks.bars} style={{ gridTemplateColumns: `repeat(${days.length}, minmax(0, 1fr))` }}>
      {bars.map(({ item: { campaign }, lane, from, to, beginsBefore, endsLater }) => (
        <li key={campaign.id} style={{ gridColumn: `${from + 1} / ${to + 2}`, gridRow: lane + 1 }}>
          <button
            type="button"
            className={looks.bar}
            data-tone={campaign.colour}
            data-from={beginsBefore ? 'before' : undefined}
            data-to={endsLater ? 'later' : undefined}
            title={`${campaign.name}, ${date(campaign.firstDay)} – ${date(campaign.lastDay)}`}
            onClick={() => onCampaign(campaign)}
          >
            <IconFlag3 size={12} aria-hidden="true" />
            <span>{campaign.name}</span>
            <span className="only-read">
              , {t('campaign.days', { from: date(campaign.firstDay), to: date(campaign.lastDay) })}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

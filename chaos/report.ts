/** Figures as people read them. */
import type { Spread, Tally } from './judge.ts'
import type { PolicyTally } from './policies.ts'
import type { Result } from './run.ts'

const columns = [
  ['network', ({ network }: Tally) => network],
  ['planned', ({ planned }: Tally) => planned],
  ['published', ({ published }: Tally) => published],
  ['faults', ({ faults }: Tally) => faults],
  ['twice', ({ duplicates }: Tally) => duplicates],
  ['lost', ({ lost }: Tally) => lost],
  ['claimed', ({ falseClaims }: Tally) => falseClaims],
  ['strays', ({ strays }: Tally) => strays],
  ['failed', ({ failed }: Tally) => failed],
  ['person', ({ needsHuman }: Tally) => needsHuman],
  [
    'taken/cut/down/?',
    ({ reasons: one }: Tally) => (one ? [one.taken, one.cut, one.down, one.unexplained].join('/') : ''),
  ],
  ['open', ({ open }: Tally) => open],
  ['late p50/95/99 ms', ({ lateness }: Tally) => spread(lateness)],
  ['with outages', ({ latenessWhole }: Tally) => spread(latenessWhole)],
  ['down/429 %', ({ downShare, orderedShare }: Tally) => `${percent(downShare)}/${percent(orderedShare)}`],
] as const

const spread = (three: Spread): string => three?.join('/') ?? '–'
const percent = (share: number): string => (share * 100).toFixed(1)

function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => String(row[at] ?? '').length)))
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? String(cell).padEnd(widths[at] ?? 0) : String(cell).padStart(widths[at] ?? 0)))
        .join('  '),
    )
    .join('\n')
}

export function tableOf({ tallies, all }: Pick<Result, 'tallies' | 'all'>): string {
  return table([
    columns.map(([title]) => title),
    ...[...tallies, all].map((tally) => columns.map(([, value]) => value(tally))),
  ])
}

export const tableOfPolicies = (tallies: readonly PolicyTally[], ours: Tally | null): string =>
  table([
    ['policy', 'asked', 'twice', 'lost', 'unresolved', 'per 10,000'],
    ...tallies.map((one) => [
      one.policy,
      one.sent,
      one.duplicates,
      one.lost,
      one.unresolved,
      [one.duplicates, one.lost, one.unresolved].map((count) => Math.round((count / one.sent) * 10_000)).join('/'),
    ]),
    ...(ours
      ? [
          [
            'Floowe',
            ours.planned,
            ours.duplicates,
            ours.lost,
            ours.needsHuman + ours.failed + ours.open,
            [ours.duplicates, ours.lost, ours.needsHuman + ours.failed + ours.open]
              .map((count) => Math.round((count / ours.planned) * 10_000))
              .join('/'),
          ],
        ]
      : []),
  ])

/** How one is at the text: writing, suggesting, or only reading it as readers will. */
import { IconBook, IconPencil, IconPencilQuestion } from '@tabler/icons-react'
import { Segmented } from '../../../ui/Segmented.tsx'
import { MenuItem, MenuLine } from '../../../ui/Menu.tsx'
import { useWords } from '../../../words/words.ts'

export type Mode = 'writing' | 'suggesting' | 'reading'
export const modes: readonly Mode[] = ['writing', 'suggesting', 'reading']
const icons = { writing: IconPencil, suggesting: IconPencilQuestion, reading: IconBook } as const

type Props = { mode: Mode; onMode: (mode: Mode) => void }

export function ModeSwitch({ mode, onMode }: Props) {
  const t = useWords('editor')
  return (
    <Segmented
      label={t('mode')}
      value={mode}
      onChange={onMode}
      options={modes.map((value) => {
        const Icon = icons[value]
        return {
          value,
          title: t(`mode.${value}.hint`),
          label: (
            <>
              <Icon aria-hidden="true" size={16} />
              <span className="only-read">{t(`mode.${value}`)}</span>
            </>
          ),
        }
      })}
    />
  )
}

/** The same in a menu, where the bar has no room. */
export function ModeItems({ mode, onMode }: Props) {
  const t = useWords('editor')
  return (
    <>
      {modes.map((value) => {
        const Icon = icons[value]
        return (
          <MenuItem key={value} icon={<Icon />} isChosen={value === mode} onChoose={() => onMode(value)}>
            {t(`mode.${value}`)}
          </MenuItem>
        )
      })}
      <MenuLine />
    </>
  )
}

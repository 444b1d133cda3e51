import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react'
import { Button, IconButton } from '../../ui/Button.tsx'
import { TextAreaField, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Card } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'
import { type MenuEntry, moved } from './site-draft.ts'
import looks from './site.module.css'

const entriesMax = 12

type LanguagePartsProps = {
  code: string
  menu: readonly MenuEntry[]
  footer: string
  mayChange: boolean
  onMenu: (menu: MenuEntry[]) => void
  onFooter: (footer: string) => void
  onRemove?: () => void
}

/** The menu and the footer of the site in one language. */
export function LanguageParts({ code, menu, footer, mayChange, onMenu, onFooter, onRemove }: LanguagePartsProps) {
  const t = useWords('site')
  const formats = useFormats()
  const name = formats.language(code)
  const change = (index: number, part: Partial<MenuEntry>) =>
    onMenu(menu.map((entry, at) => (at === index ? { ...entry, ...part } : entry)))
  return (
    <Card>
      <section aria-label={name} className={looks.stack}>
        <div className={looks.languageHead}>
          <h3>{name}</h3>
          {onRemove && mayChange && (
            <Button size="small" tone="quiet" onClick={onRemove}>
              {t('language.remove')}
            </Button>
          )}
        </div>
        <div className={looks.menu}>
          <p className={looks.label}>{t('menu')}</p>
          {menu.map((entry, index) => (
            // entries have no id; fields are controlled, so a moved row shows the right text
            <div key={index} className={looks.entry} role="group" aria-label={t('menu.entry', { number: index + 1 })}>
              <TextField
                label={t('menu.label')}
                value={entry.label}
                required
                maxLength={60}
                onChange={(event) => change(index, { label: event.currentTarget.value })}
              />
              <TextField
                label={t('menu.href')}
                value={entry.href}
                required
                maxLength={500}
                pattern="(/|https?://|mailto:).*"
                title={t('menu.hrefHint')}
                spellCheck={false}
                onChange={(event) => change(index, { href: event.currentTarget.value })}
              />
              {mayChange && (
                <span className={looks.acts}>
                  <IconButton
                    size="small"
                    label={t('menu.up')}
                    disabled={index === 0}
                    onClick={() => onMenu(moved(menu, index, -1))}
                  >
                    <IconArrowUp />
                  </IconButton>
                  <IconButton
                    size="small"
                    label={t('menu.down')}
                    disabled={index === menu.length - 1}
                    onClick={() => onMenu(moved(menu, index, 1))}
                  >
                    <IconArrowDown />
                  </IconButton>
                  <IconButton
                    size="small"
                    label={t('menu.remove')}
                    onClick={() => onMenu(menu.filter((_, at) => at !== index))}
                  >
                    <IconX />
                  </IconButton>
                </span>
              )}
            </div>
          ))}
          {mayChange && menu.length < entriesMax && (
            <div>
              <Button size="small" icon={<IconPlus />} onClick={() => onMenu([...menu, { label: '', href: '/' }])}>
                {t('menu.add')}
              </Button>
            </div>
          )}
        </div>
        <TextAreaField
          label={t('footer')}
          isOptional
          value={footer}
          maxLength={2000}
          rows={2}
          onChange={(event) => onFooter(event.currentTarget.value)}
        />
      </section>
    </Card>
  )
}

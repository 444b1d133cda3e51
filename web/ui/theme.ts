/** Mantine dressed in the tokens of `tokens.css`. The colours live there; here they are only pointed at. */
import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core'
import looks from './theme.module.css'

/** Mantine asks for ten shades of each colour. Ours has one, and a soft one behind text. */
const shades = (name: string): MantineColorsTuple => {
  const soft = `var(--${name}-soft)`
  const full = `var(--${name})`
  return [soft, soft, soft, soft, full, full, full, full, full, full]
}
const colours = ['river', 'moss', 'amber', 'clay', 'plum'] as const

export const theme: MantineThemeOverride = createTheme({
  colors: Object.fromEntries(colours.map((name) => [name, shades(name)])),
  primaryColor: 'river',
  primaryShade: 6,
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--serif)', fontWeight: '500' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '10px', xl: '16px' },
  fontSizes: { xs: '12.5px', sm: '14px', md: '14px', lg: '16px', xl: '19px' },
  lineHeights: { xs: '18px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  shadows: { xs: 'none', sm: 'none', md: 'var(--shadow)', lg: 'var(--shadow)', xl: 'var(--shadow)' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { classNames: { root: looks.button } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Input: { classNames: { input: looks.input } },
    InputWrapper: { classNames: { label: looks.label, description: looks.description, error: looks.error } },
    Menu: {
      defaultProps: { shadow: 'md', offset: 6, transitionProps: { duration: 120 } },
      classNames: { dropdown: looks.floating, item: looks.item, label: looks.menuLabel },
    },
    Popover: {
      defaultProps: { shadow: 'md', offset: 6, transitionProps: { duration: 120 } },
      classNames: { dropdown: looks.floating },
    },
    Combobox: { classNames: { dropdown: looks.floating, option: looks.item } },
    Tooltip: {
      defaultProps: { openDelay: 350, transitionProps: { duration: 120 } },
      classNames: { tooltip: looks.tooltip },
    },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        overlayProps: { color: 'var(--veil)', backgroundOpacity: 1 },
        transitionProps: { duration: 140 },
      },
      classNames: {
        content: looks.dialog,
        header: looks.dialogHeader,
        title: looks.dialogTitle,
        body: looks.dialogBody,
      },
    },
    Drawer: {
      defaultProps: {
        position: 'right',
        overlayProps: { color: 'var(--veil)', backgroundOpacity: 1 },
        transitionProps: { duration: 160 },
      },
      classNames: {
        content: looks.dialog,
        header: looks.dialogHeader,
        title: looks.dialogTitle,
        body: looks.dialogBody,
      },
    },
    Tabs: { classNames: { tab: looks.tab, list: looks.tabs } },
    Pill: { classNames: { root: looks.pill } },
  },
})

/** Points every variable that Mantine reads at a token, the same for both schemes: the tokens change, these do not. */
export const variables: CSSVariablesResolver = () => {
  const all: Record<string, string> = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-bright': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-2)',
    '--mantine-color-anchor': 'var(--river)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-error': 'var(--clay)',
    '--mantine-color-disabled': 'var(--sunken)',
    '--mantine-color-disabled-color': 'var(--ink-3)',
    '--mantine-color-disabled-border': 'var(--line)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-gray-light': 'var(--sunken)',
    '--mantine-color-gray-light-hover': 'var(--hover)',
    '--mantine-color-gray-light-color': 'var(--ink-2)',
    '--mantine-primary-color-contrast': 'var(--on-accent)',
  }
  for (const name of colours) {
    const strong = name === 'river' || name === 'clay' ? `var(--${name}-strong)` : `var(--${name})`
    Object.assign(all, {
      [`--mantine-color-${name}-text`]: `var(--${name})`,
      [`--mantine-color-${name}-filled`]: `var(--${name})`,
      [`--mantine-color-${name}-filled-hover`]: strong,
      [`--mantine-color-${name}-light`]: `var(--${name}-soft)`,
      [`--mantine-color-${name}-light-hover`]: `var(--${name}-soft)`,
      [`--mantine-color-${name}-light-color`]: `var(--${name})`,
      [`--mantine-color-${name}-outline`]: `var(--${name})`,
      [`--mantine-color-${name}-outline-hover`]: `var(--${name}-soft)`,
    })
  }
  return { variables: {}, light: all, dark: all }
}

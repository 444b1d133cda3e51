/** What can be put into a text: its name, the words it is found by in both languages, and what choosing it does. */
import type { Editor } from '@tiptap/core'
import { fold } from '@floowe/language'
import type { WordKey } from '../../../words/namespaces.ts'
import { insertFootnote } from './footnotes.ts'
import { type CalloutKind, calloutKinds } from './figures.ts'
import { insertTable } from './tables.ts'

/** What the page does for an entry that needs more than the text: choosing a picture, asking for an address. */
export type PageActs = { choosePicture: () => void; askEmbed: () => void }

export type SlashEntry = {
  id: string
  word: WordKey<'editor'>
  hint: WordKey<'editor'>
  /** Found by these too, in both languages whatever the app speaks. */
  also: string
  /** Markdown that does the same. */
  sign?: string
  run: (editor: Editor, page: PageActs) => void
}

const heading = (level: 1 | 2 | 3 | 4): SlashEntry => ({
  id: `heading${level}`,
  word: `heading.${level}`,
  hint: `heading.${level}.hint`,
  also: `h${level} naglowek srodtytul tytul heading title section`,
  sign: '#'.repeat(level),
  run: (editor) => editor.chain().focus().setNode('heading', { level }).run(),
})

const callout = (kind: CalloutKind, also: string): SlashEntry => ({
  id: `callout-${kind}`,
  word: `callout.${kind}`,
  hint: 'callout.hint',
  also: `callout ramka wyroznienie box ${also}`,
  run: (editor) => editor.chain().focus().wrapIn('callout', { kind }).run(),
})
const calloutWords: Record<CalloutKind, string> = {
  note: 'uwaga notatka informacja note info',
  tip: 'wskazowka porada tip hint',
  important: 'wazne important',
  warning: 'ostrzezenie warning',
  caution: 'przestroga niebezpieczenstwo caution danger',
}

export const slashEntries: readonly SlashEntry[] = [
  {
    id: 'picture',
    word: 'insert.picture',
    hint: 'insert.picture.hint',
    also: 'obraz zdjecie ilustracja foto grafika image picture photo media',
    run: (_editor, page) => page.choosePicture(),
  },
  heading(2),
  heading(3),
  {
    id: 'bulletList',
    word: 'list.bullet',
    hint: 'list.bullet.hint',
    also: 'lista punktowana wypunktowanie kropki bullet list unordered',
    sign: '-',
    run: (editor) => editor.chain().focus().toggleList('bulletList', 'listItem').run(),
  },
  {
    id: 'orderedList',
    word: 'list.ordered',
    hint: 'list.ordered.hint',
    also: 'lista numerowana numery numbered ordered list',
    sign: '1.',
    run: (editor) => editor.chain().focus().toggleList('orderedList', 'listItem').run(),
  },
  {
    id: 'taskList',
    word: 'list.task',
    hint: 'list.task.hint',
    also: 'lista zadan zadania todo task check checkbox',
    sign: '[]',
    run: (editor) => editor.chain().focus().toggleList('taskList', 'taskItem').run(),
  },
  {
    id: 'blockquote',
    word: 'quote',
    hint: 'quote.hint',
    also: 'cytat quote blockquote',
    sign: '>',
    run: (editor) => editor.chain().focus().wrapIn('blockquote').run(),
  },
  {
    id: 'table',
    word: 'table',
    hint: 'table.hint',
    also: 'tabela table grid',
    run: (editor) => void insertTable(editor, 3, 3),
  },
  {
    id: 'codeBlock',
    word: 'code',
    hint: 'code.hint',
    also: 'kod program code pre listing',
    sign: '```',
    run: (editor) => editor.chain().focus().setNode('codeBlock').run(),
  },
  {
    id: 'embed',
    word: 'embed',
    hint: 'embed.hint',
    also: 'film wideo osadz youtube vimeo post wpis dzwiek podcast embed video tweet spotify',
    run: (_editor, page) => page.askEmbed(),
  },
  {
    id: 'footnote',
    word: 'footnote',
    hint: 'footnote.hint',
    also: 'przypis odnosnik footnote note reference',
    run: (editor) => void insertFootnote(editor),
  },
  {
    id: 'horizontalRule',
    word: 'rule',
    hint: 'rule.hint',
    also: 'linia separator kreska podzial rule divider line hr',
    sign: '---',
    run: (editor) => editor.chain().focus().insertContent({ type: 'horizontalRule' }).run(),
  },
  ...calloutKinds.map((kind) => callout(kind, calloutWords[kind])),
  heading(1),
  heading(4),
]

/**
 * Entries that the query names, best first: names that begin with it, then words that do. Without Polish signs, as they are
 * often typed.
 */
export function matchingEntries(
  query: string,
  nameOf: (entry: SlashEntry) => string,
  entries: readonly SlashEntry[] = slashEntries,
): SlashEntry[] {
  const wanted = plain(query)
  if (wanted === '') return [...entries]
  const rank = (entry: SlashEntry): number => {
    const name = plain(nameOf(entry))
    if (name.startsWith(wanted)) return 0
    const words = `${name} ${entry.also}`.split(' ')
    if (words.some((word) => word.startsWith(wanted))) return 1
    return wanted.split(' ').every((part) => words.some((word) => word.startsWith(part))) ? 2 : 3
  }
  return entries
    .map((entry) => ({ entry, at: rank(entry) }))
    .filter(({ at }) => at < 3)
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry)
}

const plain = (text: string): string => fold(text).trim().replace(/\s+/g, ' ')

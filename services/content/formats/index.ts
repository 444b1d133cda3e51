/**
 * Reading and writing content in the forms of the world: Markdown, HTML, WordPress, Ghost. Pure: no database, no network.
 */
export { openContainer } from './container.ts'
export { fileOnDisk } from './disk.ts'
export { type FrontMatter, type FrontMatterFields, readFrontMatter, writeFrontMatter } from './front-matter.ts'
export { type HtmlOptions, htmlToBody } from './html.ts'
export {
  bytesOf,
  type Container,
  type ContainerFormat,
  fileInMemory,
  type IncomingAttachment,
  type IncomingEntry,
  type IncomingItem,
  type IncomingTerm,
  type Note,
  type ReadOptions,
  type SkippedItem,
  type SourceFile,
  UnreadableContainer,
} from './incoming.ts'
export { bodyToMarkdown, type MarkdownOptions, markdownToBody } from './markdown.ts'
export { type PictureSource, renderBody, type RenderOptions } from './render.ts'
export { sourcesIn, withIds, withSources } from './sources.ts'

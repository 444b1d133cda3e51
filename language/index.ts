/**
 * Pure text engine for Polish and English: words, sentences, lemmas, search terms, slugs, typography, reading time. No
 * input or output: the same code runs in services and in the browser. Languages are BCP 47 tags; Polish and English
 * have rules of their own, any other language gets the common ones. Offsets count UTF-16 units.
 *
 * Work grows linearly with the text and no text makes a function fail; only a damaged dictionary does, with
 * `DictionaryError`.
 */
export { DictionaryError } from './automaton.ts'
export { type Dictionary, openDictionary, type Reading } from './dictionary.ts'
export { englishStem } from './english-stems.ts'
export { lemmasOf } from './lemmas.ts'
export { readingMinutes } from './reading.ts'
export { indexTerms, type IndexTerm, queryTerms, type QueryTerm } from './search-terms.ts'
export { type Sentence, sentencesOf } from './sentences.ts'
export { slugOf } from './slugs.ts'
export { typeset } from './typography.ts'
export { fold, type Word, wordsOf, wordCount } from './words.ts'

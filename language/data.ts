/**
 * Where the Polish dictionary lies (2.8 MB). This package reads no files; whoever needs the dictionary reads these
 * bytes once, when first needed, and hands them to `openDictionary`:
 *
 *     const dictionary = openDictionary(await readFile(polishDictionaryFile))
 *
 * Source: Morfologik 2.1 (PoliMorf), BSD licence; the licence lies beside the file and travels with it.
 */
export const polishDictionaryFile: URL = new URL('./data/polish-dictionary/polish.dict', import.meta.url)

/** Where the built app lies: `index.html`, hashed files in `assets/`, each with `.br` and `.gz` beside it. */
export const webDist: URL = new URL('./dist/', import.meta.url)

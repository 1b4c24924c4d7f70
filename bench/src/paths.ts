import { fileURLToPath } from 'node:url'

// One folder below bench, in src as in dist: addresses from here are right in both.

/** Where the contenders from npm live, apart from the workspace. */
export const contendersFolder: string = fileURLToPath(new URL('../contenders/', import.meta.url))

/** Where results are kept, those of each release line of Node in a folder. */
export const resultsFolder: string = fileURLToPath(new URL('../results/', import.meta.url))

/** The command line of one end, built. */
export const endFile: string = fileURLToPath(new URL('../dist/end.js', import.meta.url))

/** The documentation, with the page and the plots. */
export const docsFolder: string = fileURLToPath(new URL('../../docs/', import.meta.url))

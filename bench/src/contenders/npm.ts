import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Where the contenders from npm live, apart from the workspace. */
export const contendersFolder: string = fileURLToPath(new URL('../../contenders/', import.meta.url))

/** Loads from there; throws where they are not installed, or where a file of theirs cannot be loaded. */
export const requireContender: NodeJS.Require = createRequire(new URL('../../contenders/package.json', import.meta.url))

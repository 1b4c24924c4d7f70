import { createRequire } from 'node:module'
import { join } from 'node:path'
import { contendersFolder } from '../paths.ts'

/** Loads a contender of npm; throws where it is not installed. */
export const requireContender: NodeJS.Require = createRequire(join(contendersFolder, 'package.json'))

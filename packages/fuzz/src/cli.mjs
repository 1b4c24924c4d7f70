// `pnpm fuzz`: bundles, then runs what was bundled. Node 20 does not run TypeScript by itself.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildEngine, buildTargets, output } from './build.mjs'

await buildEngine()
const built = await buildTargets()
/** @type {typeof import('./main.ts')} */
const { main } = await import(pathToFileURL(join(output, 'main.mjs')).href)
process.exitCode = await main(process.argv.slice(2), { ...built, folder: join(output, '..'), worker: join(output, 'worker.mjs') })

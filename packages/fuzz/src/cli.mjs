// `pnpm fuzz`: bundles, then runs what was bundled. Node 20 does not run TypeScript by itself.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildEngine, buildTargets, folder, output } from './build.mjs'

process.once('exit', () => rmSync(output, { recursive: true, force: true }))
await buildEngine()
const built = await buildTargets()
/** @type {typeof import('./main.ts')} */
const { main } = await import(pathToFileURL(join(output, 'main.mjs')).href)
process.exitCode = await main(process.argv.slice(2), { ...built, folder, worker: join(output, 'worker.mjs') })

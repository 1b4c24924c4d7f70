import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { Instrumenter } from './instrument.mjs'

const source = fileURLToPath(new URL('.', import.meta.url))
const packages = join(source, '..', '..')

/** The folder of this package. */
export const folder = join(source, '..')

/** Where the bundles of a process go: nothing of it is committed, and who runs at the same time has another. */
export const output = join(folder, '.build', String(process.pid))

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@seashell/source'],
  sourcemap: 'inline',
  logLevel: 'warning',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
}

/** Bundles what runs the fuzzer, as it is. */
export async function buildEngine() {
  await build({
    ...common,
    entryPoints: [join(source, 'main.ts'), join(source, 'worker.ts')],
    outdir: output,
    outExtension: { '.js': '.mjs' },
  })
}

/**
 * Bundles the targets with everything that they fuzz, instrumented: the packages of the project, and nothing else.
 *
 * @returns how many counters there are, and the words in the code
 */
export async function buildTargets() {
  const instrumenter = new Instrumenter()
  const outfile = join(output, 'targets.mjs')
  await build({ ...common, entryPoints: [join(source, 'targets', 'index.ts')], outfile, plugins: [instrumentation(instrumenter)] })
  // A sentence is no word of a protocol.
  const words = [...instrumenter.words].filter((word) => !word.includes(' '))
  return { edges: instrumenter.edges, words, outfile }
}

/**
 * @param {Instrumenter} instrumenter
 * @returns {import('esbuild').Plugin}
 */
function instrumentation(instrumenter) {
  return {
    name: 'instrumentation',
    setup(bundle) {
      bundle.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const [name, subfolder] = relative(packages, path).split(sep)
        if (subfolder !== 'src' || name === 'fuzz' || name === 'test-support') return undefined
        const { code } = await transform(await readFile(path, 'utf8'), { loader: 'ts', format: 'esm', target: 'node20' })
        return { contents: instrumenter.instrument(code), loader: 'js' }
      })
    },
  }
}

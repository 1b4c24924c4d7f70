import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { ourAlgorithms } from '../src/algorithms/families.ts'

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url))

/** What a package of algorithms may have of others in its bundle besides its own: it shares their arithmetic. Nobody else may have any. */
const allowances: Readonly<Record<string, readonly string[]>> = {
  'cipher-aes-gcm-wasm': ['cipher-aes'],
  'cipher-chacha20-poly1305-wasm': ['cipher-chacha20-poly1305'],
  'kex-mlkem-wasm': ['kex-mlkem'],
  'kex-rsa': ['key-rsa'],
  legacy: ['kex-dh', 'kex-rsa', 'key-rsa', 'mac-hmac'],
}

/** Names that an algorithm writes though they are another's too: formats of the keys that it deals with. */
const keyFormats: Readonly<Record<string, string>> = {
  'rsa1024-sha1': 'ssh-rsa',
  'webauthn-sk-ecdsa-sha2-nistp256@openssh.com': 'sk-ecdsa-sha2-nistp256@openssh.com',
}

const families = readdirSync(PACKAGES).filter((name) => ['algorithm', 'composite'].includes(tagOf(name)))
const algorithms = ourAlgorithms()
/** Of core, as paths below packages/: what `@seashell/core/wire` is made of, and nothing else. */
let wire: readonly string[]

beforeAll(async () => {
  wire = (await bundle(`export * from './core/src/wire/index.ts'`)).modules
  expect(wire).toContain('core/src/wire/reader.ts')
  expect(wire).not.toContain('core/src/transport/base.ts')
})

describe('a bundle that holds one family alone', () => {
  it.each(families)('has no byte of another: %s', async (family) => {
    const { modules } = await bundle(`export * from '${sourceOf(family)}'`)
    const allowed = [family, ...(allowances[family] ?? [])]
    const own = (path: string): boolean => allowed.some((name) => path.startsWith(`${name}/src/`))
    expect(modules.some((path) => path.startsWith(`${family}/src/`))).toBe(true)
    expect(modules.filter((path) => !own(path) && !wire.includes(path))).toEqual([])
  })

  it('is checked for every family that is listed in docs/algorithms.md', () => {
    const listed = new Set(algorithms.map(({ family }) => family).filter((family) => family !== 'core'))
    const others = families.filter((family) => !listed.has(family))
    expect([...listed].filter((family) => !families.includes(family))).toEqual([])
    expect(others).toEqual(['cipher-aes-gcm-wasm', 'cipher-chacha20-poly1305-wasm', 'kex-mlkem-wasm']) // they register no name of their own
  })
})

describe('a bundle that imports one algorithm', () => {
  const exported = algorithms.filter(({ family }) => families.includes(family) && family !== 'certificates')

  it.each(exported)('leaves out the rest of its family: $definition.name of $family', async ({ definition, family, symbol }) => {
    const { text } = await bundle(`export { ${symbol} } from '${sourceOf(family)}'`)
    const siblings = exported.filter((one) => one.family === family && one.definition !== definition)
    const others = siblings.map((one) => one.definition.name).filter((name) => name !== keyFormats[definition.name])
    expect(others.filter((name) => text.includes(JSON.stringify(name)))).toEqual([])
    const loaded = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Readonly<Record<string, unknown>>
    expect(loaded[symbol]).toMatchObject({ kind: definition.kind, name: definition.name })
  })
})

describe('a bundle that imports one preset', () => {
  it('has what the preset has: modern', async () => {
    const { modules } = await bundle(`export { modern } from '${sourceOf('presets')}'`)
    const found = new Set(modules.map((path) => path.split('/')[0]!))
    const missing = ['certificates', 'compression-zlib', 'kex-dh', 'kex-ecdh', 'kex-rsa', 'legacy', 'mac-hmac', 'mac-umac']
    expect(missing.filter((family) => found.has(family))).toEqual([])
    expect(found).toContain('kex-mlkem')
  })

  it.each(['compatible', 'fips'])('has nothing of legacy: %s', async (preset) => {
    const { modules } = await bundle(`export { ${preset} } from '${sourceOf('presets')}'`)
    expect(modules.filter((path) => path.startsWith('legacy/'))).toEqual([])
  })
})

/** Bundles a module as an application would be: its text, and our modules of which bytes are in it, as paths below packages/. */
async function bundle(contents: string): Promise<{ readonly text: string; readonly modules: readonly string[] }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: PACKAGES, loader: 'ts' },
    absWorkingDir: PACKAGES,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['@seashell/source'],
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => relative(PACKAGES, join(PACKAGES, path)))
  return { text: outputFiles[0]!.text, modules: used.filter((path) => /^[^./<][^/]*\/src\//.test(path)) }
}

function sourceOf(name: string): string {
  return `./${name}/src/index.ts`
}

function tagOf(name: string): string {
  const { tags } = JSON.parse(readFileSync(join(PACKAGES, name, 'turbo.json'), 'utf8')) as { readonly tags: readonly string[] }
  return tags[0] ?? ''
}

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { mlkem768Half } from '@seashell/kex-mlkem'
import { exchange, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it, vi } from 'vitest'
import { defineLibsodiumHybridHalves, type LibsodiumHybridHalves, type LibsodiumModule } from '../src/index.ts'
import { loadLibsodium } from '../src/libsodium-module.ts'

it('is loaded by the first exchange and not before, and once', async () => {
  const load = vi.fn(loadLibsodium)
  const halves = defineLibsodiumHybridHalves(load)
  expect(load).not.toHaveBeenCalled()
  await Promise.all([halves.mlkem768.generate(seededRandom('a')), halves.x25519.generate(seededRandom('b'))])
  await halves.mlkem768.generate(seededRandom('c'))
  expect(load).toHaveBeenCalledTimes(1)
})

describe('computes in JavaScript', () => {
  it('where libsodium cannot be loaded, and does not ask again', async () => {
    const load = vi.fn(() => Promise.reject<LibsodiumModule>(new Error('WebAssembly is refused')))
    const halves = defineLibsodiumHybridHalves(load)
    await expectExchanges(halves)
    expect(load).toHaveBeenCalledTimes(1)
  })

  it.each<[string, object]>([
    ['lacks a function', { _crypto_kem_mlkem768_dec: undefined }],
    ['has no memory left', { _malloc: () => 0 }],
    ['cannot be initialised', { _sodium_init: () => -1 }],
  ])('where libsodium %s', async (_, lacking) => {
    const module = await loadLibsodium()
    const seedKeypair = vi.spyOn(module, '_crypto_kem_mlkem768_seed_keypair')
    await expectExchanges(defineLibsodiumHybridHalves(() => Promise.resolve({ ...module, ...lacking })))
    expect(seedKeypair).not.toHaveBeenCalled()
  })
})

describe('bundled as for a browser', async () => {
  const program = await bundledProgram()

  it.each([
    ['where a policy allows WebAssembly, libsodium', true, 'libsodium'],
    // What `script-src` without 'wasm-unsafe-eval' does in a browser, Node's contexts do too.
    ['where a policy forbids WebAssembly, noble', false, 'noble'],
  ])('%s makes the keys of ML-KEM-768', async (_, wasm, expected) => {
    const context = createContext({ crypto, atob, TextDecoder }, { codeGeneration: { strings: false, wasm } })
    expect(await runInContext(`${program};program.answer`, context)).toEqual(await expectedAnswer(expected))
  })

  it('where there is no WebAssembly at all, noble makes the keys of ML-KEM-768', async () => {
    const script = `${program};program.answer.then((answer) => console.log(JSON.stringify(answer)))`
    const child = spawnSync(process.execPath, ['--jitless', '-'], { input: script, encoding: 'utf8', timeout: 20_000 })
    expect(child).toMatchObject({ status: 0 })
    expect(JSON.parse(child.stdout)).toEqual(await expectedAnswer('noble'))
  })
})

async function expectExchanges(halves: LibsodiumHybridHalves): Promise<void> {
  const ours = await exchange(halves.mlkem768, seededRandom('client'), seededRandom('server'))
  expect(ours).toEqual(await exchange(mlkem768Half, seededRandom('client'), seededRandom('server')))
  const { decapsulated, sharedSecret } = await exchange(halves.x25519, seededRandom('client'), seededRandom('server'))
  expect(toHex(decapsulated)).toBe(toHex(sharedSecret))
}

/** What the bundled program comes to. */
async function expectedAnswer(provider: string): Promise<string[]> {
  const { publicKey } = await mlkem768Half.generate((length) => new Uint8Array(length).fill(7))
  return [toHex(publicKey), provider]
}

/** A script after which `program.answer` is a promise of an encapsulation key, in hexadecimal, and of who has computed it. */
async function bundledProgram(): Promise<string> {
  const contents = `
    import { defineLibsodiumHybridHalves } from './src/halves.ts'
    import { loadLibsodium } from './src/libsodium-module.ts'
    let provider = 'noble'
    const { mlkem768 } = defineLibsodiumHybridHalves(async () => {
      const module = await loadLibsodium()
      const generate = module._crypto_kem_mlkem768_seed_keypair
      module._crypto_kem_mlkem768_seed_keypair = (...values) => ((provider = 'libsodium'), generate(...values))
      return module
    })
    const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    export const answer = (async () => {
      const { publicKey } = await mlkem768.generate((length) => new Uint8Array(length).fill(7))
      return [toHex(publicKey), provider]
    })()
  `
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'js' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'program',
    platform: 'browser',
    conditions: ['@seashell/source'],
    define: { 'import.meta.url': '"https://example.com/"' },
  })
  return outputFiles[0]!.text
}

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import type { AeadCipherDefinition } from '@seashell/core'
import { opensslGcm, seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it, vi } from 'vitest'
import { aesGcmWasm, defineAesGcmWasm, type WebAssemblyLike } from '../src/index.ts'

it('seals and opens in JavaScript where there is no WebAssembly', () => {
  const [definition] = defineAesGcmWasm({ webAssembly: () => undefined })
  expect(sealed([definition!])).toBe(sealed(aesGcmWasm))
  const [key, iv, packet] = [new Uint8Array(32), new Uint8Array(12), seededRandom('packet')(36)]
  const opener = definition!.createOpener(key, iv)
  const arrived = new Uint8Array(opensslGcm(key, iv)(6, packet))
  expect(toHex(opener.open(6, new Uint8Array(arrived)))).toBe(toHex(packet.subarray(4)))
  expect(() => opener.open(7, arrived)).toThrow(expect.objectContaining({ code: 'MAC' }))
})

describe('where a policy forbids WebAssembly', () => {
  // What `script-src` without 'wasm-unsafe-eval' does in a browser, Node's contexts do too.
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  const forbidden = runInContext('WebAssembly', context) as typeof WebAssembly

  it('is refused by the platform, or this tests nothing', () => {
    expect(() => new forbidden.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))).toThrow('disallowed')
  })

  it('seals in JavaScript, and does not ask again', () => {
    const webAssembly = vi.fn((): WebAssemblyLike => forbidden)
    const definitions = defineAesGcmWasm({ webAssembly })
    expect(webAssembly).not.toHaveBeenCalled()
    expect(sealed(definitions)).toBe(sealed(aesGcmWasm))
    expect(sealed(definitions)).toBe(sealed(aesGcmWasm))
    expect(webAssembly).toHaveBeenCalledTimes(1)
  })
})

it('seals in JavaScript where there is no memory for an instance', () => {
  class Instance {
    readonly exports = {}
    constructor() {
      throw new RangeError('could not allocate memory')
    }
  }
  expect(sealed(defineAesGcmWasm({ webAssembly: () => ({ Module: WebAssembly.Module, Instance }) }))).toBe(sealed(aesGcmWasm))
})

describe('in a process of Node that', async () => {
  const program = await bundledProgram()

  it.each([
    ['has WebAssembly', [], 'uses it'],
    ['has no WebAssembly', ['--jitless'], 'does not'],
    ['has WebAssembly without SIMD', ['--no-enable-sse4-1', '--no-enable-ssse3'], process.arch === 'x64' ? 'does not' : 'uses it'],
  ])('%s, it seals what OpenSSL seals', (_, flags, expected) => {
    const child = spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', program], { encoding: 'utf8', timeout: 20_000 })
    expect(child).toMatchObject({ status: 0 })
    const packet = Uint8Array.from({ length: 1020 }, (_each, index) => index)
    const wanted = opensslGcm(new Uint8Array(32).fill(7), new Uint8Array(12))(9, packet.subarray(0, -16))
    expect(child.stdout.trim().split('\n').slice(-2)).toEqual([toHex(wanted), expected])
  })
})

function sealed([definition]: readonly AeadCipherDefinition[]): string {
  const random = seededRandom('fallback')
  const packet = random(300)
  definition!.createSealer(random(32), random(12)).seal(5, packet)
  return toHex(packet)
}

/** A program that prints a sealed packet, and whether WebAssembly made an instance. */
async function bundledProgram(): Promise<string> {
  const contents = `
    import { defineAesGcmWasm } from './src/index.ts'
    let made = 'does not'
    const platform = globalThis.WebAssembly
    const [definition] = defineAesGcmWasm({ webAssembly: () => platform && ({
      Module: platform.Module,
      Instance: class { constructor(module) { this.exports = new platform.Instance(module).exports; made = 'uses it' } },
    }) })
    const packet = Uint8Array.from({ length: 1020 }, (_, index) => index)
    definition.createSealer(new Uint8Array(32).fill(7), new Uint8Array(12)).seal(9, packet)
    console.log(Buffer.from(packet).toString('hex'))
    console.log(made)
  `
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['@seashell/source'],
  })
  return outputFiles[0]!.text
}

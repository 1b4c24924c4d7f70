// What chacha20-poly1305@openssh.com does here and now, in MB/s, sealed and opened: in JavaScript, in WebAssembly, and in whatever else has
// such a definition. `pnpm build`, then `pnpm --filter @seashell/cipher-chacha20-poly1305-wasm bench [module …]`, where a module is one that
// exports definitions, or lists of them, and is not ours to depend on: `$PWD/packages/node/dist/index.js`.
//
// Others use the machine too, so each is measured in short turns, by turns, and the best turn counts.
import { performance } from 'node:perf_hooks'
import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import { chacha20Poly1305Wasm } from '@seashell/cipher-chacha20-poly1305-wasm'

const LENGTHS = [64, 1024, 32_768]
const TURNS = 150
// What a packet costs at least is about what 1,000 bytes cost, so that turns are equally long.
const TURN_BYTES = 100_000
const PACKET_COST = 1000
const HEAD_LENGTH = 4

/** @typedef {import('@seashell/core').AeadCipherDefinition} Definition */

/** @type {Definition[]} */
const definitions = [chacha20Poly1305, chacha20Poly1305Wasm]
for (const name of process.argv.slice(2)) {
  const exported = Object.values(await import(name)).flat()
  definitions.push(...exported.filter((each) => each?.kind === 'cipher' && each.name === chacha20Poly1305.name))
}

for (const length of LENGTHS) {
  const works = definitions.map((definition) => ({
    provider: definition.provider,
    seal: sealing(definition, length),
    open: opening(definition, length),
  }))
  const rates = works.map(() => ({ seal: 0, open: 0 }))
  for (let turn = 0; turn < TURNS; turn++) {
    works.forEach((work, index) => {
      rates[index].seal = Math.max(rates[index].seal, rate(work.seal, length))
      rates[index].open = Math.max(rates[index].open, rate(work.open, length))
    })
  }
  works.forEach(({ provider }, index) => {
    const [{ seal, open }, noble] = [rates[index], rates[0]]
    const columns = [
      `${length} bytes`.padEnd(12),
      provider.padEnd(14),
      `seal ${seal.toFixed(0).padStart(5)} MB/s ${(seal / noble.seal).toFixed(1).padStart(5)}×`,
      `open ${open.toFixed(0).padStart(5)} MB/s ${(open / noble.open).toFixed(1).padStart(5)}×`,
    ]
    console.log(columns.join('   '))
  })
}

/** @param {Definition} definition @param {number} length */
function sealing(definition, length) {
  const sealer = definition.createSealer(new Uint8Array(definition.keyLength), new Uint8Array(0))
  const packet = new Uint8Array(HEAD_LENGTH + length + definition.tagLength)
  let sequence = 0
  return () => sealer.seal(sequence++, packet)
}

/** As core opens a packet: its length first. @param {Definition} definition @param {number} length */
function opening(definition, length) {
  const [key, iv] = [new Uint8Array(definition.keyLength), new Uint8Array(0)]
  const sealed = new Uint8Array(HEAD_LENGTH + length + definition.tagLength)
  definition.createSealer(key, iv).seal(0, sealed)
  const opener = definition.createOpener(key, iv)
  const arrived = new Uint8Array(sealed.length)
  return () => {
    arrived.set(sealed)
    opener.readLength(0, arrived.subarray(0, opener.headLength))
    return opener.open(0, arrived)
  }
}

/** @param {() => unknown} work @param {number} length @returns {number} MB/s */
function rate(work, length) {
  const times = Math.ceil(TURN_BYTES / (length + PACKET_COST))
  const start = performance.now()
  for (let count = 0; count < times; count++) work()
  return (times * length) / (performance.now() - start) / 1000
}

// What AES-GCM does here and now, in MB/s and µs a packet, sealed and opened: in JavaScript, in WebAssembly, and in whatever else has such
// definitions. `pnpm build`, then `pnpm --filter @seashell/cipher-aes-gcm-wasm bench [module …]`, where a module is one that exports
// definitions, or lists of them, and is not ours to depend on: `$PWD/packages/node/dist/index.js`.
//
// Others use the machine too, so each is measured in short turns, by turns, and the best turn counts.
import { performance } from 'node:perf_hooks'
import { aes128Gcm, aes256Gcm } from '@seashell/cipher-aes'
import { aesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'

const NAMES = [aes128Gcm.name, aes256Gcm.name]
const LENGTHS = [64, 256, 512, 1024, 2048, 4096, 32_768]
const TURNS = 150
// What a packet costs at least is about what 1,000 bytes cost, so that turns are equally long.
const TURN_BYTES = 100_000
const PACKET_COST = 1000
const HEAD_LENGTH = 4

/** @typedef {import('@seashell/core').AeadCipherDefinition} Definition */

/** @type {Definition[]} */
const definitions = [aes128Gcm, aes256Gcm, ...aesGcmWasm]
for (const name of process.argv.slice(2)) {
  definitions.push(
    ...Object.values(await import(name))
      .flat()
      .filter((each) => each?.kind === 'cipher'),
  )
}

for (const name of NAMES) {
  for (const length of LENGTHS)
    compare(
      definitions.filter((each) => each.name === name),
      length,
    )
}

/** @param {Definition[]} rivals @param {number} length */
function compare(rivals, length) {
  const works = rivals.map((definition) => ({ definition, seal: sealing(definition, length), open: opening(definition, length) }))
  const rates = works.map(() => ({ seal: 0, open: 0 }))
  for (let turn = 0; turn < TURNS; turn++) {
    works.forEach((work, index) => {
      rates[index].seal = Math.max(rates[index].seal, rate(work.seal, length))
      rates[index].open = Math.max(rates[index].open, rate(work.open, length))
    })
  }
  works.forEach(({ definition }, index) => {
    const [{ seal, open }, noble] = [rates[index], rates[0]]
    const columns = [
      definition.name,
      `${length} bytes`.padEnd(12),
      definition.provider.padEnd(14),
      `seal ${seal.toFixed(0).padStart(5)} MB/s ${(length / seal).toFixed(2).padStart(7)} µs ${(seal / noble.seal).toFixed(1).padStart(5)}×`,
      `open ${open.toFixed(0).padStart(5)} MB/s ${(length / open).toFixed(2).padStart(7)} µs ${(open / noble.open).toFixed(1).padStart(5)}×`,
    ]
    console.log(columns.join('   '))
  })
}

/** @typedef {{ prepare: () => Uint8Array, run: (packet: Uint8Array) => unknown }} Work */

/** @param {Definition} definition @param {number} length @returns {Work} */
function sealing(definition, length) {
  const sealer = definition.createSealer(new Uint8Array(definition.keyLength), new Uint8Array(definition.ivLength))
  const packet = new Uint8Array(HEAD_LENGTH + length + definition.tagLength)
  return { prepare: () => packet, run: (each) => sealer.seal(0, each) }
}

// As core opens a packet: its length first. Invocations are counted, so that each packet can be opened once.
/** @param {Definition} definition @param {number} length @returns {Work} */
function opening(definition, length) {
  const opener = definition.createOpener(new Uint8Array(definition.keyLength), new Uint8Array(definition.ivLength))
  const sealer = definition.createSealer(new Uint8Array(definition.keyLength), new Uint8Array(definition.ivLength))
  const prepare = () => {
    const packet = new Uint8Array(HEAD_LENGTH + length + definition.tagLength)
    sealer.seal(0, packet)
    return packet
  }
  const run = (/** @type {Uint8Array} */ packet) => {
    opener.readLength(0, packet.subarray(0, opener.headLength))
    return opener.open(0, packet)
  }
  return { prepare, run }
}

/** @param {Work} work @param {number} length @returns {number} MB/s */
function rate({ prepare, run }, length) {
  const packets = Array.from({ length: Math.ceil(TURN_BYTES / (length + PACKET_COST)) }, prepare)
  const start = performance.now()
  for (const packet of packets) run(packet)
  return (packets.length * length) / (performance.now() - start) / 1000
}

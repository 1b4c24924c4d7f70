// How many times as fast as the portable definitions those on node:crypto are, here and now: `pnpm build`, then
// `pnpm --filter @seashell/node bench`. Both are measured in turns, and the median of the turns counts.
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { aesCiphers } from '@seashell/cipher-aes'
import { chachaCiphers } from '@seashell/cipher-chacha20-poly1305'
import { curve25519Sha256 } from '@seashell/kex-curve25519'
import { dhKeyExchanges } from '@seashell/kex-dh'
import { ecdhKeyExchanges } from '@seashell/kex-ecdh'
import { ecdsaPublicKeys } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_512 } from '@seashell/key-rsa'
import { hmacMACs } from '@seashell/mac-hmac'
import { nodeCrypto } from '@seashell/node'

const TURNS = 5
const TURN_MS = 120
const LENGTHS = [64, 1024, 32_768]

/** @typedef {import('@seashell/core').AlgorithmDefinition} Definition */
/** @typedef {() => unknown} Operation one piece of work; what it returns is awaited */

for (const cipher of [...chachaCiphers, ...aesCiphers, ...hmacMACs]) {
  for (const length of LENGTHS) await compare(cipher, `${length} bytes`, (definition) => packetWork(definition, length))
}
for (const kex of [curve25519Sha256, ...ecdhKeyExchanges, ...dhKeyExchanges]) {
  await compare(kex, 'client and server', (definition) => exchangeWork(definition))
}
for (const key of [sshEd25519, ...ecdsaPublicKeys, rsaSha2_512]) {
  const pair = await key.privateKeys?.generate(randomBytes)
  if (pair === undefined) continue
  const signature = await key.privateKeys?.sign(pair.privateKey, randomBytes(100))
  await compare(
    key,
    'sign',
    ({ privateKeys }) =>
      () =>
        privateKeys.sign(pair.privateKey, randomBytes(100)),
  )
  await compare(key, 'verify', (definition) => () => definition.verify(pair.publicKey, randomBytes(100), signature))
}

/**
 * @param {Definition} portable @param {string} work
 * @param {(definition: any) => Operation} prepare
 */
async function compare(portable, work, prepare) {
  const node = nodeCrypto.find(({ kind, name }) => kind === portable.kind && name === portable.name)
  const [ours, theirs] = [prepare(node), prepare(portable)]
  /** @type {number[][]} */
  const rates = [[], []]
  for (let turn = 0; turn < TURNS; turn++) {
    rates[0]?.push(await rate(ours))
    rates[1]?.push(await rate(theirs))
  }
  const [fast, slow] = rates.map((turns) => turns.toSorted((a, b) => a - b)[TURNS >> 1] ?? 0)
  const columns = [
    portable.name.padEnd(32),
    work.padEnd(18),
    perSecond(slow),
    perSecond(fast),
    `${((fast ?? 0) / (slow || 1)).toFixed(1)} ×`,
  ]
  console.log(columns.join('  '))
}

/** How often a second. @param {Operation} operation */
async function rate(operation) {
  await operation()
  let count = 0
  const start = performance.now()
  let elapsed = 0
  while (elapsed < TURN_MS) {
    await operation()
    count++
    elapsed = performance.now() - start
  }
  return (count / elapsed) * 1000
}

/** @param {number | undefined} value */
function perSecond(value = 0) {
  return `${Math.round(value).toLocaleString('en')}/s`.padStart(12)
}

/** Protects one packet. @param {any} definition @param {number} length @returns {Operation} */
function packetWork(definition, length) {
  const key = randomBytes(definition.keyLength)
  if (definition.kind === 'mac') {
    const [mac, data] = [definition.create(key), randomBytes(length)]
    return () => mac.sign(1, data)
  }
  const iv = randomBytes(definition.ivLength)
  if (definition.integrity === 'mac') {
    const [stream, data] = [definition.createEncryptor(key, iv), new Uint8Array(length)]
    return () => stream.transform(data)
  }
  const [sealer, packet] = [definition.createSealer(key, iv), new Uint8Array(4 + length + definition.tagLength)]
  let sequence = 0
  return () => sealer.seal(sequence++, packet)
}

/** One whole exchange. @param {any} definition @returns {Operation} */
function exchangeWork(definition) {
  return async () => {
    const { publicKey, privateKey } = await definition.generate(randomBytes)
    const { ciphertext } = await definition.encapsulate(publicKey, randomBytes)
    await definition.decapsulate(privateKey, ciphertext)
  }
}

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AlgorithmDefinition, AlgorithmRegistry } from '@seashell/core'
import { findConch, findOpenSSH } from '@seashell/interop'
import { mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
import { libsodiumHybridHalves } from '@seashell/kex-mlkem-wasm'
import { seededRandom } from '@seashell/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  beClient,
  beServer,
  cellsOf,
  type Choice,
  choiceOf,
  conchPeer,
  everything,
  expectedEvidence,
  joinOurs,
  makeHostKey,
  makeMatrixKeys,
  type MatrixKeys,
  matrixKinds,
  notOurs,
  openSSHPeer,
  Outcomes,
  ourNames,
  pairName,
  pairs,
  pairsWith,
  type PeerRole,
  renderPage,
  type RunningPeer,
  sessionName,
  untried,
  usual,
} from '../src/matrix/index.ts'

const PAGE = fileURLToPath(new URL('../../../docs/interop.md', import.meta.url))
const PACKAGES = fileURLToPath(new URL('../../', import.meta.url))

const [openSSHs, conch] = [findOpenSSH(), findConch()]
const peers = [...openSSHs.map(openSSHPeer), ...(conch === undefined ? [] : [conchPeer(conch)])]
const isComplete = openSSHs.length === 2 && conch !== undefined
const newest = peers[openSSHs.length - 1]
const outcomes = new Outcomes()
const byLibsodium = everything.clone().override(mlkemKeyExchangesOver(libsodiumHybridHalves))

/** Several packets, and more than the 50 000 bytes after which keys are exchanged anew, in a form that compresses and in one that does not. */
const bytes = new Uint8Array([...seededRandom('matrix')(80_000), ...new Uint8Array(20_000)])

let folder: string
let keys: MatrixKeys

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seashell-matrix-'))
  if (openSSHs[0] !== undefined) keys = await makeMatrixKeys(openSSHs[0], folder)
}, 60_000)

afterAll(() => rm(folder, { recursive: true }))

// Keys are ssh-keygen's.
describe.each(openSSHs.length === 0 ? [] : peers)('$name', (peer) => {
  let running: RunningPeer

  beforeAll(async () => {
    running = await peer.start({ folder: await mkdtemp(join(folder, 'peer-')), keys, bytes })
  })
  afterAll(() => running.stop())

  async function hold(choice: Choice, role: PeerRole, algorithms?: AlgorithmRegistry): Promise<void> {
    const evidence =
      role === 'server'
        ? await beClient(running.server, keys, choice, bytes, algorithms)
        : await beServer(keys, choice, bytes, (port) => running.runClient(port, choice), running.rekeys, algorithms)
    expect(evidence).toEqual(expectedEvidence(choice))
  }

  it.concurrent.each(cellsOf(peer).filter(({ reason }) => reason === undefined))('as $role: $kind $name', (cell) =>
    outcomes.keep(sessionName(peer, cell), () => hold(choiceOf(cell.kind, cell.name), cell.role)),
  )

  it.concurrent.each(peer === newest ? pairsWith(peer) : [])('as $role: $cipher with $MAC', ({ role, ...pair }) =>
    outcomes.keep(pairName(pair, peer, role), () => hold({ ...usual, ...pair }, role)),
  )

  const postQuantum = 'mlkem768x25519-sha256'
  it.concurrent.each(peer.names['key exchange'].includes(postQuantum) ? (['server', 'client'] as const) : [])(
    `as %s: ${postQuantum} by libsodium`,
    (role) => hold(choiceOf('key exchange', postQuantum), role, byLibsodium),
  )
})

/** The names of all definitions that a package exports, alone or in lists. */
async function namesIn(name: string): Promise<string[]> {
  const exported: unknown[] = Object.values((await import(join(PACKAGES, name, 'src', 'index.ts'))) as Record<string, unknown>).flat()
  return exported.filter(isDefinition).map((definition) => definition.name)
}

function isDefinition(value: unknown): value is AlgorithmDefinition {
  return typeof value === 'object' && value !== null && 'apiVersion' in value && 'name' in value
}

it('has every algorithm of every package', async () => {
  const folders = (await readdir(PACKAGES)).filter((name) => /^(cipher|mac|kex|key|compression)-|^legacy$/.test(name))
  const exported = await Promise.all(folders.map(namesIn))
  const { ciphers, macs, keyExchanges, publicKeys, compressions } = everything
  const ours = [ciphers, macs, keyExchanges, publicKeys, compressions].flatMap(({ names }) => names)
  expect(ours).toEqual(expect.arrayContaining(exported.flat()))
})

describe('our client and our server, without a socket', () => {
  it.each(pairs)('$cipher with $MAC', (pair) =>
    outcomes.keep(pairName(pair), async () => {
      const choice = { ...usual, ...pair }
      const evidence = await joinOurs(await makeHostKey(usual['host key']), choice, bytes.subarray(60_000), 20_000)
      expect(evidence).toEqual(expectedEvidence(choice))
    }),
  )
})

describe.runIf(isComplete)('docs/interop.md', () => {
  it('has a reason for everything that is not tried, and none too many', () => {
    const lacking = peers.flatMap(({ names }) =>
      matrixKinds.flatMap((kind) => names[kind].filter((name) => !ourNames[kind].includes(name))),
    )
    expect(new Set(lacking)).toEqual(new Set(Object.keys(notOurs)))
    const reasons = peers.flatMap((peer) => cellsOf(peer).map(({ reason }) => reason)).filter((reason) => reason !== undefined)
    expect(new Set(reasons)).toEqual(new Set(untried.map(({ reason }) => reason)))
  })

  it('says what this run found', async () => {
    const [before, page] = [await readFile(PAGE, 'utf8').catch(() => ''), renderPage(peers, newest!, outcomes)]
    if (page === before) return
    await mkdir(dirname(PAGE), { recursive: true })
    await writeFile(PAGE, page)
    const message = 'docs/interop.md said something else than this run found. It is written anew: look at what changed, and commit it'
    if (process.env['CI']) throw new Error(message)
    console.warn(message)
  })
})

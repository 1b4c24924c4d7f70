import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { findOpenSSH } from '../peers.ts'
import { registryOf, signingAlgorithms } from './algorithms.ts'
import { type Case, cases } from './cases.ts'
import { KEY_FILE, makeKeys } from './keys.ts'
import { namesOf, record } from './record.ts'
import { FOLDER, type Role, type Transcript } from './transcript.ts'

const peers = findOpenSSH()
const NOTE = 'A session of ours with a real OpenSSH. All our randomness comes from the seed; our keys are in keys.json.'

beforeAll(async () => {
  for (const role of ['client', 'server']) await mkdir(`${FOLDER}${role}`, { recursive: true })
  if (!existsSync(KEY_FILE)) await save(KEY_FILE, await makeKeys(signingAlgorithms('portable')))
})

it.each(peers)('every algorithm that OpenSSH $version and we have in common has its session', (peer) => {
  const { keyExchanges, publicKeys, ciphers, macs } = registryOf('portable')
  const theirs = new Set((['kex', 'cipher', 'mac', 'HostKeyAlgorithms'] as const).flatMap((kind) => namesOf(peer, kind)))
  const common = [keyExchanges, publicKeys, ciphers, macs].flatMap(({ names }) => names.filter((name) => theirs.has(name)))
  const recorded = new Set(cases.flatMap(({ plan }) => [...Object.values(plan.algorithms), plan.login]))
  // Such signatures are made by browsers; ssh has them in its list and never makes one.
  const browsers = common.filter((name) => name.startsWith('webauthn-'))
  expect(common.filter((name) => !recorded.has(name))).toEqual(browsers)
})

describe.each<Role>(['client', 'server'])('with us as %s', (role) => {
  const chosen = cases.filter(({ roles }) => roles.includes(role))
  it.each(chosen.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const { plan, outcome, chunks } = await record(peerFor(each), role, each)
    const date = new Date().toISOString().slice(0, 10)
    const transcript: Transcript = { note: NOTE, date, plan, outcome, chunks }
    expect(plan.algorithms).toMatchObject(outcome.negotiated)
    await save(`${FOLDER}${role}/${each.name}.json`, transcript)
  })
})

function peerFor({ version }: Case) {
  const peer = peers.find((each) => each.version.startsWith(`${version}.`))
  if (peer === undefined) throw new Error(`there is no OpenSSH ${version} here: .ci/install-peers`)
  return peer
}

async function save(path: string, content: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(content, undefined, 2)}\n`)
}

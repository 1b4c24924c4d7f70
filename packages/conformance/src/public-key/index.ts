import type { PublicKeyDefinition } from '@seashell/core'
import { WireReader } from '@seashell/core/wire'
import { toBytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { definitionCheck } from '../definition.ts'
import { evidenceCheck, hostileCheck, vectorChecks, type Hostile } from '../evidence.ts'
import { expectBytes, expectThat } from '../expect.ts'
import { referenceChecks } from './reference.ts'
import type { PublicKeyEvidence, PublicKeyVector } from './evidence.ts'
import { keyRefusalChecks } from './key-refusals.ts'
import { privateKeyChecks } from './private-keys.ts'
import { samplesOf, type Samples } from './samples.ts'
import { signatureChecks } from './signatures.ts'

/**
 * What a signature algorithm and its keys have to do right: the answers of its vectors and its reference; to take no signature but the right
 * one, and no key that is not one; and to read, write and generate keys that are whole.
 *
 * @example
 * ```ts
 * import { publicKeyChecks } from '@seashell/conformance'
 * import { sshEd25519 } from '@seashell/key-ed25519'
 *
 * const checks = publicKeyChecks(sshEd25519, {
 *   unverified: 'an example',
 *   refusedKeys: 'any 32 bytes are a key, though nothing may verify under it',
 *   refusedSignatures: [{ what: 'R and S of zeros', change: (blob) => blob.fill(0, blob.length - 64) }],
 * })
 * ```
 */
export function publicKeyChecks(definition: PublicKeyDefinition, evidence: PublicKeyEvidence): Check[] {
  const { refusedKeys, refusedSignatures, reference } = evidence
  const samples = samplesOf(definition, evidence)
  return [
    definitionCheck(definition, {
      kind: 'public-key',
      functions: ['bitLength', 'verify'],
      names: ['keyFormat', 'signatureFormat', 'typeName'],
    }),
    evidenceCheck(evidence),
    hostileCheck('hostile public keys', 'on another curve, beside the curve, too short, too long', refusedKeys),
    hostileCheck('hostile signatures', 'malleable and malformed ones', refusedSignatures),
    ...vectorChecks(evidence, (vector) => expectAnswer(definition, vector, evidence.deterministic ?? true)),
    ...(reference === undefined ? [] : referenceChecks(definition, reference, samples)),
    ...signatureChecks(definition, samples, listOf(refusedSignatures)),
    ...keyRefusalChecks(definition, samples, listOf(refusedKeys)),
    ...privateChecks(definition, samples, evidence),
  ]
}

function privateChecks(definition: PublicKeyDefinition, samples: Samples, { deterministic = true, bits }: PublicKeyEvidence): Check[] {
  const operations = definition.privateKeys
  return operations === undefined
    ? []
    : privateKeyChecks(definition, operations, samples, { deterministic, ...(bits !== undefined && { bits }) })
}

function listOf<Value>(hostile: Hostile<Value> | undefined): readonly Value[] {
  return typeof hostile === 'string' ? [] : (hostile ?? [])
}

async function expectAnswer(definition: PublicKeyDefinition, vector: PublicKeyVector, deterministic: boolean): Promise<void> {
  const [publicKey, data, signature] = [toBytes(vector.publicKey), toBytes(vector.data), toBytes(vector.signature)]
  const valid = vector.valid ?? true
  const verified = await definition.verify(publicKey, data, signature)
  expectThat(verified === valid, `the signature to be ${valid ? 'right' : 'wrong'}`, `that verify() says ${verified}`)
  if (vector.privateKey === undefined || definition.privateKeys === undefined) return
  const pair = definition.privateKeys.read(new WireReader(toBytes(vector.privateKey), 'the private key'))
  expectBytes('the public key that belongs to the private one', pair.publicKey, publicKey)
  const made = await definition.privateKeys.sign(pair.privateKey, data)
  if (deterministic && valid) expectBytes('the signature', made, signature)
  expectThat(await definition.verify(publicKey, data, made), 'a signature by that key to verify', 'that it does not')
}

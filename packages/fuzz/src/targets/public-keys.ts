import { createHash } from 'node:crypto'
import type { PublicKeyDefinition } from '@seashell/core'
import { concatBytes, encodeAscii, WireReader, WireWriter } from '@seashell/core/wire'
import { ecdsaPublicKeys } from '@seashell/key-ecdsa'
import { sshEd25519, sshEd448 } from '@seashell/key-ed25519'
import { sshMldsa44Ed25519 } from '@seashell/key-mldsa'
import { rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'
import { readSecurityKeyDetails, skEcdsaSha2Nistp256, skSshEd25519, webauthnSkEcdsaSha2Nistp256 } from '@seashell/key-sk'
import { sshDss, sshRsa } from '@seashell/legacy'
import { attempt, attemptAsync, expect } from '../invariants.ts'
import { Input, sized } from '../support/input.ts'
import { rsaKeyPair, sampleKeys, sampleSignatures, SIGNED_DATA } from '../support/samples.ts'
import type { Outcome, Target } from '../target.ts'

const badKey = { codes: ['KEY', 'MALFORMED'], faults: ['peer', 'caller'] } as const
const badSignature = { codes: ['MALFORMED'], faults: ['peer'] } as const

/** Fuzzes a public key blob and a signature blob, of the types given; the input's first byte says which. */
function defineKeyTarget(name: string, definitions: readonly PublicKeyDefinition[], seeds: Target['seeds'], mutations?: number): Target {
  return {
    name,
    maxLength: 8192,
    ...(mutations !== undefined && { mutations }),
    seeds,
    async run(data): Promise<Outcome> {
      const input = new Input(data)
      const definition = input.pick(definitions)
      const [publicKey, signature] = [input.bytes(), input.rest()]
      const bits = attempt(() => definition.bitLength(publicKey), badKey)
      const verified = await attemptAsync(() => definition.verify(publicKey, SIGNED_DATA, signature), badKey)
      expect((bits === undefined) === (verified === undefined), 'a key that has a size can verify, and no other')
      if (bits !== undefined) expect(Number.isInteger(bits.value) && bits.value >= 256 && bits.value <= 32_768, 'a size is in bits')
      if (verified?.value !== true) return 'refused'
      const again = await definition.verify(publicKey, concatBytes(SIGNED_DATA, Uint8Array.of(0)), signature)
      expect(!again, 'a signature is over what was signed, and nothing else')
      return 'accepted'
    },
  }
}

function seedOf(choice: number, publicKey: Uint8Array, signature: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(choice), sized(publicKey), signature)
}

const curves = [sshEd25519, sshEd448, ...ecdsaPublicKeys]

async function signedSeeds(definitions: readonly PublicKeyDefinition[]): Promise<Uint8Array[]> {
  const samples = (await sampleSignatures()).filter(({ definition }) => definitions.includes(definition))
  return samples.map(({ definition, publicKey, signature }) => seedOf(definitions.indexOf(definition), publicKey, signature))
}

/** Ed25519, Ed448 and ECDSA. */
export const curveKeys: Target = defineKeyTarget('keys-curves', curves, () => signedSeeds(curves), 500)

/** ML-DSA with Ed25519. */
export const mldsaKeys: Target = defineKeyTarget('keys-mldsa', [sshMldsa44Ed25519], () => signedSeeds([sshMldsa44Ed25519]), 200)

const rsa = [rsaSha2_512, rsaSha2_256, sshRsa]

/** RSA with all three hashes. */
export const rsaKeys: Target = defineKeyTarget(
  'keys-rsa',
  rsa,
  async () => {
    const { publicKey, privateKey } = rsaKeyPair()
    return await Promise.all(
      rsa.map(async (definition, choice) => seedOf(choice, publicKey, await definition.privateKeys!.sign(privateKey, SIGNED_DATA))),
    )
  },
  500,
)

/** DSA. */
export const dsaKeys: Target = defineKeyTarget('keys-dsa', [sshDss], () => [seedOf(0, dsaPublicKey(), dsaSignature())], 500)

/** A key of 1024 bits that node:crypto made once: sshDss makes none. Its private half is gone. */
function dsaPublicKey(): Uint8Array {
  const lines = [
    'AAAAB3NzaC1kc3MAAACBAN8rOZpQy9UFBuBgOSdO/MZcH9KYDTVk1HgtUuFOOHAIjQdPd/ealUpBSaQLq3KGpzsbbZwavt8BBSwxJd3luMlfkRdvCB28mSep',
    'BBxdutc5FSwP1m5b9FpOCnV7Mzy6aKrHKO8VLDimJhlTlc/zlsngpu6yrmLsB/lW9BU0u+vtAAAAFQC8M0vt0Txj7H3pgnqNL8pkUxTnrQAAAIBGKmIuZ3o0',
    'huRdxXivy0uUVMtTE0BQMFl3aluJA6tRmlUk5hRv5EAQiLuoY6G2lHEEq+tWxeI2UZsO0d843N3BZOJnz4m9VgD6Y4PaGEf+HJn9Q8ULB4MSYQ5ChNaU6tRX',
    'OYd12mizDtz9oY4nqQCsZojagvbTkrBhYA/4QYgCPAAAAIEAlgq9wK9muyHBhC7yrlx1RQI6A+IfHEpnju97zNfmiCtzZbSF8Jq+oJf7tGk8Os1U+64o+ttl',
    'u9mLkq3KZeGoR9A+I7UXE2CSSvPglgFr/MF/p5vgVuIQKFWppunRBHKbr/WYelN1oiUILbkbPgI2E850TrPoJ/UZHKQXyHdS/SY=',
  ]
  return Uint8Array.from(Buffer.from(lines.join(''), 'base64'))
}

/** Its signature over the samples' data. */
function dsaSignature(): Uint8Array {
  return Uint8Array.from(Buffer.from('AAAAB3NzaC1kc3MAAAAoJe2mj0ZTdsiHlqwpuLMaFwgep1w271W1NgSUBX7i0+o/JNMTUgdOmg==', 'base64'))
}

const securityKeys = [skSshEd25519, skEcdsaSha2Nistp256, webauthnSkEcdsaSha2Nistp256]

/** Security keys, and what their signatures say beside. */
const securityKeyBlobs: Target = defineKeyTarget('keys-sk', securityKeys, securityKeySeeds, 500)

/** The same, with the details that a signature tells. */
export const skKeys: Target = {
  ...securityKeyBlobs,
  async run(data) {
    const input = new Input(data)
    input.byte()
    input.bytes()
    const details = attempt(() => readSecurityKeyDetails(input.rest()), badSignature)
    const outcome = await securityKeyBlobs.run(data)
    expect(outcome === 'refused' || details !== undefined, 'a signature that is right has details')
    return details === undefined ? 'refused' : 'accepted'
  },
}

/** A signature by a security key: name, signature, flags, counter (OpenSSH's PROTOCOL.u2f), and what follows. */
function securityKeySignature(name: string, value: Uint8Array, more: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concatBytes(new WireWriter().writeString(name).writeString(value).finish(), TOUCHED, more)
}

const APPLICATION = encodeAscii('ssh:')
/** Flags and counter: somebody was there, for the ninth time. */
const TOUCHED = Uint8Array.of(1, 0, 0, 0, 9)

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest()

/** What a security key with one of the samples' keys says of a message: its point, and the signature of the curve. */
async function askSecurityKey(name: string, message: Uint8Array): Promise<{ readonly point: Uint8Array; readonly value: Uint8Array }> {
  const { definition, keyPair } = (await sampleKeys()).find((key) => key.definition.name === name)!
  const signature = await definition.privateKeys!.sign(keyPair.privateKey, concatBytes(sha256(APPLICATION), TOUCHED, sha256(message)))
  const [key, signed] = [new WireReader(keyPair.publicKey), new WireReader(signature)]
  signed.readName()
  let point = key.readString()
  while (key.remainingLength > 0) point = key.readString()
  return { point, value: signed.readString() }
}

async function securityKeySeeds(): Promise<Uint8Array[]> {
  const clientData = encodeAscii(
    '{"type":"webauthn.get","challenge":"d2hhdCBpcyBzaWduZWQ","origin":"https://example.com","crossOrigin":false}',
  )
  const web = new WireWriter().writeString('https://example.com').writeString(clientData).writeString('').finish()
  const curve = await askSecurityKey(sshEd25519.name, SIGNED_DATA)
  const nist = await askSecurityKey('ecdsa-sha2-nistp256', SIGNED_DATA)
  const browser = await askSecurityKey('ecdsa-sha2-nistp256', clientData)
  const ed25519 = new WireWriter().writeString(skSshEd25519.keyFormat).writeString(curve.point).writeString(APPLICATION).finish()
  const ecdsa = new WireWriter()
    .writeString(skEcdsaSha2Nistp256.keyFormat)
    .writeString('nistp256')
    .writeString(nist.point)
    .writeString(APPLICATION)
    .finish()
  return [
    seedOf(0, ed25519, securityKeySignature(skSshEd25519.name, curve.value)),
    seedOf(1, ecdsa, securityKeySignature(skEcdsaSha2Nistp256.name, nist.value)),
    seedOf(2, ecdsa, securityKeySignature(webauthnSkEcdsaSha2Nistp256.name, browser.value, web)),
  ]
}

import type { KeyPair, PublicKeyDefinition } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, encodeAscii, WireWriter } from '@seashell/core/wire'
import type { DiffieHellmanGroup } from '@seashell/kex-dh'
import { ecdsaPublicKeys } from '@seashell/key-ecdsa'
import { sshEd25519, sshEd448 } from '@seashell/key-ed25519'
import { sshMldsa44Ed25519 } from '@seashell/key-mldsa'
import { fromHex, nistKey, seededRandom } from '@seashell/test-support'

/** A key to make inputs of, the same in every run. */
export interface SampleKey {
  readonly definition: PublicKeyDefinition
  readonly keyPair: KeyPair
}

let samples: Promise<readonly SampleKey[]> | undefined

/** One key of each type that is quickly made. */
export function sampleKeys(): Promise<readonly SampleKey[]> {
  samples ??= Promise.all(
    [sshEd25519, ...ecdsaPublicKeys, sshEd448, sshMldsa44Ed25519].map(async (definition) => {
      const keyPair = await definition.privateKeys!.generate(seededRandom(definition.name))
      return { definition, keyPair }
    }),
  )
  return samples
}

/** A signature over {@link SIGNED_DATA}, and the key that made it. */
export interface SampleSignature {
  readonly definition: PublicKeyDefinition
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
}

/** What the samples' signatures are over. */
export const SIGNED_DATA: Uint8Array = encodeAscii('what is signed')

let signatures: Promise<readonly SampleSignature[]> | undefined

/** A signature by each of the keys. */
export function sampleSignatures(): Promise<readonly SampleSignature[]> {
  signatures ??= sampleKeys().then((keys) =>
    Promise.all(
      keys.map(async ({ definition, keyPair }) => ({
        definition,
        publicKey: keyPair.publicKey,
        signature: await definition.privateKeys!.sign(keyPair.privateKey, SIGNED_DATA),
      })),
    ),
  )
  return signatures
}

/** NIST's RSA key of 2048 bits, as a key pair: to make one takes too long. Its owner may wipe it. */
export function rsaKeyPair(): KeyPair {
  const [n, e, d, p, q] = (['n', 'e', 'd', 'p', 'q'] as const).map((name) => fromHex(nistKey[name]))
  const inverse = bigIntToBytes(inverseOf(bytesToBigInt(q!), bytesToBigInt(p!)))
  const publicKey = new WireWriter(512).writeString('ssh-rsa').writeMpint(e!).writeMpint(n!).finish()
  const privateKey = new WireWriter(1024)
  for (const number of [n!, e!, d!, inverse, p!, q!]) privateKey.writeMpint(number)
  return { publicKey, privateKey: privateKey.finish() }
}

/** Euclid, extended: what times `value` is 1 modulo `modulus`. */
function inverseOf(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n]
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x]
  return ((x % modulus) + modulus) % modulus
}

/** A safe prime of 768 bits: the First Oakley Group (RFC 2409 §6.1). NO SECURITY, and quick to compute with. */
export const smallGroup: DiffieHellmanGroup = Object.freeze({
  prime: BigInt(
    '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a3620ffffffffffffffff',
  ),
  primeLength: 96,
  generator: 2n,
  exponentLength: 64,
})

import type { KemKeyExchangeDefinition, KexFormat, Random } from '@seashell/core'
import { trimLeadingZeros } from '@seashell/core/wire'
import { describe, expectThat } from '../expect.ts'

/** What of a definition an exchange needs; any implementation of it may take either role. */
export type Kem = Pick<KemKeyExchangeDefinition, 'generate' | 'encapsulate' | 'decapsulate'>

/** Lengths that a method promises, in bytes. */
export interface KemLengths {
  /** Of `publicKey`. */
  readonly publicKey?: number
  /** Of `privateKey`. */
  readonly privateKey?: number
  /** Of `ciphertext`. */
  readonly ciphertext?: number
  /** Of `sharedSecret`. */
  readonly sharedSecret?: number
  /** What `generate` asks its random source for, call by call. */
  readonly generateRandom?: readonly number[]
  /** What `encapsulate` asks its random source for, call by call. */
  readonly encapsulateRandom?: readonly number[]
}

/** One exchange, and all that it left behind. */
export interface KemExchange {
  /** What the client sent. */
  readonly publicKey: Uint8Array
  /** What the client kept. */
  readonly privateKey: Uint8Array
  /** What the server sent. */
  readonly ciphertext: Uint8Array
  /** K at the server. */
  readonly sharedSecret: Uint8Array
  /** K at the client. */
  readonly decapsulated: Uint8Array
}

/** What comes out at the other end of the wire: core drops the zeros in front of a number, as the RFC wants. */
export function transmitted(format: KexFormat, value: Uint8Array): Uint8Array {
  return new Uint8Array(format === 'mpint' ? trimLeadingZeros(value) : value)
}

/** Runs an exchange as core does. */
export async function exchange(
  { publicFormat }: KemKeyExchangeDefinition,
  client: Kem,
  server: Kem,
  random: { readonly client: Random; readonly server: Random },
): Promise<KemExchange> {
  const { publicKey, privateKey } = await client.generate(random.client)
  const { ciphertext, sharedSecret } = await server.encapsulate(transmitted(publicFormat, publicKey), random.server)
  const decapsulated = await client.decapsulate(privateKey, transmitted(publicFormat, ciphertext))
  for (const [name, value] of Object.entries({ publicKey, privateKey, ciphertext, sharedSecret, decapsulated })) {
    expectThat((value as unknown) instanceof Uint8Array, `${name} to be a Uint8Array`, describe(value))
  }
  return { publicKey, privateKey, ciphertext, sharedSecret, decapsulated }
}

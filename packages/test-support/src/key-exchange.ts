type Random = (length: number) => Uint8Array

/** As much of core's KemKeyExchangeDefinition as an exchange needs. This package imports none of the others. */
export interface Kem {
  generate(random: Random): PromiseLike<ClientPair> | ClientPair
  encapsulate(publicKey: Uint8Array, random: Random): PromiseLike<ServerAnswer> | ServerAnswer
  decapsulate(privateKey: Uint8Array, ciphertext: Uint8Array): PromiseLike<Uint8Array> | Uint8Array
}

interface ClientPair {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

interface ServerAnswer {
  readonly ciphertext: Uint8Array
  readonly sharedSecret: Uint8Array
}

/** What every error about a peer's public value has in common. */
export const kexRefusal = { name: 'SSHError', code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 }

/** One exchange of a client and a server, each with randomness of its own, and all it left behind. */
export async function exchange(
  kex: Kem,
  client: Random,
  server: Random,
): Promise<ClientPair & ServerAnswer & { readonly decapsulated: Uint8Array }> {
  const { publicKey, privateKey } = await kex.generate(client)
  const { ciphertext, sharedSecret } = await kex.encapsulate(publicKey, server)
  const decapsulated = await kex.decapsulate(privateKey, ciphertext)
  return { publicKey, privateKey, ciphertext, sharedSecret, decapsulated }
}

/** What a call did, whether it threw or returned a promise. */
export async function attempt<T>(call: () => T | PromiseLike<T>): Promise<T> {
  return await call()
}

import { disconnected, type HostileCase, type KeyExchangeMethod, Reason, type Role } from '../../src/index.ts'

/** A public value that nobody honest sends. */
export interface Value {
  readonly name: string
  readonly value: Uint8Array
  /** The secret that it leads to, where the value alone decides about that; zeros where absent. */
  readonly secret?: Uint8Array
}

/** The value has to be refused for what it is: a signature that does not verify would end the exchange as well. */
export const refusedValue = disconnected(Reason.KEY_EXCHANGE_FAILED, /^(?!.*signature)/)

/** The values as those of a peer in these roles, each refused. */
export function valueCases(
  keyExchange: string,
  values: readonly Value[],
  { roles = ['client', 'server'], method }: { readonly roles?: readonly Role[]; readonly method?: KeyExchangeMethod } = {},
): readonly HostileCase[] {
  return values.flatMap(({ name, value, secret = Buffer.alloc(64) }) =>
    roles.map((role): HostileCase => ({
      name: `${keyExchange}: ${role}: ${name}`,
      role,
      peer: { keyExchange, ...(method && { method }) },
      async script(peer) {
        await peer.exchangeVersions()
        await peer.exchangeKexInits()
        await peer.exchangeKeys({ publicValue: value, secret })
      },
      expect: refusedValue,
    })),
  )
}

/** Values of lengths around the right one. */
export function wrongLengths(length: number): readonly Value[] {
  return [0, 1, length - 1, length + 1, 2 * length].map((wrong) => ({ name: `${wrong} bytes`, value: Buffer.alloc(wrong, 9) }))
}

import type { KemKeyExchangeDefinition } from '../algorithms/definition.ts'
import type { AlgorithmRegistry } from '../algorithms/registry.ts'
import { invalidArgument } from '../errors.ts'
import type { KexInit } from '../negotiation/kexinit.ts'
import { shown } from '../shown.ts'
import type { KemOpening } from './kem.ts'
import type { MailboxHost } from './mailbox.ts'
import { openClientExchange } from './run.ts'

/** What a server put first in its KEXINIT: all that it takes to guess right the next time (RFC 4253 §7). Two names, fit for JSON. */
export interface ServerPreferences {
  /** The first of its key exchange methods. */
  readonly keyExchange: string
  /** The first of its host key algorithms. */
  readonly publicKey: string
}

/**
 * Refuses what cannot be a server's preferences: they were kept somewhere, and come from there as anything. Names that nothing registered are
 * fine: a server may prefer what we do not have.
 *
 * @throws SSHError `ARGUMENT`: what was expected and what came
 */
export function checkServerPreferences(value: unknown): asserts value is ServerPreferences {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(`expected serverPreferences to be an object of keyExchange and publicKey; got ${shown(value)}`)
  }
  const { keyExchange, publicKey } = value as Readonly<Record<string, unknown>>
  for (const [name, found] of Object.entries({ keyExchange, publicKey })) {
    if (typeof found !== 'string')
      throw invalidArgument(`expected ${name} of serverPreferences to be a name, a string; got ${shown(found)}`)
  }
}

/** What a server's KEXINIT puts first, whatever that is; '' where a list is empty. */
export function preferencesOf({ keyExchanges, publicKeys }: KexInit): ServerPreferences {
  return { keyExchange: keyExchanges[0] ?? '', publicKey: publicKeys[0] ?? '' }
}

/**
 * The method to guess: the one that we put first, where the server put it first too the last time, and the same host key algorithm.
 *
 * A method of shape 'scripted' is not guessed: nobody knows before it runs whether its first message is ours (with RSA it is the server's),
 * and whether another of ours follows, which a server that passes the guess over would take for the real thing.
 */
export function methodToGuess(
  { keyExchanges, publicKeys }: Pick<KexInit, 'keyExchanges' | 'publicKeys'>,
  preferences: ServerPreferences,
  algorithms: AlgorithmRegistry,
): KemKeyExchangeDefinition | undefined {
  // The first name of each list as it is sent: servers compare those, and a marker among them is a name like any other.
  if (keyExchanges[0] !== preferences.keyExchange || publicKeys[0] !== preferences.publicKey) return undefined
  const method = algorithms.keyExchanges.get(preferences.keyExchange)
  return method.shape === 'kem' ? method : undefined
}

/** The first message of a method, sent right behind a KEXINIT that has announced it, before the server's KEXINIT is known. */
export class Guess {
  #opening: Promise<KemOpening> | undefined
  /** Whether it was sent. */
  isOut = false

  /** Sends it: at once, unless the method takes its time to make a key pair. */
  constructor(method: KemKeyExchangeDefinition, host: MailboxHost) {
    const send = (number: number, payload: Uint8Array): void => {
      this.isOut = true
      host.send(number, payload)
    }
    this.#opening = openClientExchange(method, { random: host.random, send })
    // What was announced has to go out before anything that answers the server, or a server takes that for the guess.
    host.hold(this.#opening)
  }

  /** It was right: the exchange goes on with it, and wipes it. */
  take(): Promise<KemOpening> | undefined {
    const opening = this.#opening
    this.#opening = undefined
    return opening
  }

  /** It was wrong, or the connection has ended: the private key is wiped. */
  drop(): void {
    this.take()?.then(
      ({ privateKey }) => privateKey.fill(0),
      () => {},
    )
  }
}

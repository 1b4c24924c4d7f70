import type {
  KemKeyExchangeDefinition,
  KexClientOutcome,
  KexIO,
  KexOutcome,
  KexServerIO,
  KeyExchangeDefinition,
  PublicKeyDefinition,
  Signer,
} from '../algorithms/definition.ts'
import { verifySignature } from '../algorithms/signature.ts'
import { isSSHError, keyExchangeFailed, SSHError } from '../errors.ts'
import { DisconnectReasons } from '../messages.ts'
import { encodeKex, exchangeHash, type ExchangeContext } from './hash.ts'
import { type KemOpening, openKem, runKemClient, runKemServer } from './kem.ts'

/** What an exchange yields for the keys. */
export interface ExchangeResult {
  /** The shared secret K, encoded; to be wiped. */
  readonly sharedSecret: Uint8Array
  /** The exchange hash H. */
  readonly exchangeHash: Uint8Array
}

/** What was agreed on, and what both sides said before. */
export interface ExchangePlan {
  /** The method. */
  readonly keyExchange: KeyExchangeDefinition
  /** The host key's signature algorithm. */
  readonly publicKey: PublicKeyDefinition
  /** Versions and KEXINITs. */
  readonly context: ExchangeContext
  /** The client's first message, where a guess that was right has sent it. */
  readonly opening?: Promise<KemOpening> | undefined
}

/** The messages of an exchange, and whether it makes sense to go on. */
export interface ExchangeIO extends KexIO {
  /** Why the connection has ended, if it has. */
  readonly ended: SSHError | undefined
}

/** The client's first message of a method, before anything is agreed on. */
export function openClientExchange(method: KemKeyExchangeDefinition, io: Pick<KexIO, 'random' | 'send'>): Promise<KemOpening> {
  return guarded(method, () => openKem(method, io))
}

/**
 * Runs the client's side: the method, the signature over the exchange hash, then the decision about the host key. A person is asked only
 * about a key that the peer has proved to hold.
 *
 * @param decide throws where the host key is not to be trusted
 */
export async function runClientExchange(
  plan: ExchangePlan,
  io: ExchangeIO,
  decide: (hostKey: Uint8Array) => Promise<void>,
): Promise<ExchangeResult> {
  const { keyExchange, publicKey, opening } = plan
  const outcome = await guarded(keyExchange, (): Promise<KexClientOutcome> =>
    keyExchange.shape === 'kem' ? runKemClient(keyExchange, io, opening) : keyExchange.runClient(io),
  )
  const result = resultOf(plan, outcome.hostKey, outcome)
  try {
    const signed = await guarded(publicKey, () => verifySignature(publicKey, outcome.hostKey, result.exchangeHash, outcome.signature))
    if (!signed) throw keyExchangeFailed('the signature of the host key over this key exchange is wrong')
    expectAlive(io)
    await decide(outcome.hostKey)
    return result
  } catch (error) {
    result.sharedSecret.fill(0)
    throw error
  }
}

/** Runs the server's side; the method sends the signature itself. */
export async function runServerExchange(plan: ExchangePlan, io: ExchangeIO, hostKey: Signer): Promise<ExchangeResult> {
  const { keyExchange, publicKey } = plan
  let result: ExchangeResult | undefined
  const serverIO: KexServerIO = {
    random: io.random,
    send: (number, payload) => io.send(number, payload),
    receive: (...numbers) => io.receive(...numbers),
    hostKey: hostKey.publicKey,
    async sign(outcome) {
      result = resultOf(plan, hostKey.publicKey, outcome)
      expectAlive(io)
      return await hostKey.sign(result.exchangeHash, publicKey.name)
    },
  }
  try {
    const outcome = await guarded(keyExchange, (): Promise<KexOutcome> =>
      keyExchange.shape === 'kem' ? runKemServer(keyExchange, serverIO) : keyExchange.runServer(serverIO),
    )
    outcome.sharedSecret.fill(0)
    if (result === undefined) throw failed(`the key exchange ${keyExchange.name} ended without a signature`)
    return result
  } catch (error) {
    result?.sharedSecret.fill(0)
    throw error
  }
}

function resultOf({ keyExchange, context }: ExchangePlan, hostKey: Uint8Array, outcome: KexOutcome): ExchangeResult {
  const sharedSecret = encodeKex(keyExchange.secretFormat, outcome.sharedSecret)
  outcome.sharedSecret.fill(0)
  return { sharedSecret, exchangeHash: exchangeHash(keyExchange.hash, context, hostKey, outcome, sharedSecret) }
}

// What a definition throws that is no SSHError is its own failure, whatever the peer sent; the connection ends all the same.
async function guarded<T>({ name }: { readonly name: string }, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw isSSHError(error) ? ofExchange(error) : failed(`${name} failed`, error)
  }
}

// A message of the exchange, or a key or signature in it, that has not the form it should have: the exchange has failed (RFC 4253 §8).
function ofExchange(error: SSHError): SSHError {
  const { code, message, fault, reason } = error
  if (fault !== 'peer' || (code !== 'MALFORMED' && code !== 'KEY') || reason !== undefined) return error
  return new SSHError(code, message, { fault, reason: DisconnectReasons.KEY_EXCHANGE_FAILED, cause: error })
}

// Nobody is asked to decide or to sign for a connection that has ended.
function expectAlive({ ended }: ExchangeIO): void {
  if (ended !== undefined) throw ended
}

function failed(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY_EXCHANGE', message, { fault: 'local', reason: DisconnectReasons.KEY_EXCHANGE_FAILED, cause })
}

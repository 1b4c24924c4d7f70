import { blobFormat, type MaybePromise, type PublicKeyDefinition, type Signer, SSHError } from '@seashell/core'
import { equalBytes, invalidArgument, WireReader, WireWriter } from '@seashell/core/wire'
import { fromCaller } from '../errors.ts'
import { clientPhases } from '../phases.ts'
import { encodeClaim, type PublicKeyClaim, signedData } from '../request.ts'
import { listed, printable } from '../text.ts'
import { chooseAlgorithm, serverSignatureAlgorithms } from './choose-algorithm.ts'
import type { AuthMethod, ClientExchange } from './method.ts'

/** One signer, several, or a function that finds them when they are needed: an agent's list, say. */
export type SignerSource = Signer | readonly Signer[] | (() => MaybePromise<readonly Signer[]>)

/** What may be set for {@link publicKey}. */
export interface PublicKeyOptions {
  /**
   * Whether to ask first if the server would take the key, as is the default. False: sign at once, which saves a round trip where one is
   * sure, and troubles a token's owner where one is not. Servers count a wrong signature as a failed attempt. A function decides for each.
   */
  readonly query?: boolean | ((signer: Signer) => boolean)
  /** The signature algorithms that may be used; all registered ones that are not insecure where absent. Order: the signer's. */
  readonly algorithms?: readonly string[]
}

/**
 * The method `publickey` (RFC 4252 §7). Keys are tried in turn; after a partial success the next one counts as the next factor.
 *
 * @example
 * ```ts
 * import type { Signer } from '@seashell/core'
 * import { publicKey } from '@seashell/userauth'
 *
 * declare const agent: { signers(): Promise<Signer[]> }
 * const method = publicKey(() => agent.signers())
 * ```
 */
export function publicKey(source: SignerSource, options: PublicKeyOptions = {}): AuthMethod {
  return {
    name: 'publickey',
    async *authenticate(exchange): AsyncGenerator<void, void, void> {
      for (const signer of await signersOf(source)) if (await tryKey(exchange, signer, options)) yield
    },
  }
}

async function signersOf(source: SignerSource): Promise<readonly Signer[]> {
  const found = typeof source === 'function' ? await fromCaller('finding the keys', source) : source
  return 'publicKey' in found ? [found] : found
}

/** @returns whether the server has judged */
async function tryKey(exchange: ClientExchange, signer: Signer, options: PublicKeyOptions): Promise<boolean> {
  const definition = findAlgorithm(exchange, signer, options)
  if (definition === undefined) return false
  const claim = { algorithm: definition.name, publicKey: signer.publicKey }
  const { query = true } = options
  if (typeof query === 'function' ? query(signer) : query) {
    const answer = await exchange.request(clientPhases.publicKeyQuery, encodeClaim(false, claim), claim.algorithm)
    if (answer.kind !== 'message') return true
    expectEcho(answer.payload, claim, definition.keyFormat)
  }
  const signature = await sign(exchange, signer, definition)
  if (signature === undefined) return false
  const fields = new WireWriter(1024).writeBytes(encodeClaim(true, claim)).writeString(signature).finish()
  await exchange.request(clientPhases.publicKey, fields, claim.algorithm)
  return true
}

function findAlgorithm(exchange: ClientExchange, signer: Signer, options: PublicKeyOptions): PublicKeyDefinition | undefined {
  const registered = exchange.algorithms.publicKeys
  const allowed = options.algorithms ?? registered.defaults
  const server = serverSignatureAlgorithms(exchange.peerExtensions)
  const keyFormat = formatOf(signer)
  const found = chooseAlgorithm({ offered: signer.algorithms, keyFormat, registered, allowed, server })
  if (found === undefined) {
    const theirs = server === undefined ? '' : `; the server takes ${listed(server)}`
    const ours = `the ${keyFormat} key can sign with ${signer.algorithms.join(', ')}; we may use ${allowed.join(', ')}`
    exchange.giveUp(`no signature algorithm fits: ${ours}${theirs}`)
  }
  return found
}

/** A blob of the caller's that is no key is no fault of the peer's. */
function formatOf({ publicKey: blob }: Signer): string {
  try {
    return blobFormat(blob, 'a public key')
  } catch {
    throw invalidArgument('expected a signer with a public key blob; the one that was given begins with no name')
  }
}

/**
 * PK_OK has to repeat what we asked about (RFC 4252 §7), else the server speaks of another key. The format's name in place of the
 * algorithm's is let pass: GitHub's server answered ssh-rsa to rsa-sha2-512 for years. We sign with the algorithm that we named.
 */
function expectEcho(payload: Uint8Array, claim: PublicKeyClaim, keyFormat: string): void {
  const reader = new WireReader(payload, 'USERAUTH_PK_OK')
  const algorithm = reader.readName()
  const blob = reader.readString('the public key')
  reader.end()
  if ((algorithm !== claim.algorithm && algorithm !== keyFormat) || !equalBytes(blob, claim.publicKey)) {
    const found = algorithm === claim.algorithm ? 'another key' : printable(algorithm)
    throw new SSHError('PROTOCOL', `expected USERAUTH_PK_OK to repeat the ${claim.algorithm} key; it speaks of ${found}`, { fault: 'peer' })
  }
}

async function sign(exchange: ClientExchange, signer: Signer, definition: PublicKeyDefinition): Promise<Uint8Array | undefined> {
  const { user, service, signal, sessionID } = exchange
  const detail = definition.name
  const data = signedData(sessionID, { user, service, method: 'publickey' }, { algorithm: detail, publicKey: signer.publicKey })
  try {
    const signature = await signer.sign(data, detail, { signal })
    const format = blobFormat(signature, 'a signature')
    if (format === definition.signatureFormat) return signature
    // Agents that do not know RSA's newer algorithms sign with the old one, whatever they were asked for.
    exchange.giveUp(`the signer was asked for ${definition.signatureFormat} and gave ${printable(format)}`, { detail })
  } catch (cause) {
    exchange.giveUp('the signer failed', { detail, cause })
  }
  return undefined
}

import type {
  CipherDefinition,
  CompressionDefinition,
  KeyExchangeDefinition,
  MacDefinition,
  PublicKeyDefinition,
} from '../algorithms/definition.ts'
import type { AlgorithmRegistry } from '../algorithms/registry.ts'
import { SSHError } from '../errors.ts'
import { DisconnectReasons } from '../messages.ts'
import type { DirectionLists, KexInit } from './kexinit.ts'

/** What one direction will use. */
export interface NegotiatedDirection {
  /** The cipher. */
  readonly cipher: CipherDefinition
  /** The MAC; absent where the cipher authenticates by itself. */
  readonly mac: MacDefinition | undefined
  /** The compression. */
  readonly compression: CompressionDefinition
}

/** What a key exchange agreed on. */
export interface Negotiated {
  /** The method. */
  readonly keyExchange: KeyExchangeDefinition
  /** The signature algorithm of the host key. */
  readonly publicKey: PublicKeyDefinition
  /** What the client sends with. */
  readonly clientToServer: NegotiatedDirection
  /** What the server sends with. */
  readonly serverToClient: NegotiatedDirection
}

/** No algorithm in common: SSHError `NEGOTIATION` with both lists. */
export class NegotiationError extends SSHError {
  /** What was negotiated: 'cipher client to server', … */
  readonly what: string
  /** Our list, most preferred first. */
  readonly ours: readonly string[]
  /** The peer's list. */
  readonly theirs: readonly string[]

  /** @param details what was negotiated, and both lists */
  constructor(details: { readonly what: string; readonly ours: readonly string[]; readonly theirs: readonly string[] }) {
    const { what, ours, theirs } = details
    super('NEGOTIATION', `no common ${what}; we offered ${listText(ours)}; the peer offered ${listText(theirs)}`, {
      fault: 'peer',
      reason: DisconnectReasons.KEY_EXCHANGE_FAILED,
    })
    this.what = what
    this.ours = ours
    this.theirs = theirs
  }
}

/**
 * Agrees on algorithms: for each list the first of the client's names that the server has too (RFC 4253 §7.1).
 *
 * @param algorithms where our names' definitions are
 * @param isClient whether we are the client
 * @param ours what we offered
 * @param theirs what the peer offered
 * @throws NegotiationError where a list has nothing in common
 */
export function negotiate(algorithms: AlgorithmRegistry, isClient: boolean, ours: KexInit, theirs: KexInit): Negotiated {
  const common = (what: string, of: (init: KexInit) => readonly string[], counts = (_name: string): boolean => true): string => {
    const found = findCommon(isClient ? of(ours) : of(theirs), (isClient ? of(theirs) : of(ours)).filter(counts))
    if (found === undefined) throw new NegotiationError({ what, ours: of(ours), theirs: of(theirs) })
    return found
  }
  const macBeside = (cipher: CipherDefinition, way: string, of: (init: KexInit) => DirectionLists): MacDefinition | undefined => {
    const commonMAC = (counts: (name: string) => boolean): string => common(`MAC ${way}`, (init) => of(init).macs, counts)
    // Names that stand among the MACs for the sake of a cipher are no MACs to any other (RFC 5647 §5.1).
    if (cipher.integrity === 'mac') return algorithms.macs.get(commonMAC((name) => algorithms.macs.has(name)))
    // An AEAD leaves nothing for a MAC to do, so unless it says otherwise the lists of MACs need have nothing in common.
    if (cipher.negotiatesMAC) commonMAC((name) => name === cipher.name)
    return undefined
  }
  const direction = (way: string, of: (init: KexInit) => DirectionLists): NegotiatedDirection => {
    const cipher = algorithms.ciphers.get(common(`cipher ${way}`, (init) => of(init).ciphers))
    const compression = algorithms.compressions.get(common(`compression ${way}`, (init) => of(init).compressions))
    return { cipher, mac: macBeside(cipher, way, of), compression }
  }
  return {
    keyExchange: algorithms.keyExchanges.get(common('key exchange method', (init) => init.keyExchanges.filter(isMethod))),
    publicKey: algorithms.publicKeys.get(common('host key algorithm', (init) => init.publicKeys)),
    clientToServer: direction('client to server', (init) => init.clientToServer),
    serverToClient: direction('server to client', (init) => init.serverToClient),
  }
}

/**
 * Whether a guess at the method was wrong: its sender guessed by its own first names, and it is right only where both sides put the same
 * key exchange and the same host key algorithm first (RFC 4253 §7).
 */
export function guessedWrong(ours: KexInit, theirs: KexInit): boolean {
  return ours.keyExchanges[0] !== theirs.keyExchanges[0] || ours.publicKeys[0] !== theirs.publicKeys[0]
}

/** How one role says in the list of methods which extensions it knows. */
export interface Markers {
  /** That it wants EXT_INFO (RFC 8308 §2.1). */
  readonly extInfo: string
  /** That it knows strict key exchange (OpenSSH PROTOCOL §1.10). */
  readonly strict: string
}

/** The markers of both roles. */
export const markers: { readonly client: Markers; readonly server: Markers } = {
  client: { extInfo: 'ext-info-c', strict: 'kex-strict-c-v00@openssh.com' },
  server: { extInfo: 'ext-info-s', strict: 'kex-strict-s-v00@openssh.com' },
}

// RFC 8308 §2.2: a marker is never a method, though both sides may list the same one.
function isMethod(name: string): boolean {
  return [markers.client, markers.server].every(({ extInfo, strict }) => name !== extInfo && name !== strict)
}

function findCommon(clients: readonly string[], servers: readonly string[]): string | undefined {
  return clients.find((name) => servers.includes(name))
}

function listText(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ')
}

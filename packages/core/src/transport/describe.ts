import type { AlgorithmKind, Definition } from '../algorithms/definition.ts'
import type { AlgorithmRegistry } from '../algorithms/registry.ts'
import type { Negotiated, NegotiatedDirection } from '../negotiation/negotiate.ts'
import type { KeyExchange } from '../kex/exchange.ts'
import type { TransportAttributes } from './attributes.ts'
import type { AlgorithmLists } from './offer.ts'

/** One algorithm, for reports. */
export interface AlgorithmDescription {
  /** Its wire name. */
  readonly name: string
  /** Where its primitive comes from. */
  readonly provider: string
  /** Why nobody should use it, where that is so. */
  readonly insecure?: string
  /** Whether it withstands a quantum computer; key exchanges only. */
  readonly postQuantum?: boolean
}

/** One direction of what was agreed on. */
export interface NegotiatedDirectionDescription {
  /** The cipher. */
  readonly cipher: AlgorithmDescription
  /** The MAC; absent where the cipher authenticates by itself. */
  readonly mac?: AlgorithmDescription
  /** The compression. */
  readonly compression: AlgorithmDescription
}

/** What a key exchange agreed on, for reports. */
export interface NegotiatedDescription {
  /** The method. */
  readonly keyExchange: AlgorithmDescription
  /** The host key's signature algorithm. */
  readonly publicKey: AlgorithmDescription
  /** What the client sends with. */
  readonly clientToServer: NegotiatedDirectionDescription
  /** What the server sends with. */
  readonly serverToClient: NegotiatedDirectionDescription
}

/** A transport, for reports: nothing secret is in it. */
export interface TransportDescription {
  /** Which role we have. */
  readonly role: 'client' | 'server'
  /** Our identification line. */
  readonly ourVersion: string
  /** The peer's; absent until it came. */
  readonly otherVersion?: string
  /** All algorithms that are registered, most preferred first. */
  readonly registered: Readonly<Record<AlgorithmKind, readonly AlgorithmDescription[]>>
  /** The names that the next key exchange offers. */
  readonly offered: AlgorithmLists
  /** What the last key exchange agreed on; absent before the first. */
  readonly negotiated?: NegotiatedDescription
  /** Whether key exchange is strict (OpenSSH PROTOCOL §1.10). */
  readonly strictKeyExchange: boolean
  /** How many key exchanges are complete. */
  readonly keyExchanges: number
  /** Whether the user is authenticated. */
  readonly authenticated: boolean
}

/** One algorithm, for reports. */
function describeAlgorithm(definition: Definition): AlgorithmDescription {
  const { name, provider, insecure } = definition
  return {
    name,
    provider,
    ...(insecure === undefined ? {} : { insecure }),
    ...('postQuantum' in definition ? { postQuantum: definition.postQuantum === true } : {}),
  }
}

/** All algorithms of a registry, for reports. */
export function describeRegistry(algorithms: AlgorithmRegistry): TransportDescription['registered'] {
  return {
    cipher: describeAll(algorithms.ciphers),
    mac: describeAll(algorithms.macs),
    'key-exchange': describeAll(algorithms.keyExchanges),
    'public-key': describeAll(algorithms.publicKeys),
    compression: describeAll(algorithms.compressions),
  }
}

/** What a key exchange agreed on, for reports. */
export function describeNegotiated({ keyExchange, publicKey, clientToServer, serverToClient }: Negotiated): NegotiatedDescription {
  return {
    keyExchange: describeAlgorithm(keyExchange),
    publicKey: describeAlgorithm(publicKey),
    clientToServer: describeDirection(clientToServer),
    serverToClient: describeDirection(serverToClient),
  }
}

/** A transport, for reports. */
export function describeTransport(
  transport: Pick<TransportAttributes, 'isClient' | 'ourVersionString' | 'gotVersion' | 'otherVersionString' | 'algorithms'>,
  { negotiated, strict, completed }: Pick<KeyExchange, 'negotiated' | 'strict' | 'completed'>,
  offered: AlgorithmLists,
  authenticated: boolean,
): TransportDescription {
  return {
    role: transport.isClient ? 'client' : 'server',
    ourVersion: transport.ourVersionString,
    ...(transport.gotVersion ? { otherVersion: transport.otherVersionString } : {}),
    registered: describeRegistry(transport.algorithms),
    offered,
    ...(negotiated === undefined ? {} : { negotiated: describeNegotiated(negotiated) }),
    strictKeyExchange: strict,
    keyExchanges: completed,
    authenticated,
  }
}

function describeAll(definitions: Iterable<Definition>): AlgorithmDescription[] {
  return Array.from(definitions, describeAlgorithm)
}

function describeDirection({ cipher, mac, compression }: NegotiatedDirection): NegotiatedDirectionDescription {
  return {
    cipher: describeAlgorithm(cipher),
    ...(mac === undefined ? {} : { mac: describeAlgorithm(mac) }),
    compression: describeAlgorithm(compression),
  }
}

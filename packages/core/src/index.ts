/**
 * SSH's transport protocol (RFC 4253), with five registries for algorithms and none of them built in.
 *
 * @module
 */
export * from './algorithms/definition.ts'
export { blobFormat, verifySignature } from './algorithms/signature.ts'
export { selectAlgorithms } from './algorithms/select.ts'
export { AlgorithmList, AlgorithmRegistry } from './algorithms/registry.ts'
export type { Placement } from './algorithms/registry.ts'
export * from './errors.ts'
export * from './messages.ts'
export { systemClock, systemRandom } from './platform.ts'
export type { Clock, Timer } from './platform.ts'
export { SSHTransportAddress } from './transport/address.ts'
export type { StreamAddress } from './transport/address.ts'
export { clientLimits, serverLimits } from './transport/limits.ts'
export type { Limits } from './transport/limits.ts'
export { SSHService } from './transport/service.ts'
export type { ServiceTransport } from './transport/service.ts'
export { SSHTransportBase } from './transport/base.ts'
export { SSHClientTransport } from './transport/client.ts'
export { SSHServerTransport } from './transport/server.ts'
export { DisconnectError } from './transport/ending.ts'
export { AdditionalMessages } from './transport/additional-messages.ts'
export { TransportAttributes } from './transport/attributes.ts'
export type { Direction, IncomingCompression, OutgoingCompression } from './transport/attributes.ts'
export type { ClientTransportOptions, RekeyLimits, ServerTransportOptions, TransportEvent, TransportOptions } from './transport/options.ts'
export type {
  AlgorithmDescription,
  NegotiatedDescription,
  NegotiatedDirectionDescription,
  TransportDescription,
} from './transport/describe.ts'
export { describeRegistry } from './transport/describe.ts'
export type { AlgorithmLists } from './transport/offer.ts'
export type { QueuedMessage } from './transport/outbound.ts'
export type { ByteStream } from './transport/stream.ts'
export { verdictOn } from './transport/phases.ts'
export type { Phase, PhaseContext, Verdict } from './transport/phases.ts'
export { NegotiationError } from './negotiation/negotiate.ts'
export type { SSHCiphers } from './packets/ciphers.ts'
export type { KeyExchangeState } from './kex/exchange.ts'
export { checkServerPreferences } from './kex/guess.ts'
export type { ServerPreferences } from './kex/guess.ts'

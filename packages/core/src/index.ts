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

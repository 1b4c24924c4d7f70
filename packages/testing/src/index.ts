/**
 * Hostile SSH peers: scripts on a packet layer of their own, against the code under test.
 *
 * @module
 */
export { nodeAlgorithms, portableAlgorithms } from './algorithms.ts'
export { Arena } from './arena.ts'
export type { Encounter, Join, TargetEnd, TargetOptions } from './arena.ts'
export { hostile, inBothRoles, runCase, runCases } from './cases.ts'
export type { HostileCase } from './cases.ts'
export { closed, disconnected, filler, garbled, survived, unimplemented, untilClosed } from './expectation.ts'
export type { Expectation } from './expectation.ts'
export { ecdsaKey, ed25519Key, fields, rsaKey } from './host-key.ts'
export type { SigningKey } from './host-key.ts'
export { keyExchangeMethods } from './key-exchange.ts'
export type { KeyExchangeMethod } from './key-exchange.ts'
export { Closed, Silence } from './line.ts'
export { Msg, Reason } from './messages.ts'
export type { Malformation } from './packet.ts'
export type { Disconnect, Message } from './packet-layer.ts'
export { account, Peer } from './peer.ts'
export type { PeerChannel } from './peer.ts'
export { relay } from './relay.ts'
export type { Ends, Garbling, Meddling } from './relay.ts'
export type { ExchangeChanges, KexInitChanges, PeerOptions, Role } from './transport-peer.ts'
export { Watch } from './watch.ts'
export { accountPassword, authRequest, publicKeyQuery, publicKeyRequest } from './user-auth.ts'
export type { PublicKeyClaim, PublicKeyLies, RequestHead } from './user-auth.ts'
export { byte, bytesOf, Fields, mpint, nameList, numberOf, string, uint32, uint64 } from './wire.ts'

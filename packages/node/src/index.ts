/**
 * SSH over Node's sockets, SSH's files, and algorithms on `node:crypto`.
 *
 * @module
 */
export { nodeGcm } from './crypto/ciphers/aes-gcm.ts'
export type { NodeGcm, NodePacketGcm } from './crypto/ciphers/aes-gcm.ts'
export { nodeGroupArithmetic } from './crypto/kex/group-arithmetic.ts'
export type { NodeGroupArithmetic } from './crypto/kex/group-arithmetic.ts'
export { nodeHybridHalves } from './crypto/kex/hybrid-halves.ts'
export type { NodeClassicalHalf, NodeHybridHalves } from './crypto/kex/hybrid-halves.ts'
export type { NodeMlKem } from './crypto/kex/mlkem.ts'
export { nodeCrypto } from './crypto/node-crypto.ts'
export { listen } from './listen.ts'
export type { Listener, ListenOptions } from './listen.ts'
export { attachStream, connectSocket } from './socket.ts'
export type { ConnectOptions, StreamTransport } from './socket.ts'
export { appendKnownHostsFile, defaultKnownHostsFile, readAuthorizedKeysFile, readKnownHostsFile, readPrivateKeyFile } from './files.ts'

// NO SECURITY. Two real transports over a stream in memory, with a key exchange that hides nothing and no encryption: what is tested is
// how a connection and a transport work together.
import { createHash } from 'node:crypto'
import type { ByteStream, KemKeyExchangeDefinition, PublicKeyDefinition, Signer, TransportOptions } from '@seashell/core'
import { AlgorithmRegistry, SSHClientTransport, SSHServerTransport } from '@seashell/core'
import { concatBytes, equalBytes, WireReader, WireWriter } from '@seashell/core/wire'
import { SSHConnection } from '../../src/connection.ts'
import type { ConnectionOptions } from '../../src/options.ts'

const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest())
const toy = { apiVersion: 1, provider: 'toy: NO SECURITY' } as const

const keyExchange: KemKeyExchangeDefinition = Object.freeze({
  ...toy,
  kind: 'key-exchange',
  name: 'toy-kem',
  shape: 'kem',
  hash: sha256,
  postQuantum: false,
  publicFormat: 'string',
  secretFormat: 'string',
  generate(random) {
    const publicKey = random(32)
    return { publicKey, privateKey: publicKey.slice() }
  },
  encapsulate(publicKey, random) {
    const ciphertext = random(32)
    return { ciphertext, sharedSecret: sha256(concatBytes(publicKey, ciphertext)) }
  },
  decapsulate: (privateKey, ciphertext) => sha256(concatBytes(privateKey, ciphertext)),
} satisfies KemKeyExchangeDefinition)

const publicKey: PublicKeyDefinition = Object.freeze({
  ...toy,
  kind: 'public-key',
  name: 'toy-sign',
  keyFormat: 'toy-key',
  signatureFormat: 'toy-sign',
  typeName: 'TOY',
  bitLength: () => 8,
  verify(_blob, data, signature) {
    const reader = new WireReader(signature)
    reader.readName()
    return equalBytes(reader.readString(), sha256(data))
  },
} satisfies PublicKeyDefinition)

const hostKey: Signer = {
  publicKey: new WireWriter().writeString('toy-key').writeString('host').finish(),
  algorithms: ['toy-sign'],
  sign: async (data) => new WireWriter().writeString('toy-sign').writeString(sha256(data)).finish(),
}

/** So many bytes on their way are as much as the stream likes. */
const HIGH_WATER_LENGTH = 65_536

interface Receiver {
  dataReceived(data: Uint8Array): void
  connectionLost(): void
}

/** A stream that delivers what is written in a later turn of the loop, and wants no more while much is on its way. */
function createStream(receiver: Receiver, owner: { drained(): void }, cut: (data: Uint8Array) => Uint8Array[]): ByteStream {
  let underWay = 0
  return {
    write(bytes) {
      underWay += bytes.length
      setImmediate(() => {
        for (const piece of cut(bytes)) receiver.dataReceived(piece)
        const full = underWay >= HIGH_WATER_LENGTH
        underWay -= bytes.length
        if (full && underWay < HIGH_WATER_LENGTH) owner.drained()
      })
      return underWay < HIGH_WATER_LENGTH
    },
    loseConnection: () => void setImmediate(() => receiver.connectionLost()),
    getPeer: () => ({ host: '192.0.2.1', port: 22 }),
    getHost: () => ({ host: '192.0.2.2', port: 50_000 }),
  }
}

/** A client and a server on real transports, connected and ready. */
export async function joinReal(
  server: ConnectionOptions,
  options: Partial<TransportOptions> = {},
  cut: (data: Uint8Array) => Uint8Array[] = (data) => [data],
): Promise<{ client: SSHConnection; server: SSHConnection; clientTransport: SSHClientTransport; serverTransport: SSHServerTransport }> {
  const none = ['none']
  const shared: TransportOptions = {
    algorithms: new AlgorithmRegistry([keyExchange, publicKey]),
    supported: { ciphers: none, macs: none, compressions: none },
    ...options,
  }
  const clientTransport = new SSHClientTransport({ ...shared, verifyHostKey: () => true })
  const serverTransport = new SSHServerTransport({ ...shared, hostKeys: [hostKey] })
  clientTransport.makeConnection(createStream(serverTransport, clientTransport, cut))
  serverTransport.makeConnection(createStream(clientTransport, serverTransport, cut))
  await Promise.all([clientTransport.secured, serverTransport.secured])
  const connections = { client: new SSHConnection(), server: new SSHConnection(server) }
  clientTransport.authenticationSucceeded()
  serverTransport.authenticationSucceeded()
  clientTransport.setService(connections.client)
  serverTransport.setService(connections.server)
  return { ...connections, clientTransport, serverTransport }
}

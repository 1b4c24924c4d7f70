import { SSHConnection } from '@seashell/connection'
import { type ByteStream, type Signer, SSHClientTransport, SSHServerTransport, systemRandom } from '@seashell/core'
import { dhGroupExchangeOver } from '@seashell/kex-dh'
import { mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
import { libsodiumHybridHalves } from '@seashell/kex-mlkem-wasm'
import { createSigner } from '@seashell/keys'
import { nodeCrypto, nodeGroupArithmetic, nodeHybridHalves } from '@seashell/node'
import type { Choice } from './choice.ts'
import { everything } from './ours.ts'
import { echoingConnection, type Evidence, evidenceOf, listsOf } from './session.ts'

/** The same on the wire, by another's arithmetic where Node, or libsodium, has some. */
const onNode = everything
  .clone()
  .override(nodeCrypto)
  .override(mlkemKeyExchangesOver(nodeHybridHalves(), libsodiumHybridHalves))
  .override(dhGroupExchangeOver(nodeGroupArithmetic))

/** A host key for the server, of the usual format. */
export async function makeHostKey(name: string): Promise<Signer> {
  const definition = everything.publicKeys.get(name)
  if (definition.privateKeys === undefined) throw new Error(`${name} signs nothing`)
  return createSigner(await definition.privateKeys.generate(systemRandom), [definition])
}

/**
 * Holds a session of our client with our server, without a socket between them. The client is portable, the server on `node:crypto` where
 * that has the algorithm. Nobody logs in: what is looked at are the packets.
 */
export async function joinOurs(hostKey: Signer, choice: Choice, bytes: Uint8Array, rekeyLength: number): Promise<Evidence> {
  const options = { supported: listsOf(choice), rekey: { bytes: rekeyLength } }
  const verifyHostKey = (shown: Uint8Array): boolean => Buffer.compare(shown, hostKey.publicKey) === 0
  const client = new SSHClientTransport({ ...options, algorithms: everything, verifyHostKey })
  const server = new SSHServerTransport({ ...options, algorithms: onNode, hostKeys: [hostKey] })
  client.makeConnection(streamTo(server))
  server.makeConnection(streamTo(client))
  await Promise.all([client.secured, server.secured])
  await using connection = new SSHConnection()
  for (const [transport, service] of [[client, connection] as const, [server, echoingConnection()] as const]) {
    transport.authenticationSucceeded()
    transport.setService(service)
  }
  const session = await connection.exec('echo')
  const writing = session.write(bytes).then(() => session.end())
  const { stdout, code } = await session.output()
  await writing
  const [evidence, other] = [client, server].map((transport) => evidenceOf(transport, choice['user key']))
  if (JSON.stringify(evidence) !== JSON.stringify(other)) throw new Error('client and server do not agree on what they agreed on')
  return { code: code ?? null, intact: Buffer.compare(stdout, bytes) === 0, ...evidence! }
}

function streamTo(receiver: SSHClientTransport | SSHServerTransport): ByteStream {
  return {
    write: (data) => void setImmediate(() => receiver.dataReceived(data)),
    loseConnection: () => void setImmediate(() => receiver.connectionLost()),
    getPeer: () => ({ host: 'memory', port: 0 }),
    getHost: () => ({ host: 'memory', port: 0 }),
  }
}

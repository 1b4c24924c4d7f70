import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Signer } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'

/** Starts an agent with one key (draft-miller-ssh-agent) on a socket: as much of one as ssh needs to sign with it. */
export async function startAgent(path: string, signer: Signer): Promise<{ stop(): void }> {
  const server = createServer((socket) => serve(socket, signer)).listen(path)
  await once(server, 'listening')
  return { stop: () => void server.close() }
}

function serve(socket: Socket, signer: Signer): void {
  let buffered = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk])
    while (buffered.length >= 4 && buffered.length >= 4 + buffered.readUInt32BE()) {
      const message = buffered.subarray(4, 4 + buffered.readUInt32BE())
      buffered = buffered.subarray(4 + message.length)
      // ssh asks again only when it has its answer, so that answers cannot overtake each other.
      void answer(message, signer).then((reply) => socket.write(new WireWriter().writeString(reply).finish()))
    }
  })
}

/** SSH_AGENTC_REQUEST_IDENTITIES 11, SSH_AGENTC_SIGN_REQUEST 13; SSH_AGENT_FAILURE 5 to everything else. */
async function answer(message: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const reader = new WireReader(message)
  const type = reader.readByte()
  if (type === 11) return new WireWriter().writeByte(12).writeUint32(1).writeString(signer.publicKey).writeString('').finish()
  if (type !== 13 || Buffer.compare(reader.readString(), signer.publicKey) !== 0) return new Uint8Array([5])
  return new WireWriter()
    .writeByte(14)
    .writeString(await signer.sign(reader.readString(), signer.algorithms[0]!))
    .finish()
}

import { once } from 'node:events'
import { connect as connectSocket, createServer, type Socket } from 'node:net'
import type { ByteChannel, Connection, Contender, Program, RemoteProgram, Server, SuiteName } from '../contract.ts'
import { listeningPort } from '../sockets.ts'
import type { Provider } from '../providers.ts'
import { noCipher, type RawCipher, rawCipher } from './raw-cipher.ts'
import { PacketReader, PacketWriter } from './raw-packets.ts'

/** How much of the peer's bytes a client's socket reads at once. */
const READ_LENGTH = 262_144

/**
 * What the machine allows: packets of 32 KiB, sealed by a provider's AEAD, over the same sockets, and nothing of SSH around them. The first
 * packet is the command, and a connection carries one program.
 */
export function rawProvider(provider: Provider): Contender {
  return raw(`the AEAD of ${provider.name}`, (suite) => rawCipher(provider, suite))
}

/** The same packets, not even sealed. */
export function bareTCP(): Contender {
  return raw('bare TCP', () => noCipher)
}

function raw(name: string, createCipher: (suite: SuiteName) => RawCipher): Contender {
  return {
    describe: () => `no SSH, ${name}`,
    serve: (program, { suite }) => serve(program, () => createCipher(suite)),
    connect: (port, { suite }) => connect(port, createCipher(suite)),
  }
}

async function serve(program: Program, createCipher: () => RawCipher): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => serveSocket(socket, program, createCipher())).listen(0, '127.0.0.1')
  const port = await listeningPort(server)
  return {
    port,
    close: async () => {
      server.close()
    },
  }
}

function serveSocket(socket: Socket, program: Program, cipher: RawCipher): void {
  socket.on('error', () => {}) // a client that hangs up shows at its own end
  const writer = new PacketWriter(socket, cipher)
  const reader = new PacketReader(socket, cipher)
  socket.on('data', (chunk: Uint8Array) => reader.dataReceived(chunk))
  // A program reads at once or never, so the packets behind the command find their reader.
  void reader.read((packet) => {
    const command = new TextDecoder().decode(packet)
    void program(command, channelOf(reader, writer)).then(async (code) => {
      if (code === 0) await writer.end()
      else socket.destroy()
    })
  })
}

async function connect(port: number, cipher: RawCipher): Promise<Connection> {
  const onread = {
    buffer: new Uint8Array(READ_LENGTH),
    callback: (length: number, buffer: Uint8Array) => {
      reader.dataReceived(buffer.subarray(0, length))
      return true
    },
  }
  const socket = connectSocket({ host: '127.0.0.1', port, noDelay: true, onread })
  const reader = new PacketReader(socket, cipher)
  const writer = new PacketWriter(socket, cipher)
  await once(socket, 'connect')
  return {
    async exec(command): Promise<RemoteProgram> {
      await writer.write(new TextEncoder().encode(command))
      return { ...channelOf(reader, writer), exit: reader.ended.then(() => 0) }
    },
    async close() {
      socket.destroy()
    },
  }
}

function channelOf(reader: PacketReader, writer: PacketWriter): ByteChannel {
  return {
    read: (take) => reader.read(take),
    write: (chunk) => writer.write(chunk),
    end: () => writer.end(),
  }
}

import { AlgorithmRegistry } from '@seashell/core'
import { KnownHosts } from '@seashell/keys'
import { compatible } from '@seashell/presets'
import { type AlgorithmChoices, connect, createServer, type Session, type SSHClient } from '@seashell/ssh'
import type { ByteChannel, Connection, Contender, EndOptions, Program, RemoteProgram, Server } from '../contract.ts'
import { readKey, USER } from '../keys.ts'
import type { Provider } from '../providers.ts'
import { macsOf, suites } from '../suites.ts'

/** The batteries, `connect()` and `createServer()`, with the definitions of a provider. */
export function seashell(provider: Provider): Contender {
  return {
    describe: () => `SeaShell, ${provider.name}`,
    serve: (program, options) => serve(provider, program, options),
    connect: async (port, options) => {
      const { algorithms, choices } = prepare(provider, options)
      const { privateKey } = await readKey(options.keys, 'client')
      const client = await connect({
        host: '127.0.0.1',
        port,
        user: USER,
        privateKeys: [privateKey],
        knownHosts: new KnownHosts(),
        verifyHostKey: () => true,
        algorithms,
        choices,
      })
      return connectionOf(client)
    },
  }
}

interface Prepared {
  readonly algorithms: AlgorithmRegistry
  readonly choices: AlgorithmChoices
}

const prepared = new Map<string, Prepared>()

/** The registry, made once: a program that connects a thousand times does that too. */
function prepare(provider: Provider, { suite, kex }: EndOptions): Prepared {
  const key = [provider.name, suite, kex].join(' ')
  const known = prepared.get(key)
  if (known !== undefined) return known
  const algorithms = new AlgorithmRegistry(compatible)
  for (const pack of provider.packs) algorithms.override(pack)
  const choices = { ciphers: [suites[suite].cipher], macs: macsOf(suites[suite]), keyExchanges: [kex] }
  prepared.set(key, { algorithms, choices })
  return { algorithms, choices }
}

async function serve(provider: Provider, program: Program, options: EndOptions): Promise<Server> {
  const { algorithms, choices } = prepare(provider, options)
  const { privateKey } = await readKey(options.keys, 'host')
  const server = await createServer({
    hostKeys: [privateKey],
    algorithms,
    choices,
    auth: { publicKey: () => true },
    onSession: (session) => ({ exec: (command) => program(command, channelOf(session.channel)) }),
  })
  const { port } = await server.listen()
  return { port, close: () => server.close() }
}

function connectionOf(client: SSHClient): Connection {
  return {
    exec: async (command) => remoteProgramOf(await client.exec(command, { discardStderr: true })),
    close: () => client.close(),
  }
}

function remoteProgramOf(session: Session): RemoteProgram {
  return { ...channelOf(session.channel), exit: session.exit.then(({ code }) => code) }
}

function channelOf(channel: Session['channel']): ByteChannel {
  return {
    read: (take) => channel.readEach(take),
    write: (chunk) => channel.write(chunk),
    end: () => channel.end(),
  }
}

import type { AlgorithmRegistry, NegotiatedDescription } from '@seashell/core'
import { formatPrivateKey, generatePrivateKey, KnownHosts } from '@seashell/keys'
import { connect, createServer, defaultAlgorithms } from '@seashell/ssh'
import { aes256GcmSiv } from '../src/index.ts'

/** A command that was run over SSH. */
export interface Session {
  /** What client and server agreed on. */
  readonly negotiated: NegotiatedDescription
  /** What the command wrote. */
  readonly stdout: string
}

/** Starts a server on 127.0.0.1, connects to it with nothing but our cipher, and runs a command. */
export async function runSession(command: string): Promise<Session> {
  // All that it takes: our definition at the head of the list.
  const algorithms: AlgorithmRegistry = defaultAlgorithms().use(aes256GcmSiv, { first: true })

  const hostKey = await generatePrivateKey(algorithms.publicKeys.get('ssh-ed25519'))
  await using server = await createServer({
    algorithms,
    hostKeys: [await formatPrivateKey(hostKey)],
    auth: { password: ({ password }) => password === 'correct horse' },
    onSession: (session, login) => ({
      async exec(asked) {
        await session.write(`${login.user} ran ${asked}`)
        return 0
      },
    }),
  })
  const { port } = await server.listen()

  const knownHosts = new KnownHosts()
  knownHosts.add('127.0.0.1', port, hostKey.publicKey)
  await using client = await connect({
    host: '127.0.0.1',
    port,
    user: 'alice',
    password: 'correct horse',
    knownHosts,
    algorithms,
    choices: { ciphers: [aes256GcmSiv.name] },
  })
  const session = await client.exec(command)
  const { stdout } = await session.output()
  return { negotiated: client.describe().negotiated!, stdout: new TextDecoder().decode(stdout) }
}

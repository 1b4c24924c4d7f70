import { SSHConnection } from '@seashell/connection'
import {
  type AlgorithmLists,
  type AlgorithmRegistry,
  type NegotiatedDirectionDescription,
  SSHClientTransport,
  SSHServerTransport,
  type SSHTransportBase,
} from '@seashell/core'
import { attachStream, connectSocket, listen } from '@seashell/node'
import { publicKey, UserAuthClient, UserAuthServer } from '@seashell/userauth'
import { type Choice, usual } from './choice.ts'
import { keyFor, type MatrixKeys } from './keys.ts'
import { everything } from './ours.ts'

/** What one direction of a connection agreed on. */
interface DirectionEvidence {
  readonly cipher: string
  /** Absent where the cipher is an AEAD. */
  readonly MAC?: string
  readonly compression: string
}

/** What our side saw of a session. */
export interface Evidence {
  /** The exit status of the command, which sends back what it reads and then says 7. */
  readonly code: number | null
  /** Whether what came back is what was sent. */
  readonly intact: boolean
  /** Whether keys were exchanged a second time, in the middle. */
  readonly keysExchangedAnew: boolean
  /** What the last key exchange agreed on, the algorithm that let the user in, and each direction. */
  readonly 'key exchange': string
  readonly 'host key': string
  readonly 'user key': string
  readonly clientToServer: DirectionEvidence
  readonly serverToClient: DirectionEvidence
}

/** What {@link Evidence} has to be, where a session agreed on this and went well. */
export function expectedEvidence(choice: Choice): Evidence {
  const { cipher, MAC, compression } = choice
  const direction = everything.ciphers.get(cipher).integrity === 'aead' ? { cipher, compression } : { cipher, MAC, compression }
  return {
    code: 7,
    intact: true,
    keysExchangedAnew: true,
    'key exchange': choice['key exchange'],
    'host key': choice['host key'],
    'user key': choice['user key'],
    clientToServer: direction,
    serverToClient: direction,
  }
}

/** How many bytes in one direction make one side exchange keys anew. What the sessions carry has to be more, also when it is compressed. */
export const REKEY_LENGTH = 50_000

/** How long our side waits for the end of a session, in milliseconds. */
const TIMEOUT = 25_000

/** Holds a session as client. */
export async function beClient(
  server: { readonly port: number; readonly user: string },
  keys: MatrixKeys,
  choice: Choice,
  bytes: Uint8Array,
  algorithms: AlgorithmRegistry = everything,
): Promise<Evidence> {
  const hostKey = keyFor(keys.hosts, choice['host key']).signer.publicKey
  const userKey = keyFor(keys.users, choice['user key']).signer
  const transport = new SSHClientTransport({
    algorithms,
    supported: listsOf(choice),
    verifyHostKey: (shown) => Buffer.compare(shown, hostKey) === 0,
    rekey: { bytes: REKEY_LENGTH },
  })
  attachStream(transport, await connectSocket({ host: '127.0.0.1', port: server.port, signal: AbortSignal.timeout(TIMEOUT) }))
  await transport.secured
  await using connection = new SSHConnection()
  const methods = [publicKey(userKey, { algorithms: userKey.algorithms })]
  const auth = new UserAuthClient({ user: server.user, service: connection, methods })
  transport.requestService(auth)
  await auth.authenticated
  const session = await connection.exec('cat; exit 7')
  const writing = session.write(bytes).then(() => session.end())
  const { stdout, code } = await session.output()
  await writing
  return { code: code ?? null, intact: Buffer.compare(stdout, bytes) === 0, ...evidenceOf(transport, auth.attempts.at(-1)?.detail) }
}

/** How a peer's client ended. */
export interface ClientOutcome {
  readonly code: number | null
  readonly stdout: Uint8Array
}

/**
 * Holds a session as server: its command sends back what it reads, and says 7.
 *
 * @param runClient has the peer come to this port, write the bytes to a command, and end
 * @param rekeys whether the peer exchanges keys anew by itself, so that we need not
 */
export async function beServer(
  keys: MatrixKeys,
  choice: Choice,
  bytes: Uint8Array,
  runClient: (port: number) => Promise<ClientOutcome>,
  rekeys = false,
  algorithms: AlgorithmRegistry = everything,
): Promise<Evidence> {
  const userKey = keyFor(keys.users, choice['user key'])
  let transport: SSHServerTransport | undefined
  let signedWith: string | undefined
  const isUserKey = (shown: { readonly publicKey: Uint8Array; readonly algorithm: string; readonly signed: boolean }): boolean => {
    if (shown.signed) signedWith = shown.algorithm
    return Buffer.compare(shown.publicKey, userKey.signer.publicKey) === 0
  }
  await using listener = await listen((socket) => {
    transport = new SSHServerTransport({
      algorithms,
      supported: listsOf(choice),
      hostKeys: [keyFor(keys.hosts, choice['host key']).signer],
      acceptedPublicKeys: userKey.accepted,
      getService: () => new UserAuthServer({ methods: { publicKey: isUserKey }, services: { 'ssh-connection': echoingConnection } }),
      ...(!rekeys && { rekey: { bytes: REKEY_LENGTH } }),
    })
    attachStream(transport, socket)
  })
  const { code, stdout } = await runClient(listener.port)
  if (transport === undefined) throw new Error('the peer did not connect')
  return { code, intact: Buffer.compare(stdout, bytes) === 0, ...evidenceOf(transport, signedWith) }
}

/** A server's connection whose sessions send back what they read, and then say 7. */
export function echoingConnection(): SSHConnection {
  return new SSHConnection({
    onSession: (session) => ({
      async exec() {
        for await (const chunk of session) await session.write(chunk)
        return 7
      },
    }),
  })
}

/** One name of each kind, and nothing beside it: whatever is agreed on is that. */
export function listsOf(choice: Choice): AlgorithmLists {
  return {
    keyExchanges: [choice['key exchange']],
    publicKeys: [choice['host key']],
    ciphers: [choice.cipher],
    macs: [choice.MAC],
    compressions: [choice.compression],
  }
}

/** What a transport says of its last key exchange. */
export function evidenceOf(transport: SSHTransportBase, userKey: string | undefined): Omit<Evidence, 'code' | 'intact'> {
  const { negotiated, keyExchanges } = transport.describe()
  if (negotiated === undefined) throw new Error('nothing was agreed on')
  return {
    keysExchangedAnew: keyExchanges > 1,
    'key exchange': negotiated.keyExchange.name,
    'host key': negotiated.publicKey.name,
    'user key': userKey ?? 'none',
    clientToServer: directionOf(negotiated.clientToServer),
    serverToClient: directionOf(negotiated.serverToClient),
  }
}

function directionOf({ cipher, mac, compression }: NegotiatedDirectionDescription): DirectionEvidence {
  return { cipher: cipher.name, ...(mac !== undefined && { MAC: mac.name }), compression: compression.name }
}

/** What a session about one algorithm agrees on: that, and else what every peer has. */
export function choiceOf(kind: keyof Choice, name: string): Choice {
  return { ...usual, [kind]: name }
}

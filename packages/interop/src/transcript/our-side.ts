import { SSHConnection } from '@seashell/connection'
import {
  type AlgorithmLists,
  SSHClientTransport,
  SSHServerTransport,
  type SSHTransportBase,
  systemClock,
  type TransportEvent,
  type TransportOptions,
} from '@seashell/core'
import { seededRandom } from '@seashell/test-support'
import { password, publicKey, UserAuthClient, UserAuthServer } from '@seashell/userauth'
import { type Provider, registryOf, signingAlgorithms } from './algorithms.ts'
import { plainName, signerFor, toBase64 } from './keys.ts'
import type { Outcome, SessionAlgorithms, SessionPlan } from './transcript.ts'

/** The password of {@link SessionPlan.login} 'password': that of the account which `.ci/install-peers` creates. */
export const PASSWORD = 'seashell-test-password'

/** What is executed: with us as client. With us as server any command is as good. */
export const COMMAND = 'cat; exit 7'

/** What the command reads, and writes again: some hundred bytes. */
export const INPUT: string = Array.from({ length: 12 }, (_, index) => `line ${index} of what the command reads, and writes again\n`).join(
  '',
)

const EXIT_STATUS = 7

/** One of us, ready for a byte stream. */
export interface OurSide {
  readonly transport: SSHTransportBase
  /** What came of it; rejects where the session does not come to its end. */
  readonly outcome: Promise<Outcome>
}

/** What is seen by a service. */
type Seen = Pick<Outcome, 'user' | 'command' | 'input' | 'output' | 'exitStatus'>

/**
 * Makes our side of a session. All its randomness comes from the plan's seed, its clock stands still, and it does one thing after another, so
 * that what it sends depends on nothing but the plan and what the peer sends.
 */
export async function ourSide(plan: SessionPlan, provider: Provider): Promise<OurSide> {
  return plan.role === 'client' ? ourClient(plan, provider) : ourServer(plan, provider)
}

async function ourClient(plan: SessionPlan, provider: Provider): Promise<OurSide> {
  const { options, secondKeys } = optionsOf(plan, provider)
  const transport = new SSHClientTransport({ ...options, verifyHostKey: (hostKey) => toBase64(hostKey) === plan.peerKey })
  const run = async (): Promise<Outcome> => {
    await transport.secured
    const connection = new SSHConnection()
    const auth = new UserAuthClient({ user: plan.user, service: connection, methods: [await loginMethod(plan, provider)] })
    transport.requestService(auth)
    await auth.authenticated
    const seen = await execute(connection, plan, () => exchangeKeysAgain(transport, secondKeys))
    await connection.close()
    await transport.closed
    return outcomeOf(transport, seen)
  }
  return sideOf(transport, run())
}

/** Half of the input before keys are exchanged again, half after it; each comes back before anything else happens. */
async function execute(connection: SSHConnection, { user, rekey }: SessionPlan, exchangeKeys: () => Promise<void>): Promise<Seen> {
  const session = await connection.exec(COMMAND)
  const chunks = session.stdout[Symbol.asyncIterator]()
  let output = ''
  const half = INPUT.length / 2
  for (const input of [INPUT.slice(0, half), INPUT.slice(half)]) {
    const expected = output.length + input.length
    await session.write(input)
    while (output.length < expected) output += await nextText(chunks)
    if (rekey && expected === half) await exchangeKeys()
  }
  await session.end()
  output += await nextText(chunks)
  const { code = -1 } = await session.exit
  return { user, command: COMMAND, input: INPUT, output, exitStatus: code }
}

async function nextText(chunks: AsyncIterator<Uint8Array>): Promise<string> {
  const { done, value } = await chunks.next()
  return done === true ? '' : Buffer.from(value).toString('latin1')
}

async function loginMethod(plan: SessionPlan, provider: Provider) {
  if (plan.login === 'password') return password(PASSWORD)
  const signer = await signerFor(plan.login, plan, signingAlgorithms(provider))
  return publicKey(signer, { algorithms: signer.algorithms })
}

async function ourServer(plan: SessionPlan, provider: Provider): Promise<OurSide> {
  const { options, secondKeys } = optionsOf(plan, provider)
  const hostKey = await signerFor(plan.algorithms.publicKey, plan, signingAlgorithms(provider))
  let seen: Seen | undefined
  const serve = (user: string): SSHConnection =>
    new SSHConnection({
      onSession: (session) => ({
        async exec(command) {
          let input = ''
          for await (const chunk of session) input += Buffer.from(chunk).toString('latin1')
          if (plan.rekey) await exchangeKeysAgain(transport, secondKeys)
          await session.write(input)
          seen = { user, command, input, output: input, exitStatus: EXIT_STATUS }
          return EXIT_STATUS
        },
      }),
    })
  const methods =
    plan.login === 'password'
      ? { password: (request: { readonly password: string }) => request.password === PASSWORD }
      : { publicKey: (request: { readonly publicKey: Uint8Array }) => toBase64(request.publicKey) === plan.peerKey }
  const transport: SSHServerTransport = new SSHServerTransport({
    ...options,
    ...(plan.login !== 'password' && { acceptedPublicKeys: acceptedFrom(plan.login) }),
    hostKeys: [hostKey],
    getService: () => new UserAuthServer({ methods, services: { 'ssh-connection': ({ user }) => serve(user) }, failureTime: 0 }),
  })
  const run = async (): Promise<Outcome> => {
    const error = await transport.closed
    if (seen === undefined) throw error ?? new Error('the peer went away and had nothing executed')
    return outcomeOf(transport, seen)
  }
  return sideOf(transport, run())
}

/** ssh shows an RSA certificate to whom says that the plain algorithm is known too. */
function acceptedFrom(login: string): readonly string[] {
  return [...new Set([login, plainName(login)])]
}

function optionsOf({ algorithms, seed }: SessionPlan, provider: Provider) {
  let resolve: () => void
  const secondKeys = new Promise<void>((done) => {
    resolve = done
  })
  const options: TransportOptions = {
    algorithms: registryOf(provider),
    supported: listsOf(algorithms),
    random: seededRandom(seed),
    clock: { ...systemClock, now: () => 0 },
    version: 'SeaShell_transcript',
    onEvent: (event: TransportEvent) => event.type === 'keys' && event.count === 2 && resolve(),
  }
  return { options, secondKeys }
}

function listsOf({ keyExchange, publicKey: key, cipher, mac, compression }: SessionAlgorithms): Partial<AlgorithmLists> {
  return { keyExchanges: [keyExchange], publicKeys: [key], ciphers: [cipher], macs: [mac], compressions: [compression] }
}

async function exchangeKeysAgain(transport: SSHTransportBase, secondKeys: Promise<void>): Promise<void> {
  transport.sendKexInit()
  await Promise.race([secondKeys, transport.closed])
}

/** An outcome that nobody looks at is no unhandled rejection. */
function sideOf(transport: SSHTransportBase, outcome: Promise<Outcome>): OurSide {
  outcome.catch(() => undefined)
  return { transport, outcome }
}

function outcomeOf(transport: SSHTransportBase, seen: Seen): Outcome {
  const { negotiated, strictKeyExchange, keyExchanges } = transport.describe()
  const { keyExchange, publicKey: key, clientToServer } = negotiated!
  const { cipher, mac, compression } = clientToServer
  return {
    peerVersion: transport.otherVersionString,
    sessionID: Buffer.from(transport.sessionID).toString('hex'),
    negotiated: {
      keyExchange: keyExchange.name,
      publicKey: key.name,
      cipher: cipher.name,
      ...(mac && { mac: mac.name }),
      compression: compression.name,
    },
    strictKeyExchange,
    keyExchanges,
    ...seen,
  }
}

import {
  type AbortSignalLike,
  DisconnectReasons,
  type PublicKeyDefinition,
  type SignaturePolicy,
  SSHError,
  type SSHService,
} from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { describe, expect, it, vi } from 'vitest'
import {
  type AuthContext,
  type Login,
  type ServerAttempt,
  type ServerAuthMethod,
  type ServerMethods,
  UserAuthServer,
  type UserAuthServerOptions,
} from '../src/index.ts'
import { type FakeOptions, FakeTransport, HandClock, RecordingService, settle } from './support/fake-transport.ts'
import { ed25519Signer, rsaSigner, sshEd25519, testKeys, type TestSigner } from './support/keys.ts'
import { interactiveFields, passwordFields, readFailure, request, response, words } from './support/messages.ts'

/** A server, and a client that is played by the test. */
function start(methods: ServerMethods, options: Partial<UserAuthServerOptions> = {}, transportOptions: Partial<FakeOptions> = {}) {
  const clock = new HandClock()
  const transport = new FakeTransport({ algorithms: testKeys, clock, ...transportOptions, isClient: false })
  const service = new RecordingService()
  const logins: Login[] = []
  const services = { 'ssh-connection': (login: Login): SSHService => (logins.push(login), service) }
  const server = new UserAuthServer({ methods, services, ...options })
  transport.setService(server)
  const send = async (messageNum: number, payload: Uint8Array): Promise<void> => {
    transport.receive(messageNum, payload)
    await settle()
  }
  const ask = (method: string, fields?: Uint8Array, user?: string, name?: string): Promise<void> =>
    send(50, request(method, fields, user, name))
  return { transport, clock, service, logins, send, ask, sent: () => words(transport.sent), last: () => transport.sent.at(-1)! }
}

const yes = (): boolean => true
const no = (): boolean => false
const strict = (signaturePolicy: SignaturePolicy) => () => ({ accept: true, signaturePolicy }) as const

function query(algorithm: string, blob: Uint8Array): Uint8Array {
  return new WireWriter().writeBoolean(false).writeString(algorithm).writeString(blob).finish()
}

const flip = (genuine: Uint8Array): Uint8Array => genuine.with(genuine.length - 1, genuine.at(-1)! ^ 1)

const boom = (): never => {
  throw new Error('database password is hunter2')
}

const blame = (): never => {
  throw new SSHError('PROTOCOL', 'no ticket', { fault: 'peer' })
}

describe('requests', () => {
  it('none: lists the methods, itself excepted', async () => {
    const custom: ServerAuthMethod = { name: 'x@example.org', authenticate: no }
    const { ask, last } = start({ none: no, publicKey: no, password: no, keyboardInteractive: no, custom: [custom] })
    await ask('none')
    expect(last()[0]).toBe(51)
    expect(readFailure(last()[1])).toEqual({
      methods: ['publickey', 'password', 'keyboard-interactive', 'x@example.org'],
      partialSuccess: false,
    })
  })

  it('none: lets in where the handler says so', async () => {
    const { ask, sent, transport, logins, service } = start({ none: ({ user }) => user === 'alice' })
    await ask('none', undefined, 'bob')
    expect(transport.authenticated).toBe(false)
    await ask('none')
    expect(sent()).toEqual(['FAILURE', 'SUCCESS'])
    expect(logins).toMatchObject([{ user: 'alice', service: 'ssh-connection', successes: [{ method: 'none' }] }])
    expect([transport.service === service, transport.authenticated]).toEqual([true, true])
  })

  it('password: right and wrong', async () => {
    const seen: unknown[] = []
    const handler = (given: { password: string }, { user, peer }: AuthContext): boolean => {
      seen.push([given, user, peer.toString()])
      return given.password === 'right'
    }
    const { ask, sent, transport } = start({ password: handler })
    await ask('password', passwordFields('wrong'))
    expect(transport.authenticated).toBe(false)
    await ask('password', passwordFields('right'))
    expect(sent()).toEqual(['FAILURE', 'SUCCESS'])
    expect(seen).toEqual([
      [{ password: 'wrong' }, 'alice', '192.0.2.7:50000'],
      [{ password: 'right' }, 'alice', '192.0.2.7:50000'],
    ])
  })

  it('password: has it changed', async () => {
    const { ask, sent, last, transport } = start({
      password: ({ newPassword }) => (newPassword === 'strong' ? true : { changePassword: `${newPassword ?? 'it'} is too old` }),
    })
    await ask('password', passwordFields('old'))
    const reader = new WireReader(last()[1])
    expect([reader.readText(), reader.readText()]).toEqual(['it is too old', ''])
    await ask('password', passwordFields('old', 'weak'))
    await ask('password', passwordFields('old', 'strong'))
    expect(sent()).toEqual(['60', '60', 'SUCCESS'])
    expect(transport.authenticated).toBe(true)
  })

  it('keyboard-interactive: asks in as many rounds as it likes', async () => {
    const { ask, send, sent, last, transport } = start({
      keyboardInteractive: async ({ ask: question, submethods }) => {
        const [code] = await question({ name: 'Two steps', prompts: [{ prompt: 'Code: ', echo: true }] })
        await question({ instructions: 'Thank you' })
        return code === '42' && submethods.join() === 'otp,pam'
      },
    })
    await ask('keyboard-interactive', interactiveFields('otp,pam'))
    const reader = new WireReader(last()[1])
    expect([reader.readText(), reader.readText(), reader.readText(), reader.readUint32(), reader.readText(), reader.readBoolean()]).toEqual(
      ['Two steps', '', '', 1, 'Code: ', true],
    )
    reader.end()
    await send(61, response('42'))
    await send(61, response())
    expect(sent()).toEqual(['60', '60', 'SUCCESS'])
    expect(transport.authenticated).toBe(true)
  })

  it.each([
    ['too few', response('42')],
    ['too many', response('42', '42', '42')],
  ])('keyboard-interactive: %s answers are a failed attempt, whatever the handler makes of it (RFC 4256 §3.4)', async (_what, payload) => {
    const prompts = [
      { prompt: 'a', echo: false },
      { prompt: 'b', echo: false },
    ]
    const { ask, send, sent } = start({ keyboardInteractive: ({ ask: question }) => question({ prompts }).then(yes, yes) })
    await ask('keyboard-interactive', interactiveFields())
    await send(61, payload)
    expect(sent()).toEqual(['60', 'FAILURE'])
  })

  it('keyboard-interactive: one question at a time', async () => {
    const { ask, transport } = start({
      keyboardInteractive: async ({ ask: question }) => (await Promise.all([question({}), question({})])).length === 2,
    })
    await ask('keyboard-interactive', interactiveFields())
    expect(transport.error).toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
  })

  it('a method of a stranger, with messages of its own', async () => {
    const ticket: ServerAuthMethod = {
      name: 'ticket@example.org',
      async authenticate(exchange) {
        const phase = { name: 'a stamp', messages: [50, 66] }
        const answer = await exchange.ask(phase, { messageNum: 65, payload: exchange.fields })
        return answer.payload[0] === 1 && { accept: true, details: 'stamped' }
      },
    }
    const { ask, send, transport, logins } = start({ custom: [ticket] })
    await ask('ticket@example.org', new Uint8Array([5]))
    expect(transport.sent).toEqual([[65, new Uint8Array([5])]])
    await send(66, new Uint8Array([1]))
    expect(logins[0]?.successes).toEqual([{ method: 'ticket@example.org', details: 'stamped' }])
  })

  it.each(['hostbased', 'publickey', 'none', ''])('the method %j, which is not offered, is refused', async (method) => {
    const { ask, sent } = start({ password: yes })
    await ask(method, new Uint8Array([1, 2, 3]))
    expect(sent()).toEqual(['FAILURE'])
  })

  it.each([undefined, null, 1, 'yes', {}, { accept: 'yes' }, { user: 'alice' }, []])(
    'a handler that answers %j has refused',
    async (answer) => {
      const handler = (() => answer) as unknown as () => boolean
      const signer = ed25519Signer()
      const { ask, sent } = start({ none: handler, password: handler, publicKey: handler })
      await ask('none')
      await ask('password', passwordFields('x'))
      await ask('publickey', new WireWriter().writeBoolean(false).writeString('ssh-ed25519').writeString(signer.publicKey).finish())
      expect(sent()).toEqual(['FAILURE', 'FAILURE', 'FAILURE'])
    },
  )

  it('are answered one by one, in order, while handlers take their time', async () => {
    const waiting: ((decision: boolean) => void)[] = []
    const { transport, sent } = start({ password: () => new Promise((resolve) => waiting.push(resolve)) })
    for (const word of ['first', 'second', 'third']) transport.receive(50, request('password', passwordFields(word)))
    await settle()
    expect([waiting.length, transport.held]).toEqual([1, true])
    waiting[0]!(false)
    await settle()
    expect([waiting.length, sent()]).toEqual([2, ['FAILURE']])
    waiting[1]!(true)
    await settle()
    expect(sent()).toEqual(['FAILURE', 'SUCCESS'])
    expect(waiting.length).toBe(2)
    expect((transport.service as RecordingService).received).toEqual([50])
  })
})

describe('publickey', () => {
  const sessionID = new Uint8Array(20).fill(3)
  const signer = ed25519Signer()
  const rsa = rsaSigner()
  const authorized = [signer, rsa]
  const handler = ({ publicKey }: { publicKey: Uint8Array }): boolean =>
    authorized.some((known) => Buffer.compare(known.publicKey, publicKey) === 0)

  interface Changes {
    session?: Uint8Array
    user?: string
    service?: string
    method?: string
    flag?: number
    signedAlgorithm?: string
    algorithm?: string
    blob?: Uint8Array
    signature?: (genuine: Uint8Array) => Uint8Array
  }

  /** The fields of a signed request, put together here from RFC 4252 §7, with something wrong. */
  async function signed(by: TestSigner, algorithm: string, changes: Changes = {}): Promise<Uint8Array> {
    const blob = changes.blob ?? by.publicKey
    const data = new WireWriter()
      .writeString(changes.session ?? sessionID)
      .writeByte(50)
      .writeString(changes.user ?? 'alice')
      .writeString(changes.service ?? 'ssh-connection')
      .writeString(changes.method ?? 'publickey')
      .writeByte(changes.flag ?? 1)
      .writeString(changes.signedAlgorithm ?? algorithm)
      .writeString(blob)
      .finish()
    const signature = await by.sign(data, algorithm)
    return new WireWriter()
      .writeBoolean(true)
      .writeString(changes.algorithm ?? algorithm)
      .writeString(blob)
      .writeString(changes.signature?.(signature) ?? signature)
      .finish()
  }

  it('answers a query with the algorithm and the key', async () => {
    const { ask, last } = start({ publicKey: handler })
    await ask('publickey', query('ssh-ed25519', signer.publicKey))
    expect(last()).toEqual([60, query('ssh-ed25519', signer.publicKey).subarray(1)])
  })

  it.each([
    ['ssh-ed25519', signer],
    ['rsa-sha2-512', rsa],
    ['rsa-sha2-256', rsa],
  ])('lets in whoever signs with %s', async (algorithm, by) => {
    const { ask, sent, logins } = start({ publicKey: handler }, {}, { sessionID })
    await ask('publickey', await signed(by, algorithm))
    expect(sent()).toEqual(['SUCCESS'])
    expect(logins[0]?.successes).toEqual([{ method: 'publickey', key: { algorithm, publicKey: by.publicKey } }])
  })

  const other = ed25519Signer()
  const wrongs: [string, TestSigner, string, Changes][] = [
    ['over another session', signer, 'ssh-ed25519', { session: new Uint8Array(20).fill(4) }],
    ['for another user', signer, 'ssh-ed25519', { user: 'root' }],
    ['for another service', signer, 'ssh-ed25519', { service: 'other' }],
    ['for another method', signer, 'ssh-ed25519', { method: 'hostbased' }],
    ['over a query', signer, 'ssh-ed25519', { flag: 0 }],
    ['over another algorithm', rsa, 'rsa-sha2-512', { signedAlgorithm: 'rsa-sha2-256' }],
    ['by another key', other, 'ssh-ed25519', { blob: signer.publicKey }],
    ['with a flipped bit', signer, 'ssh-ed25519', { signature: flip }],
    ['that is empty', signer, 'ssh-ed25519', { signature: () => new Uint8Array() }],
    ['that ends early', signer, 'ssh-ed25519', { signature: (genuine) => genuine.subarray(0, 40) }],
    ['with another algorithm than the request names', rsa, 'rsa-sha2-256', { algorithm: 'rsa-sha2-512', signedAlgorithm: 'rsa-sha2-512' }],
    ['with SHA-1', rsa, 'ssh-rsa', { algorithm: 'rsa-sha2-512', signedAlgorithm: 'rsa-sha2-512' }],
    ['with an algorithm we do not accept', rsa, 'ssh-rsa', {}],
    ['by an RSA key under the name of Ed25519', rsa, 'rsa-sha2-512', { algorithm: 'ssh-ed25519', signedAlgorithm: 'ssh-ed25519' }],
    ['with an algorithm that nobody knows', rsa, 'rsa-sha2-512', { algorithm: 'rsa-sha4-512', signedAlgorithm: 'rsa-sha4-512' }],
  ]
  it.each(wrongs)('refuses a signature %s', async (_what, by, algorithm, changes) => {
    const { ask, sent, transport } = start({ publicKey: yes }, {}, { sessionID })
    await ask('publickey', await signed(by, algorithm, changes))
    expect(sent()).toEqual(['FAILURE'])
    expect(transport.authenticated).toBe(false)
  })

  it('takes SHA-1 where it is told to, and then only under its own name', async () => {
    const acceptedPublicKeys = ['ssh-rsa']
    const { ask, sent } = start({ publicKey: handler }, {}, { sessionID, acceptedPublicKeys })
    await ask('publickey', await signed(rsa, 'rsa-sha2-512'))
    await ask('publickey', await signed(rsa, 'ssh-rsa'))
    expect(sent()).toEqual(['FAILURE', 'SUCCESS'])
  })

  describe('where the handler gives a policy', () => {
    // Stands in for a security key: its signatures are right where a touch is enough.
    const untouched: PublicKeyDefinition = Object.freeze({
      ...sshEd25519,
      withPolicy: ({ verifyRequired }: SignaturePolicy) =>
        verifyRequired === true ? Object.freeze({ ...sshEd25519, verify: no }) : sshEd25519,
    })
    const algorithms = [untouched]

    it('verifies the signature under it', async () => {
      const signature = await signed(signer, 'ssh-ed25519')
      const lax = start({ publicKey: strict({ touchRequired: true }) }, {}, { sessionID, algorithms })
      await lax.ask('publickey', signature)
      expect(lax.sent()).toEqual(['SUCCESS'])
      const demanding = start({ publicKey: strict({ verifyRequired: true }) }, {}, { sessionID, algorithms })
      await demanding.ask('publickey', signature)
      expect(demanding.sent()).toEqual(['FAILURE'])
    })

    it('asks no touch of a key in a file, and refuses it, asked about it or signed with, where a PIN is demanded', async () => {
      const lax = start({ publicKey: strict({ touchRequired: true, verifyRequired: false }) }, {}, { sessionID })
      await lax.ask('publickey', await signed(signer, 'ssh-ed25519'))
      expect(lax.sent()).toEqual(['SUCCESS'])
      const { ask, sent } = start({ publicKey: strict({ verifyRequired: true }) }, {}, { sessionID })
      await ask('publickey', query('ssh-ed25519', signer.publicKey))
      await ask('publickey', await signed(signer, 'ssh-ed25519'))
      expect(sent()).toEqual(['FAILURE', 'FAILURE'])
    })
  })

  it('refuses a key that is not authorised, and looks at no signature of it', async () => {
    const { ask, sent } = start({ publicKey: handler }, {}, { sessionID })
    await ask('publickey', query('ssh-ed25519', other.publicKey))
    await ask('publickey', await signed(other, 'ssh-ed25519'))
    expect(sent()).toEqual(['FAILURE', 'FAILURE'])
  })

  it.each([
    ['no bytes', new Uint8Array()],
    ['a name that is not text', new WireWriter().writeString(new Uint8Array([0xff])).finish()],
    ['another format', rsa.publicKey],
    ['bytes after its end', new Uint8Array([...signer.publicKey, 0])],
    ['an early end', signer.publicKey.subarray(0, 40)],
  ])('does not ask the handler about a key blob with %s', async (_what, blob) => {
    const asked = vi.fn(yes)
    const { ask, sent } = start({ publicKey: asked })
    await ask('publickey', query('ssh-ed25519', blob))
    expect([sent(), asked.mock.calls]).toEqual([['FAILURE'], []])
  })

  it('does not ask the handler about a key of another format, however lax the definition', async () => {
    const asked = vi.fn(yes)
    const lax = Object.freeze({ ...sshEd25519, bitLength: () => 256, verify: yes })
    const { ask, sent } = start({ publicKey: asked }, {}, { algorithms: lax })
    await ask('publickey', query('ssh-ed25519', rsa.publicKey))
    expect([sent(), asked.mock.calls]).toEqual([['FAILURE'], []])
  })

  it('does not ask the handler about a key that is too weak', async () => {
    const asked = vi.fn(yes)
    const weak = rsaSigner(['rsa-sha2-512'], 1024)
    const { ask, sent } = start({ publicKey: asked }, {}, { sessionID })
    await ask('publickey', await signed(weak, 'rsa-sha2-512'))
    expect([sent(), asked.mock.calls]).toEqual([['FAILURE'], []])
  })

  it('a key that was only asked about counts for nothing', async () => {
    const { ask, sent, logins } = start({ publicKey: handler }, {}, { sessionID })
    await ask('publickey', query('rsa-sha2-512', rsa.publicKey))
    await ask('publickey', await signed(signer, 'ssh-ed25519'))
    expect(sent()).toEqual(['60', 'SUCCESS'])
    expect(logins[0]?.successes).toHaveLength(1)
    expect(logins[0]?.successes[0]?.key?.publicKey).toEqual(signer.publicKey)
  })
})

describe('several factors', () => {
  const steps: ServerMethods = {
    password: (_request, { successes }) => successes.length === 1 || { partial: true, continue: ['keyboard-interactive'], details: 'pw' },
    keyboardInteractive: (_dialogue, { successes }) =>
      successes.length === 2 || { partial: true, continue: ['password'], details: { level: 2 } },
    publicKey: no,
  }
  const interactive = interactiveFields()

  it('are gone through in the order that the handlers say', async () => {
    const { ask, last, logins } = start({
      ...steps,
      password: (_request, { successes }) => successes.length === 2 || { partial: true, continue: ['keyboard-interactive'] },
      keyboardInteractive: () => ({ partial: true, continue: ['password'], details: { level: 2 } }),
    })
    await ask('password', passwordFields('x'))
    expect(readFailure(last()[1])).toEqual({ methods: ['keyboard-interactive'], partialSuccess: true })
    await ask('keyboard-interactive', interactive)
    expect(readFailure(last()[1])).toEqual({ methods: ['password'], partialSuccess: true })
    await ask('password', passwordFields('x'))
    expect(last()[0]).toBe(52)
    expect(logins[0]?.successes).toEqual([
      { method: 'password' },
      { method: 'keyboard-interactive', details: { level: 2 } },
      { method: 'password' },
    ])
  })

  it('start where the server says, and nowhere else', async () => {
    const { ask, last } = start({ ...steps, none: no }, { startWith: ['keyboard-interactive'] })
    await ask('none')
    expect(readFailure(last()[1])).toEqual({ methods: ['keyboard-interactive'], partialSuccess: false })
    await ask('password', passwordFields('x'))
    expect(readFailure(last()[1])).toEqual({ methods: ['keyboard-interactive'], partialSuccess: false })
  })

  it('cannot be replaced by a method that is not listed now', async () => {
    const asked = vi.fn(steps.password)
    const { ask, last } = start({ ...steps, password: asked, none: ({ successes }) => successes.length > 0 })
    await ask('password', passwordFields('x'))
    await ask('password', passwordFields('x'))
    await ask('none')
    expect(readFailure(last()[1])).toEqual({ methods: ['keyboard-interactive'], partialSuccess: false })
    expect(asked).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['user', 'bob', undefined],
    ['service', 'alice', 'other@example.org'],
  ])('are forgotten when the %s changes (RFC 4252 §5)', async (_what, user, service) => {
    const services = { 'ssh-connection': () => new RecordingService(), 'other@example.org': () => new RecordingService() }
    const { ask, last, sent } = start(steps, { services })
    await ask('password', passwordFields('x'))
    await ask('none', undefined, user, service)
    expect(readFailure(last()[1])).toEqual({ methods: ['publickey', 'password', 'keyboard-interactive'], partialSuccess: false })
    await ask('password', passwordFields('x'))
    expect(sent()).toEqual(['FAILURE', 'FAILURE', 'FAILURE'])
    expect(readFailure(last()[1])).toEqual({ methods: ['keyboard-interactive'], partialSuccess: true })
  })

  it.each([[[]], [['hostbased']], [['none']], [['password', 'nonsense']]])(
    'must continue with methods that exist: not with %j',
    async (methods) => {
      const { ask, transport } = start({ password: () => ({ partial: true, continue: methods }), none: no })
      await ask('password', passwordFields('x'))
      expect(transport.error).toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
      expect(transport.authenticated).toBe(false)
    },
  )
})

describe('failed attempts', () => {
  it.each([1, 3, 6])('end the connection when there were %i', async (limit) => {
    const { ask, sent, transport } = start({ password: no }, {}, { limits: { authenticationAttempts: limit } })
    for (let attempt = 1; attempt < limit; attempt++) await ask('password', passwordFields('x'))
    expect([transport.ended, sent().length]).toEqual([false, limit - 1])
    await ask('password', passwordFields('x'))
    expect(transport.error).toMatchObject({ code: 'LIMIT', fault: 'peer', reason: DisconnectReasons.NO_MORE_AUTH_METHODS_AVAILABLE })
    expect(sent().length).toBe(limit - 1)
  })

  it('leave the last attempt to be right', async () => {
    const { ask, transport } = start({ password: ({ password }) => password === 'right' }, { maxAttempts: 3 })
    await ask('password', passwordFields('x'))
    await ask('password', passwordFields('x'))
    await ask('password', passwordFields('right'))
    expect(transport.authenticated).toBe(true)
  })

  it('are the options before the transport’s', async () => {
    const { ask, transport } = start({ password: no }, { maxAttempts: 1 })
    await ask('password', passwordFields('x'))
    expect(transport.error).toMatchObject({ code: 'LIMIT' })
  })

  it('do not include a first none, queries for keys, changes of passwords, and partial successes', async () => {
    const signer = ed25519Signer()
    const question = query('ssh-ed25519', signer.publicKey)
    const { ask, transport } = start(
      {
        publicKey: no,
        password: () => ({ changePassword: 'please' }),
        keyboardInteractive: () => ({ partial: true, continue: ['password'] }),
      },
      { maxAttempts: 1 },
    )
    await ask('none')
    await ask('publickey', question)
    await ask('publickey', question)
    await ask('password', passwordFields('x'))
    await ask('keyboard-interactive', interactiveFields())
    expect(transport.ended).toBe(false)
    await ask('none')
    expect(transport.error).toMatchObject({ code: 'LIMIT' })
  })

  it('count whatever the user is called', async () => {
    const { ask, transport } = start({ password: no }, { maxAttempts: 3 })
    for (const user of ['a', 'b', 'c']) await ask('password', passwordFields('x'), user)
    expect(transport.error).toMatchObject({ code: 'LIMIT' })
  })

  it('are told of, with what succeeds', async () => {
    const onAttempt = vi.fn()
    const { ask } = start(
      { password: ({ password }) => password === 'right', keyboardInteractive: () => ({ partial: true, continue: ['password'] }) },
      { onAttempt },
    )
    await ask('none')
    await ask('password', passwordFields('x'), 'bob\u0007')
    await ask('keyboard-interactive', interactiveFields())
    await ask('password', passwordFields('right'))
    expect(onAttempt.mock.calls.map(([{ context, method, outcome }]) => [context.user, method, outcome])).toEqual([
      ['bob\u0007', 'password', 'refused'],
      ['alice', 'keyboard-interactive', 'partial success'],
      ['alice', 'password', 'success'],
    ])
  })

  it.each([
    [0, 5, 5],
    [4, 5, 1],
    [5, 5, 0],
    [6, 5, 4],
    [19, 5, 1],
    [700, 300, 500],
    [50, 0, 0],
  ])('take a time that tells little: after %i ms of work, with %i ms set, %i more', async (work, failureTime, more) => {
    const clock = new HandClock()
    const handler = (): boolean => {
      clock.advance(work)
      return false
    }
    const { ask, sent } = start({ password: handler }, { failureTime }, { clock })
    await ask('password', passwordFields('x'))
    expect([clock.waits, sent()]).toEqual([[more], ['FAILURE']])
  })

  it('are answered only when that time is over', async () => {
    const clock = new HandClock()
    clock.immediate = false
    const { ask, sent, transport } = start({ password: no }, {}, { clock })
    await ask('password', passwordFields('x'))
    clock.advance(4)
    await settle()
    expect([sent(), transport.held]).toEqual([[], true])
    clock.advance(1)
    await settle()
    expect([sent(), transport.held]).toEqual([['FAILURE'], false])
  })

  it('do not wait on a connection that has ended', async () => {
    const clock = new HandClock()
    clock.immediate = false
    const { ask, sent, transport } = start({ password: no }, {}, { clock })
    await ask('password', passwordFields('x'))
    transport.end(new SSHError('CONNECTION_LOST', 'gone', { fault: 'local' }))
    await settle()
    expect([clock.pending, sent(), transport.held]).toEqual([0, [], false])
  })
})

describe('a request during keyboard-interactive', () => {
  it('abandons it, tells its handler, and counts as a failed attempt', async () => {
    const onAttempt = vi.fn()
    let signal: AbortSignalLike | undefined
    let rejected: unknown
    const { ask, send, sent, transport } = start(
      {
        keyboardInteractive: async (dialogue, context) => {
          signal = context.signal
          await dialogue.ask({ prompts: [{ prompt: 'x', echo: false }] }).catch((error: unknown) => (rejected = error))
          return true
        },
        password: no,
      },
      { onAttempt, maxAttempts: 3 },
    )
    await ask('keyboard-interactive', interactiveFields())
    await ask('password', passwordFields('x'))
    expect(sent()).toEqual(['60', 'FAILURE'])
    expect(rejected).toMatchObject({ code: 'ABORTED' })
    expect(signal?.aborted).toBe(true)
    expect(onAttempt.mock.calls.map(([{ outcome }]) => outcome)).toEqual(['abandoned', 'refused'])
    expect(transport.authenticated).toBe(false)
    await send(61, response('late'))
    expect(transport.error).toMatchObject({ code: 'PROTOCOL' })
  })

  it('ends the connection when it was the last attempt', async () => {
    const { ask, transport } = start({ keyboardInteractive: async (dialogue) => (await dialogue.ask({})).length === 1 }, { maxAttempts: 2 })
    await ask('keyboard-interactive', interactiveFields())
    await ask('keyboard-interactive', interactiveFields())
    await ask('keyboard-interactive', interactiveFields())
    expect(transport.error).toMatchObject({ code: 'LIMIT' })
  })
})

describe('what a client may not do', () => {
  it('log in to a service that is not there', async () => {
    const { ask, transport } = start({ password: yes })
    await ask('password', passwordFields('x'), 'alice', 'toString')
    expect(transport.error).toMatchObject({ code: 'SERVICE', fault: 'peer', reason: DisconnectReasons.SERVICE_NOT_AVAILABLE })
  })

  it.each([
    [1024, false],
    [1025, true],
  ])('have a name of %i bytes: %j', async (length, refused) => {
    const { ask, transport } = start({ none: no })
    await ask('none', undefined, 'ä'.repeat(length / 2) + 'a'.repeat(length % 2))
    expect(transport.ended).toBe(refused)
    if (refused) expect(transport.error).toMatchObject({ code: 'LIMIT', reason: DisconnectReasons.ILLEGAL_USER_NAME })
  })

  it('show secrets on a connection in clear', async () => {
    const asked = vi.fn(yes)
    const { ask, last, sent } = start({ password: asked, keyboardInteractive: asked, publicKey: no }, {}, { encrypted: false })
    await ask('password', passwordFields('x'))
    await ask('keyboard-interactive', interactiveFields())
    expect(sent()).toEqual(['FAILURE', 'FAILURE'])
    expect(readFailure(last()[1]).methods).toEqual(['publickey'])
    expect(asked).not.toHaveBeenCalled()
  })
})

describe('the banner', () => {
  it.each([
    ['a text', 'Hello'],
    ['a function', ({ user }: AuthContext) => Promise.resolve(`Hello ${user}`)],
  ])('is sent once, with the first request: %s', async (_what, banner) => {
    const { ask, sent, transport } = start({ password: yes }, { banner })
    await ask('none')
    await ask('password', passwordFields('x'))
    expect(sent()).toEqual(['BANNER', 'FAILURE', 'SUCCESS'])
    expect(new WireReader(transport.sent[0]![1]).readText()).toMatch(/^Hello/)
  })

  it('may be none', async () => {
    const { ask, sent } = start({ password: yes }, { banner: () => undefined })
    await ask('none')
    expect(sent()).toEqual(['FAILURE'])
  })
})

describe('errors on our side', () => {
  it.each<[string, ServerMethods, Partial<UserAuthServerOptions>, string, Uint8Array]>([
    ['none', { none: boom }, {}, 'none', new Uint8Array()],
    ['password', { password: () => Promise.reject(new Error('x')) }, {}, 'password', passwordFields('x')],
    ['keyboard-interactive', { keyboardInteractive: boom }, {}, 'keyboard-interactive', interactiveFields()],
    ['publickey', { publicKey: boom }, {}, 'publickey', query('ssh-ed25519', ed25519Signer().publicKey)],
    ['a custom method', { custom: [{ name: 'x', authenticate: boom }] }, {}, 'x', new Uint8Array()],
    ['the banner', { none: yes }, { banner: boom }, 'none', new Uint8Array()],
    ['a service', { none: yes }, { services: { 'ssh-connection': boom } }, 'none', new Uint8Array()],
  ])('refuse the attempt, count it, and are reported: %s', async (_what, methods, options, method, fields) => {
    const attempts: ServerAttempt[] = []
    const onAttempt = (attempt: ServerAttempt): void => void attempts.push(attempt)
    const { ask, transport, sent } = start(methods, { failureTime: 0, maxAttempts: 2, ...options, onAttempt })
    await ask(method, fields)
    expect([transport.error, transport.authenticated, sent()]).toEqual([undefined, false, ['FAILURE']])
    expect(attempts).toMatchObject([{ method, outcome: 'refused', error: { fault: 'caller' } }])
    expect(attempts[0]?.error?.message).not.toContain('hunter2')
    if (method === 'none') return
    await ask(method, fields)
    expect(transport.error).toMatchObject({ code: 'LIMIT', reason: DisconnectReasons.NO_MORE_AUTH_METHODS_AVAILABLE })
  })

  it('cost one attempt and no more: the next may be right', async () => {
    let times = 0
    const { ask, sent, logins } = start({ password: () => times++ > 0 || boom() }, { failureTime: 0 })
    await ask('password', passwordFields('x'))
    await ask('password', passwordFields('x'))
    expect([sent(), logins.length]).toEqual([['FAILURE', 'SUCCESS'], 1])
  })

  it('end the connection, and let nobody in, where they are of onAttempt', async () => {
    const { ask, transport, sent } = start({ none: yes }, { onAttempt: boom, failureTime: 0 })
    await ask('none')
    expect(transport.error).toMatchObject({ code: 'INTERNAL', fault: 'caller', reason: undefined })
    expect(transport.error?.message).not.toContain('hunter2')
    expect([transport.authenticated, sent()]).toEqual([false, []])
  })

  it('end the connection where a method blames the client', async () => {
    const { ask, transport, sent } = start({ custom: [{ name: 'x', authenticate: blame }] }, { failureTime: 0 })
    await ask('x', new Uint8Array())
    expect([transport.error?.message, sent()]).toEqual(['no ticket', []])
  })

  it.each<[string, UserAuthServerOptions, RegExp]>([
    ['no method', { methods: {}, services: {} }, /at least one method/],
    [
      'two of a name',
      { methods: { none: yes, custom: [{ name: 'none', authenticate: yes }] }, services: {} },
      /two methods of the name none/,
    ],
    [
      'a start with what is not there',
      { methods: { none: yes }, services: {}, startWith: ['password'] },
      /expected startWith to name methods/,
    ],
    ['a start with none', { methods: { none: yes }, services: {}, startWith: ['none'] }, /got none/],
    ['a start with nothing', { methods: { none: yes }, services: {}, startWith: [] }, /got none at all/],
    ['attempts below zero', { methods: { none: yes }, services: {}, maxAttempts: -1 }, /from 0 up; got -1/],
    ['a time that is none', { methods: { none: yes }, services: {}, failureTime: Number.NaN }, /from 0 up; got NaN/],
  ])('are found when it is made: %s', (_what, options, message) => {
    expect(() => new UserAuthServer(options)).toThrow(message)
  })

  it('do not matter any more when the connection has ended: a handler that answers late', async () => {
    let answer: ((decision: boolean) => void) | undefined
    let signal: AbortSignalLike | undefined
    const { ask, transport, logins } = start({
      password: (_request, context) => ((signal = context.signal), new Promise<boolean>((resolve) => (answer = resolve))),
    })
    await ask('password', passwordFields('x'))
    transport.end(new SSHError('CONNECTION_LOST', 'gone', { fault: 'local' }))
    expect(signal?.aborted).toBe(true)
    answer!(true)
    await settle()
    expect([transport.authenticated, logins, transport.sent]).toEqual([false, [], []])
  })

  it('end the connection where the next service cannot start', async () => {
    class Stillborn extends RecordingService {
      override serviceStarted(): void {
        boom()
      }
    }
    const { ask, transport } = start({ none: yes }, { services: { 'ssh-connection': () => new Stillborn() } })
    await ask('none')
    expect(transport.error).toMatchObject({ code: 'INTERNAL', fault: 'caller' })
  })

  it('nor does a service that is made too late', async () => {
    let made: ((service: SSHService) => void) | undefined
    const services = { 'ssh-connection': () => new Promise<SSHService>((resolve) => (made = resolve)) }
    const { ask, transport } = start({ none: yes }, { services })
    await ask('none')
    transport.end(new SSHError('CONNECTION_LOST', 'gone', { fault: 'local' }))
    const late = new RecordingService()
    made!(late)
    await settle()
    expect([transport.authenticated, late.started, transport.sent]).toEqual([false, false, []])
  })
})

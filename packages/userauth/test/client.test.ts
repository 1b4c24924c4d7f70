import { type AbortSignalLike, DisconnectReasons, MSG_IGNORE, SSHError } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { fromHex, toHex } from '@seashell/test-support'
import { describe, expect, it, vi } from 'vitest'
import {
  type AuthMethod,
  type ClientExchange,
  clientPhases,
  keyboardInteractive,
  MSG_USERAUTH_REQUEST,
  none,
  password,
  publicKey,
  type Questions,
  UserAuthClient,
} from '../src/index.ts'
import { type FakeOptions, FakeTransport, RecordingService, rejection, settle } from './support/fake-transport.ts'
import { ed25519Signer, rsaSigner, testKeys } from './support/keys.ts'
import { banner, failure, information, words } from './support/messages.ts'

/** A client, and a server that is played by the test. */
async function start(
  methods: AuthMethod[],
  options: Partial<ConstructorParameters<typeof UserAuthClient>[0]> = {},
  transportOptions: Partial<FakeOptions> = {},
) {
  const transport = new FakeTransport({ algorithms: testKeys, ...transportOptions, isClient: true })
  const service = new RecordingService()
  const client = new UserAuthClient({ user: 'alice', service, methods, ...options })
  transport.setService(client)
  await settle()
  const reply = async (messageNum: number, payload: Uint8Array = new Uint8Array()): Promise<void> => {
    transport.receive(messageNum, payload)
    await settle()
  }
  return { transport, service, client, reply, sent: () => words(transport.sent), last: () => transport.sent.at(-1)! }
}

const noSignatureAlgorithms = { peerExtensions: new Map<string, Uint8Array>() }

const pkOk = (algorithm: string, blob: Uint8Array): Uint8Array => new WireWriter().writeString(algorithm).writeString(blob).finish()

const change = (prompt: string): Uint8Array => new WireWriter().writeString(prompt).writeString('en').finish()
const fieldsOf = (payload: Uint8Array): unknown[] => {
  const reader = new WireReader(payload)
  for (let skip = 0; skip < 3; skip++) reader.readString()
  const changes = reader.readBoolean()
  return changes ? [reader.readText(), reader.readText()] : [reader.readText()]
}

function boom(message: string): never {
  throw new Error(message)
}

describe('a first request that goes out behind the one for the service', () => {
  const extensions = { peerExtensions: new Map([['server-sig-algs', new TextEncoder().encode('ssh-ed25519')]]) }

  /** @returns what goes out when the service is accepted */
  async function sentOnAcceptance(options: Partial<FakeOptions>): Promise<FakeTransport['sent']> {
    const transport = new FakeTransport({ algorithms: testKeys, ...extensions, ...options, isClient: true })
    const client = new UserAuthClient({ user: 'alice', service: new RecordingService(), methods: [password('pw')] })
    client.transport = transport
    client.serviceRequested()
    await settle()
    expect(transport.sent.map(([messageNum]) => messageNum)).toEqual([MSG_USERAUTH_REQUEST])
    transport.setService(client)
    await settle()
    return transport.sent.slice(1)
  }

  it('is followed by an IGNORE once the service is accepted, which carries the acknowledgement that sshd waits for', async () => {
    const sent = await sentOnAcceptance({})
    expect(sent.map(([messageNum, payload]) => [messageNum, toHex(payload)])).toEqual([[MSG_IGNORE, '00000000']])
  })

  it('has none behind it with delayed compression, for the server would take it for compressed', async () => {
    expect(await sentOnAcceptance({ delaysCompression: true })).toEqual([])
  })

  it('needs none where it waited for that', async () => {
    for (const options of [extensions, noSignatureAlgorithms]) {
      const { transport } = await start([password('pw')], {}, options)
      expect(transport.sent.map(([messageNum]) => messageNum)).toEqual([MSG_USERAUTH_REQUEST])
    }
  })
})

describe('requests', () => {
  it('writes user, service and method as RFC 4252 §5 has them', async () => {
    const { transport } = await start([password('pw')])
    expect(transport.sent.map(([messageNum, payload]) => [messageNum, toHex(payload)])).toEqual([
      [
        50,
        toHex(
          fromHex(`00000005 616c696365
            0000000e 7373682d636f6e6e656374696f6e
            00000008 70617373776f7264
            00 00000002 7077`),
        ),
      ],
    ])
  })

  it('starts with the first method, not with none', async () => {
    const { sent } = await start([publicKey(ed25519Signer()), password('pw')])
    expect(sent()).toEqual(['publickey'])
  })

  it('starts the service as soon as the server says yes', async () => {
    const { client, transport, service, reply } = await start([none()])
    await reply(52)
    await client.authenticated
    expect(transport.authenticated).toBe(true)
    expect(service.started).toBe(true)
    expect(client.attempts).toEqual([{ method: 'none', outcome: 'success' }])
    await reply(90)
    expect(service.received).toEqual([90])
  })

  it('wants at least one method', () => {
    expect(() => new UserAuthClient({ user: 'a', service: new RecordingService(), methods: [] })).toThrow(/at least one method/)
  })
})

describe('the choice of methods', () => {
  it('tries those that the server lists, in the order given', async () => {
    const { sent, reply } = await start([none(), password('pw'), keyboardInteractive(() => []), publicKey(ed25519Signer())])
    await reply(51, failure(['publickey', 'keyboard-interactive', 'hostbased']))
    await reply(51, failure(['publickey', 'keyboard-interactive']))
    await reply(51, failure(['publickey']))
    expect(sent()).toEqual(['none', 'keyboard-interactive', 'publickey'])
  })

  it('says what was tried and what the server would take, to its caller; to the server that it is over', async () => {
    const { client, transport, reply } = await start([publicKey(ed25519Signer()), password('secret')])
    await reply(51, failure(['publickey', 'password']))
    await reply(51, failure(['publickey', 'gssapi-with-mic']))
    const error = await rejection(client.authenticated)
    expect(error).toMatchObject({ code: 'AUTHENTICATION', fault: 'local' })
    expect(error.message).toBe(
      'no way to authenticate as alice was accepted: tried publickey with ssh-ed25519 (refused); password (refused); ' +
        'the server would take publickey, gssapi-with-mic',
    )
    expect(transport.error).toMatchObject({ code: 'AUTHENTICATION', reason: DisconnectReasons.NO_MORE_AUTH_METHODS_AVAILABLE })
    expect(transport.error?.message).toBe('there is no other way to authenticate')
    expect(transport.error?.cause).toBe(error)
  })

  it('goes on with what is listed after a partial success, be it the same method with the next key', async () => {
    const [first, second] = [ed25519Signer(), ed25519Signer()]
    const { client, sent, reply, service } = await start([publicKey([first, second], { query: false }), password('pw')])
    await reply(51, failure(['publickey'], true))
    await reply(51, failure(['password'], true))
    await reply(52)
    await client.authenticated
    expect(sent()).toEqual(['publickey', 'publickey', 'password'])
    expect([first.signatures, second.signatures, service.started]).toEqual([['ssh-ed25519'], ['ssh-ed25519'], true])
    expect(client.attempts.map(({ outcome }) => outcome)).toEqual(['partial success', 'partial success', 'success'])
  })

  it('gives a method another chance that came too early', async () => {
    const { client, sent, reply } = await start([password('pw'), publicKey(ed25519Signer(), { query: false })])
    await reply(51, failure(['publickey']))
    await reply(51, failure(['password'], true))
    await reply(52)
    await client.authenticated
    expect(sent()).toEqual(['password', 'publickey', 'password'])
  })

  it('does not give another chance to what was refused on its merits', async () => {
    const { client, sent, reply } = await start([password('pw'), publicKey(ed25519Signer(), { query: false })])
    await reply(51, failure(['publickey', 'password']))
    await reply(51, failure(['password'], true))
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'AUTHENTICATION' })
    expect(sent()).toEqual(['password', 'publickey'])
  })

  it('tells of each attempt', async () => {
    const onAttempt = vi.fn()
    const { reply } = await start([password('pw'), none()], { onAttempt })
    await reply(51, failure(['password', 'none']))
    expect(onAttempt.mock.calls).toEqual([[{ method: 'password', outcome: 'refused' }]])
  })

  it('runs a method of a stranger, with messages of its own', async () => {
    const phase = { name: 'the answer to ticket', messages: [51, 52, 53, 66] }
    const ticket: AuthMethod = {
      name: 'ticket@example.org',
      async *authenticate(exchange) {
        const answer = await exchange.request(phase, new Uint8Array([1]))
        if (answer.kind === 'message') await exchange.send(phase, 67, answer.payload)
        yield
      },
    }
    const { client, transport, reply, sent } = await start([ticket])
    await reply(61)
    expect(transport.error).toMatchObject({ code: 'PROTOCOL' })
    const again = await start([ticket])
    await again.reply(66, new Uint8Array([9]))
    expect(again.last()).toEqual([67, new Uint8Array([9])])
    await again.reply(52)
    await again.client.authenticated
    expect(sent()).toEqual(['ticket@example.org'])
    await rejection(client.authenticated)
  })
})

describe('publickey', () => {
  const signer = ed25519Signer()

  it('asks first, then signs session, request and key (RFC 4252 §7)', async () => {
    const data: Uint8Array[] = []
    const observed = { ...signer, sign: (...args: Parameters<typeof signer.sign>) => (data.push(args[0]), signer.sign(...args)) }
    const { transport, reply } = await start([publicKey(observed)], {}, { sessionID: fromHex('0102030405') })
    expect(signer.signatures).toEqual([])
    await reply(60, pkOk('ssh-ed25519', signer.publicKey))
    const head = `00000005 616c696365 0000000e 7373682d636f6e6e656374696f6e 00000009 7075626c69636b6579`
    const key = `0000000b 7373682d65643235353139 00000033 ${toHex(signer.publicKey)}`
    expect(data.map(toHex)).toEqual([toHex(fromHex(`00000005 0102030405 32 ${head} 01 ${key}`))])
    expect(toHex(transport.sent[0]![1])).toBe(toHex(fromHex(`${head} 00 ${key}`)))
    const signed = toHex(transport.sent[1]![1])
    const prefix = toHex(fromHex(`${head} 01 ${key}`))
    expect(signed.slice(0, prefix.length)).toBe(prefix)
    expect(signed.length).toBe(prefix.length + 2 * (4 + 83))
  })

  it('signs at once where it is told to', async () => {
    const { transport } = await start([publicKey(signer, { query: false })])
    expect(transport.sent).toHaveLength(1)
    expect(transport.sent[0]![1].length).toBeGreaterThan(150)
  })

  it('tries keys in turn, and asks no signer whose key is not wanted', async () => {
    const [first, second] = [ed25519Signer(), ed25519Signer()]
    const { reply, client } = await start([publicKey(() => Promise.resolve([first, second]))])
    await reply(51, failure(['publickey']))
    await reply(60, pkOk('ssh-ed25519', second.publicKey))
    await reply(52)
    await client.authenticated
    expect([first.signatures, second.signatures]).toEqual([[], ['ssh-ed25519']])
  })

  it('goes on with the next key where a signer fails, gives an odd signature, or has no key at all', async () => {
    const broken = { ...ed25519Signer(), sign: () => Promise.reject(new Error('token removed')) }
    const odd = { ...rsaSigner(), sign: () => Promise.resolve(new WireWriter().writeString('ssh-rsa').writeString('').finish()) }
    const empty = { ...ed25519Signer(), sign: () => Promise.resolve(new Uint8Array()) }
    const good = ed25519Signer()
    const { client, sent, reply } = await start([publicKey([broken, odd, empty, good], { query: false })])
    expect(sent()).toEqual(['publickey'])
    await reply(52)
    await client.authenticated
    expect(client.attempts.map(({ reason, outcome }) => reason ?? outcome)).toEqual([
      'the signer failed',
      'the signer was asked for rsa-sha2-512 and gave ssh-rsa',
      'the signer failed',
      'success',
    ])
    expect(client.attempts[0]?.cause).toMatchObject({ message: 'token removed' })
  })

  it('takes a blob that is no key for a mistake of its caller', async () => {
    const { client } = await start([publicKey({ ...signer, publicKey: new Uint8Array([0, 0, 0, 9]) })])
    const error = await rejection(client.authenticated)
    expect(error).toMatchObject({ code: 'AUTHENTICATION', fault: 'local' })
    expect(error.message).toContain('expected a signer with a public key blob')
  })

  it.each([
    ['another key', pkOk('ssh-ed25519', ed25519Signer().publicKey)],
    ['another algorithm', pkOk('ssh-dss', signer.publicKey)],
    ['bytes after its end', new Uint8Array([...pkOk('ssh-ed25519', signer.publicKey), 0])],
  ])('ends the connection where PK_OK has %s', async (_what, payload) => {
    const { client, transport, reply } = await start([publicKey(signer)])
    await reply(60, payload)
    expect(await rejection(client.authenticated)).toMatchObject({ fault: 'peer' })
    expect(transport.error?.code).toMatch(/PROTOCOL|MALFORMED/)
  })

  it("lets PK_OK say the key's format in place of the algorithm, and signs with the algorithm all the same", async () => {
    const rsa = rsaSigner()
    const { client, reply } = await start([publicKey(rsa)])
    await reply(60, pkOk('ssh-rsa', rsa.publicKey))
    await reply(52)
    await client.authenticated
    expect(rsa.signatures).toEqual(['rsa-sha2-512'])
  })

  it.each([
    ['rsa-sha2-512 where the server is silent (RFC 8332 §3.3)', undefined, 'rsa-sha2-512'],
    ['what the server lists', 'rsa-sha2-256,ssh-ed25519', 'rsa-sha2-256'],
    ["the signer's favourite of several", 'ssh-ed25519,rsa-sha2-256,rsa-sha2-512', 'rsa-sha2-512'],
  ])('signs with %s', async (_what, list, algorithm) => {
    const rsa = rsaSigner()
    const peerExtensions = new Map(list === undefined ? [] : [['server-sig-algs', new TextEncoder().encode(list)]])
    await start([publicKey(rsa, { query: false })], {}, { peerExtensions })
    expect(rsa.signatures).toEqual([algorithm])
  })

  it('says why no algorithm fits', async () => {
    const peerExtensions = new Map([['server-sig-algs', new TextEncoder().encode('ssh-rsa,ssh-dss')]])
    const { client, sent } = await start([publicKey(rsaSigner())], {}, { peerExtensions })
    expect((await rejection(client.authenticated)).message).toContain(
      'no signature algorithm fits: the ssh-rsa key can sign with rsa-sha2-512, rsa-sha2-256, ssh-rsa; ' +
        'we may use ssh-ed25519, rsa-sha2-512, rsa-sha2-256; the server takes ssh-rsa, ssh-dss',
    )
    expect(sent()).toEqual([])
  })

  it('uses an insecure algorithm only by name', async () => {
    const rsa = rsaSigner(['ssh-rsa'])
    const refused = await start([publicKey(rsa, { query: false })], {}, noSignatureAlgorithms)
    expect(refused.sent()).toEqual([])
    await rejection(refused.client.authenticated)
    await start([publicKey(rsa, { query: false, algorithms: ['ssh-rsa'] })], {}, noSignatureAlgorithms)
    expect(rsa.signatures).toEqual(['ssh-rsa'])
  })

  it('ends the connection over a server-sig-algs that is no name-list', async () => {
    const { client } = await start([publicKey(signer)], {}, { peerExtensions: new Map([['server-sig-algs', new Uint8Array([7])]]) })
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
  })
})

describe('password', () => {
  it('asks for it when it is needed, and again as often as agreed', async () => {
    const asked: number[] = []
    const method = password(({ user, attempt }) => (asked.push(attempt), Promise.resolve(`${user}${attempt}`)), { attempts: 2 })
    const { transport, client, reply } = await start([none(), method])
    expect(asked).toEqual([])
    await reply(51, failure(['password']))
    await reply(51, failure(['password']))
    await reply(51, failure(['password']))
    await rejection(client.authenticated)
    expect(transport.sent.slice(1).map(([, payload]) => fieldsOf(payload))).toEqual([['alice1'], ['alice2']])
  })

  it('sends it exactly as given, in UTF-8', async () => {
    const { last } = await start([password('e\u0301 ﬁ')])
    expect(fieldsOf(last()[1])).toEqual(['e\u0301 ﬁ'])
  })

  it('is not used on a connection in clear, and neither is keyboard-interactive', async () => {
    const ask = vi.fn(() => 'secret')
    const { client, sent } = await start([password(ask), keyboardInteractive(() => [])], {}, { encrypted: false })
    expect((await rejection(client.authenticated)).message).toContain(
      'password (given up: password is not for a connection in clear); ' +
        'keyboard-interactive (given up: keyboard-interactive is not for a connection in clear); the server was not asked',
    )
    expect(sent()).toEqual([])
    expect(ask).not.toHaveBeenCalled()
  })

  it('changes it where the server wants that, until the server is content', async () => {
    const prompts: string[] = []
    const method = password('old', {
      change: ({ prompt }) => (prompts.push(prompt), { newPassword: `new${prompts.length}` }),
    })
    const { client, transport, reply } = await start([method])
    await reply(60, change('expired\u001B[2J'))
    await reply(60, change('too short'))
    await reply(52)
    await client.authenticated
    expect(prompts).toEqual(['expired\uFFFD[2J', 'too short'])
    expect(transport.sent.map(([, payload]) => fieldsOf(payload))).toEqual([['old'], ['old', 'new1'], ['old', 'new2']])
  })

  it('takes another old password where the first was mistyped', async () => {
    const answers = [{ password: 'right', newPassword: 'weak' }, { newPassword: 'strong' }]
    const { last, reply } = await start([password('typo', { change: () => answers.shift() })])
    await reply(60, change('expired'))
    expect(fieldsOf(last()[1])).toEqual(['right', 'weak'])
    await reply(60, change('too short'))
    expect(fieldsOf(last()[1])).toEqual(['right', 'strong'])
  })

  it.each([
    ['nobody changes it', password('old'), 'the server wants the password to be changed first'],
    ['changing it is declined', password('old', { change: () => undefined }), 'the server wants the password to be changed first'],
    ['changing it fails', password('old', { change: () => Promise.reject(new Error('hidden')) }), 'asking for a new password failed'],
  ])('goes on with the next method where %s', async (_what, method, reason) => {
    const { client, sent, reply } = await start([method, none()])
    await reply(60, change('expired'))
    expect(sent()).toEqual(['password', 'none'])
    expect(client.attempts).toMatchObject([{ method: 'password', outcome: 'given up', reason }])
  })

  it.each([
    ['no answer', password(() => undefined), 'no password was given'],
    [
      'an error of its caller, even one that blames a peer',
      password(() => {
        throw new SSHError('MALFORMED', 'of another connection', { fault: 'peer' })
      }),
      'asking for the password failed',
    ],
  ])('is given up after %s', async (_what, method, reason) => {
    const { client, sent } = await start([method, none()])
    expect(sent()).toEqual(['none'])
    expect(client.attempts).toMatchObject([{ method: 'password', outcome: 'given up', reason }])
  })
})

describe('keyboard-interactive', () => {
  const questions = information('Login\u0007', 'Read\r\nthis', [
    ['Password: ', false],
    ['Name\u202E: ', true],
  ])

  it('answers what is asked, round by round, one prompt or none', async () => {
    const seen: Questions[] = []
    const method = keyboardInteractive((asked) => (seen.push(asked), asked.prompts.map((_prompt, index) => `answer ${index}`)), {
      submethods: ['pam', 'otp'],
    })
    const { client, transport, reply } = await start([method])
    await reply(60, questions)
    await reply(60, information('', '', []))
    await reply(52)
    await client.authenticated
    expect(toHex(transport.sent[0]![1]).endsWith(toHex(fromHex('00000000 00000007 70616d2c6f7470')))).toBe(true)
    expect(transport.sent.slice(1).map(([messageNum, payload]) => [messageNum, toHex(payload)])).toEqual([
      [61, toHex(fromHex('00000002 00000008 616e737765722030 00000008 616e737765722031'))],
      [61, '00000000'],
    ])
    expect(seen[0]).toMatchObject({
      user: 'alice',
      name: 'Login\uFFFD',
      instructions: 'Read\nthis',
      prompts: [
        { prompt: 'Password: ', echo: false },
        { prompt: 'Name\uFFFD: ', echo: true },
      ],
    })
  })

  it('starts again as often as agreed', async () => {
    const { sent, reply, client } = await start([keyboardInteractive(() => ['x', 'y'], { attempts: 2 })])
    await reply(60, questions)
    await reply(51, failure(['keyboard-interactive']))
    await reply(51, failure(['keyboard-interactive']))
    await rejection(client.authenticated)
    expect(sent()).toEqual(['keyboard-interactive', '61', 'keyboard-interactive'])
  })

  it.each([
    ['the questions are not answered', (): undefined => undefined, 'the questions were not answered'],
    ['answers are missing', (): string[] => ['one'], 'expected an answer to each of 2 prompts; got 1'],
    ['the handler fails', (): Promise<string[]> => Promise.reject(new Error('terminal gone')), 'asking the questions failed'],
  ])('turns to the next method where %s', async (_what, handler, reason) => {
    const { client, sent, reply } = await start([keyboardInteractive(handler), none()])
    await reply(60, questions)
    expect(sent()).toEqual(['keyboard-interactive', 'none'])
    expect(client.attempts).toMatchObject([{ outcome: 'given up', reason }])
  })
})

describe('banners', () => {
  it('are handed on at any time, fit for a terminal', async () => {
    const seen: string[][] = []
    const { client, reply } = await start([none(), password('x')], { onBanner: (...args) => void seen.push(args) })
    await reply(53, banner('Wel\u001Bcome\r\n', 'en'))
    await reply(51, failure(['password']))
    await reply(53, banner('again'))
    await reply(52)
    await client.authenticated
    expect(seen).toEqual([
      ['Wel\uFFFDcome\n', 'en'],
      ['again', ''],
    ])
  })

  it('are no reason to go on where onBanner throws', async () => {
    const { client, reply } = await start([none()], { onBanner: () => boom('screen gone') })
    await reply(53, banner('hello'))
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'INTERNAL', fault: 'caller', cause: { message: 'screen gone' } })
  })
})

describe('the end', () => {
  it('comes with the signal: whoever is asked is told, and the server too', async () => {
    let told: AbortSignalLike | undefined
    const controller = new AbortController()
    const method = password(({ signal }) => ((told = signal), new Promise<string>(() => {})))
    const { client, transport } = await start([method], { signal: controller.signal })
    expect(transport.held).toBe(true)
    controller.abort(new Error('closed the window'))
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'ABORTED', cause: { message: 'closed the window' } })
    expect(transport.error?.reason).toBe(DisconnectReasons.AUTH_CANCELLED_BY_USER)
    expect(told?.aborted).toBe(true)
    await settle()
    expect(transport.held).toBe(false)
  })

  it('comes where the next service cannot start, and is not silent', async () => {
    class Stillborn extends RecordingService {
      override serviceStarted(): void {
        boom('out of memory')
      }
    }
    const { transport, reply } = await start([none()], { service: new Stillborn() })
    await reply(52)
    expect(transport.error).toMatchObject({ code: 'INTERNAL', cause: { message: 'out of memory' } })
  })

  it('comes before the beginning where the signal has fired already', async () => {
    const { client, sent } = await start([none()], { signal: AbortSignal.abort() })
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'ABORTED' })
    expect(sent()).toEqual([])
  })

  it('comes with the connection, whose error it is', async () => {
    const { client, transport } = await start([none()])
    const lost = new SSHError('CONNECTION_LOST', 'gone', { fault: 'local' })
    transport.end(lost)
    expect(await rejection(client.authenticated)).toBe(lost)
  })

  it('comes with another service, too', async () => {
    const { client, transport } = await start([none()])
    transport.setService(new RecordingService())
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'CLOSED' })
  })

  it('is no longer a matter of the signal after success', async () => {
    const controller = new AbortController()
    const { client, transport, reply } = await start([none()], { signal: controller.signal })
    await reply(52)
    controller.abort()
    await client.authenticated
    expect(transport.error).toBeUndefined()
  })

  it.each(['before the end', 'after it'] as const)('is in the signal of a method that asks for it %s', async (when) => {
    let exchange: ClientExchange | undefined
    const method: AuthMethod = {
      name: 'slow@example.org',
      async *authenticate(given) {
        exchange = given
        await new Promise(() => {})
        yield
      },
    }
    const { client } = await start([method])
    const asked = when === 'before the end' ? exchange!.signal : undefined
    expect(asked?.aborted ?? false).toBe(false)
    client.serviceStopped(new SSHError('CONNECTION_LOST', 'the cable is cut', { fault: 'local' }))
    expect(exchange!.signal.aborted).toBe(true)
    expect(exchange!.signal.reason).toBe(await rejection(client.authenticated))
    expect(asked ?? exchange!.signal).toBe(exchange!.signal)
  })

  it('leaves a method of a stranger nothing to send', async () => {
    let send: (() => Promise<unknown>) | undefined
    const eager: AuthMethod = {
      name: 'eager@example.org',
      async *authenticate(exchange) {
        send = () => exchange.request(clientPhases.none)
        await send()
        yield
      },
    }
    const { client, transport, reply } = await start([eager])
    await reply(52)
    await client.authenticated
    expect(await rejection(send!())).toMatchObject({ code: 'CLOSED', fault: 'caller' })
    expect(transport.sent).toHaveLength(1)
  })
})

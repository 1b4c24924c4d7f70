import { SSHService } from '@seashell/core'
import { concatBytes, WireWriter } from '@seashell/core/wire'
import { keyboardInteractive, password, publicKey, UserAuthClient, UserAuthServer } from '@seashell/userauth'
import { expect } from '../invariants.ts'
import { Input } from '../support/input.ts'
import { FIRST_ACTION, messageOf, script, stepsOf } from '../support/script.ts'
import { clientSubject, prelude, serverSubject, type Subject } from '../support/subject.ts'
import { packetOf, toyPublicKey, toySignature, toySigner } from '../support/toys.ts'
import type { Outcome, Target } from '../target.ts'

const SECOND = 1000

/** Runs once the user is in. */
class NextService extends SSHService {
  override readonly name = 'ssh-connection'
  override readonly protocolMessages = {}
  readonly #onStart: () => void

  constructor(onStart: () => void) {
    super()
    this.#onStart = onStart
  }

  override serviceStarted(): void {
    this.#onStart()
  }

  override packetReceived(): void {}
}

/** Whether anybody has shown what lets them in, and whether anybody is in. */
interface Door {
  /** The last byte of the message that came last: 1 where a toy's signature at its end is right. */
  lastByte?: number | undefined
  deserved: boolean
  open: boolean
}

function authServer(door: Door): UserAuthServer {
  const judge = (right: boolean): boolean => {
    door.deserved ||= right
    return right
  }
  return new UserAuthServer({
    banner: 'welcome\r\n',
    methods: {
      publicKey({ signed }, { user }) {
        const known = user === 'alice' || user === 'carol'
        judge(user === 'alice' && signed && door.lastByte === 1)
        // Carol needs a key that shows a finger, and has none.
        return user === 'carol' ? { accept: true, signaturePolicy: { verifyRequired: true } } : known
      },
      password({ password: given, newPassword }) {
        if (given === 'first') return { partial: true, continue: ['keyboard-interactive', 'publickey'] }
        if (given === 'old' && newPassword === undefined) return { changePassword: 'too old' }
        return judge(given === 'right' || newPassword === 'right')
      },
      async keyboardInteractive({ ask, submethods }) {
        const [answer] = await ask({ name: 'name', instructions: submethods.join(), prompts: [{ prompt: 'code: ', echo: false }] })
        if (answer === 'more') await ask({ instructions: 'think' })
        return judge(answer === 'more' || answer === 'right')
      },
    },
    services: { 'ssh-connection': () => new NextService(() => (door.open = true)) },
  })
}

/** Feeds messages until the input or the connection ends; an action lets a second pass. */
async function play(
  subject: Subject,
  input: Input,
  beforeEach: (message: Uint8Array) => void = () => {},
  afterEach: () => void = () => {},
): Promise<Outcome> {
  for (const step of stepsOf(input)) {
    const message = messageOf(step)
    beforeEach(message)
    if (step.kind >= FIRST_ACTION) subject.clock.advance(SECOND)
    else await subject.message(message)
    afterEach()
    if (subject.stream.ended) break
  }
  const { ended } = subject.stream
  await subject.end()
  return ended ? 'refused' : 'accepted'
}

const text = (...values: readonly string[]): Uint8Array =>
  values.reduce((writer, value) => writer.writeString(value), new WireWriter()).finish()

function request(method: string, fields: Uint8Array, user = 'alice'): Uint8Array {
  return concatBytes(text(user, 'ssh-connection', method), fields)
}

const claim = new WireWriter().writeString('toy-sign').writeString(toyPublicKey).finish()
const query = request('publickey', concatBytes(Uint8Array.of(0), claim))
const asserted = concatBytes(Uint8Array.of(1), claim, new WireWriter().writeString(toySignature()).finish())
const signed = request('publickey', asserted)
const forged = concatBytes(signed.subarray(0, -1), Uint8Array.of(2))
const plain = (given: string): Uint8Array => request('password', concatBytes(Uint8Array.of(0), text(given)))
const changed = request('password', concatBytes(Uint8Array.of(1), text('old', 'right')))
const interactive = request('keyboard-interactive', text('', 'pam,otp'))
const answers = (...given: readonly string[]): Uint8Array => concatBytes(Uint8Array.of(0, 0, 0, given.length), text(...given))
const serviceRequest = packetOf(concatBytes(Uint8Array.of(5), text('ssh-userauth')))
const TICK = FIRST_ACTION

/** What a client sends to be let in, as a server takes it. */
export const userauthServer: Target = {
  name: 'userauth-server',
  share: 4,
  mutations: 500,
  seeds: () => [
    script([], [50, request('none', new Uint8Array(0))], [50, query], [TICK], [50, signed]),
    script([], [50, plain('wrong')], [TICK], [50, plain('old')], [50, changed]),
    script([], [50, interactive], [61, answers('more')], [61, answers()], [80]),
    script([], [50, interactive], [61, answers('a', 'b')], [TICK], [50, interactive], [50, plain('right')]),
    script([], [50, request('hostbased', text('a', 'b', 'c'))], [TICK], [50, plain('x')], [TICK], [50, request('publickey', claim, 'bob')]),
    script([], [50, plain('first')], [50, plain('right')], [50, interactive], [61, answers('right')]),
    script([], [50, request('publickey', asserted, 'carol')], [TICK], [50, request('password', new Uint8Array(9), 'x'.repeat(1025))]),
    script([], [50, forged], [TICK], [50, query], [50, forged]),
    script([], [53], [60], [192], [79], [51], [50]),
  ],
  async run(data) {
    const door: Door = { deserved: false, open: false }
    const subject = serverSubject({ getService: (name) => (name === 'ssh-userauth' ? authServer(door) : undefined) })
    await subject.feed(concatBytes(prelude(false), serviceRequest))
    const before = (message: Uint8Array): void => void (door.lastByte = message.at(-1))
    return await play(subject, new Input(data), before, () => expect(!door.open || door.deserved, 'nobody is let in who has not shown why'))
  },
}

const names = (list: readonly string[], partial: boolean): Uint8Array => new WireWriter().writeNameList(list).writeBoolean(partial).finish()
const extensions = (algorithms: string): Uint8Array =>
  new WireWriter().writeUint32(1).writeString('server-sig-algs').writeString(algorithms).finish()
const claim2 = new WireWriter().writeString('toy-sign-2').writeString(toyPublicKey).finish()
const all = ['publickey', 'password', 'keyboard-interactive']
const prompts = concatBytes(text('name', 'instructions', ''), Uint8Array.of(0, 0, 0, 1), text('code: '), Uint8Array.of(0))

/** What a server says to a client that wants to be let in. */
export const userauthClient: Target = {
  name: 'userauth-client',
  share: 4,
  mutations: 500,
  seeds: () => [
    script([], [53, text('welcome\r\n\u001B[2J', 'en')], [60, claim], [52]),
    script([], [51, names(all, false)], [51, names(all, true)], [60, prompts], [60, prompts], [51, names(all, false)]),
    script([], [51, names(['password'], false)], [60, text('too old', '')], [52], [80]),
    script([], [60, claim], [51, names(['keyboard-interactive'], true)], [60, prompts], [52]),
    script([], [51, names([], false)]),
    script([], [7, extensions('toy-sign-2,unknown')], [60, claim2], [52]),
    script([], [7, extensions('unknown')], [51, names(all, false)], [52]),
    script([], [50], [60], [192], [52, Uint8Array.of(1)]),
  ],
  async run(data) {
    const [subject, door] = [clientSubject(), { said: false, open: false }]
    const auth = new UserAuthClient({
      user: 'alice',
      service: new NextService(() => (door.open = true)),
      methods: [
        publicKey(toySigner),
        password(({ attempt }) => (attempt < 3 ? 'right' : undefined), { attempts: 3, change: () => ({ newPassword: 'newer' }) }),
        keyboardInteractive(({ prompts: asked }) => asked.map(() => 'right')),
      ],
    })
    subject.transport.requestService(auth)
    // What a server says of itself comes first, or never (RFC 8308 §2.4).
    const [first] = stepsOf(new Input(data))
    const early = first?.kind === 7 ? [packetOf(messageOf(first))] : []
    await subject.feed(concatBytes(prelude(true), ...early, packetOf(concatBytes(Uint8Array.of(6), text('ssh-userauth')))))
    const steps = new Input(early.length === 0 ? data : data.subarray(3 + first!.payload.length))
    const outcome = await play(subject, steps)
    const said = [...stepsOf(new Input(data))].some(({ kind }) => kind === 52)
    expect(!door.open || said, 'a client goes on only where the server has said yes')
    const over = await Promise.race([
      auth.authenticated.then(
        () => 'in',
        () => 'out',
      ),
      new Promise((resolve) => setImmediate(resolve)),
    ])
    expect(over === (door.open ? 'in' : 'out'), 'who waits for the end of authentication learns of it')
    return outcome
  },
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Arena, disconnected, type HostileCase, Msg, Reason, runCase, string, survived, unimplemented } from '../src/index.ts'

/** What judges the cases has to be able to say no. */
describe('a case fails', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await Arena.open()
  })
  afterAll(() => arena[Symbol.asyncDispose]())

  const refused: Pick<HostileCase, 'role' | 'script'> = {
    role: 'client',
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.NEWKEYS)
    },
  }
  const harmless: Pick<HostileCase, 'role' | 'script'> = { role: 'client', script: (peer) => peer.secure() }

  const run = (hostileCase: Omit<HostileCase, 'name'>): Promise<void> => runCase(arena, { name: 'a case', ...hostileCase })

  it('where the connection should have gone on', () => expect(run({ ...refused, expect: survived })).rejects.toThrow())
  it('where another reason was expected', () => expect(run({ ...refused, expect: disconnected(Reason.MAC_ERROR) })).rejects.toThrow())
  it('where another error was expected', () =>
    expect(run({ ...refused, expect: disconnected(Reason.PROTOCOL_ERROR, /padding/) })).rejects.toThrow())
  it('where an UNIMPLEMENTED is missing', () => expect(run({ ...harmless, expect: unimplemented(0) })).rejects.toThrow())
  it('where there is one too many', () =>
    expect(
      run({
        ...harmless,
        async script(peer) {
          await peer.secure()
          await peer.send(22)
        },
        expect: unimplemented(),
      }),
    ).rejects.toThrow())
  it('where the target’s program has warned', () =>
    expect(
      run({
        ...harmless,
        async script(peer) {
          process.emitWarning('too many listeners')
          await peer.secure()
        },
        expect: survived,
      }),
    ).rejects.toThrow())
  it('where a stack trace has reached the peer', () =>
    expect(
      run({
        ...harmless,
        async script(peer) {
          await peer.secure()
          peer.received.push({ number: Msg.DEBUG, sequence: 0, payload: string(new Error('a mistake of ours').stack!) })
        },
        expect: survived,
      }),
    ).rejects.toThrow())
  it('where the script has expected something else', () =>
    expect(
      run({
        ...harmless,
        async script(peer) {
          await peer.exchangeVersions()
          await peer.receive(Msg.NEWKEYS)
        },
        expect: survived,
      }),
    ).rejects.toThrow('expected message 21; message 20 came'))
  it('and only then', async () => {
    await run({ ...refused, expect: disconnected(Reason.PROTOCOL_ERROR) })
    await run({ ...harmless, expect: survived })
  })
})

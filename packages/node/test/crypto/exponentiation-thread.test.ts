import { createDiffieHellman, getDiffieHellman } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { bytesToBigInt } from '@seashell/core/wire'
import { dhGroup15Sha512, dhGroup16Sha512, dhGroup17Sha512, dhGroup18Sha512 } from '@seashell/kex-dh'
import { seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it, vi } from 'vitest'
import { ExponentiationThread, startExponentiationWorker as startReal } from '../../src/crypto/kex/exponentiation-thread.ts'
import { nodeDefinition } from './portable.ts'

describe.each([dhGroup15Sha512, dhGroup16Sha512, dhGroup17Sha512, dhGroup18Sha512])('$name on node:crypto', (portable) => {
  const ours = nodeDefinition(portable)

  // Were one of them computed here, all would be, one in each call, before the loop could turn.
  it('lets the event loop turn while exchanges are computed', async () => {
    const { publicKey, privateKey } = await ours.generate(seededRandom('client'))
    let settled = 0
    const steps = Array.from({ length: 4 }, () => [
      ours.generate(seededRandom('c')),
      ours.encapsulate(publicKey, seededRandom('s')),
      ours.decapsulate(privateKey, publicKey),
    ]).flat()
    const all = Promise.all(steps.map(async (step) => (await step, settled++)))
    await setImmediate()
    expect(settled).toBeLessThan(steps.length)
    await all
    expect(settled).toBe(steps.length)
  })
})

describe('the thread for exponentiations', () => {
  const exponent = new Uint8Array([1, 2, 3, 4])
  const work = { group: 'modp14', exponent }
  const expected = (() => {
    const known = getDiffieHellman('modp14')
    const dh = createDiffieHellman(known.getPrime(), known.getGenerator())
    dh.setPrivateKey(exponent)
    return dh.generateKeys('hex')
  })()

  it('leaves the exponent as it was', async () => {
    await new ExponentiationThread().exponentiate(work)
    expect(exponent).toEqual(Uint8Array.of(1, 2, 3, 4))
  })

  it('gives each its own result, whatever the order, and starts once', async () => {
    const start = vi.fn(startReal)
    const thread = new ExponentiationThread(start)
    const exponents = Array.from({ length: 8 }, (_, index) => Uint8Array.of(index + 2))
    const results = await Promise.all(exponents.map((one) => thread.exponentiate({ group: 'modp14', exponent: one })))
    expect(results.map(bytesToBigInt)).toEqual(exponents.map(([power]) => 2n ** BigInt(power!)))
    expect(start).toHaveBeenCalledTimes(1)
  })

  it('computes here where no thread can be started, and tries again with the next', async () => {
    const start = vi.fn((): Worker => {
      throw new Error('ERR_ACCESS_DENIED')
    })
    const thread = new ExponentiationThread(start)
    expect(toHex(await thread.exponentiate(work))).toBe(expected)
    expect(toHex(await thread.exponentiate(work))).toBe(expected)
    expect(start).toHaveBeenCalledTimes(2)
  })

  it.each([
    ['ends', 'process.exit(3)'],
    ['throws', 'throw new Error("out of memory")'],
  ])('fails what is under way when it %s, blames no peer, and starts another for the next', async (_, program) => {
    const start = vi.fn(startReal).mockImplementationOnce(() => new Worker(program, { eval: true }))
    const thread = new ExponentiationThread(start)
    const lost = [thread.exponentiate(work), thread.exponentiate(work)]
    for (const one of lost) await expect(one).rejects.toMatchObject({ name: 'SSHError', code: 'KEY_EXCHANGE', fault: 'local' })
    expect(toHex(await thread.exponentiate(work))).toBe(expected)
    expect(start).toHaveBeenCalledTimes(2)
  })

  it('ends when nothing has come for a while, and is started anew', async () => {
    const ended: Promise<unknown>[] = []
    const start = vi.fn(() => {
      const worker = startReal()
      ended.push(new Promise((resolve) => worker.once('exit', resolve)))
      return worker
    })
    const thread = new ExponentiationThread(start, 0)
    expect(toHex(await thread.exponentiate(work))).toBe(expected)
    await ended[0]
    expect(toHex(await thread.exponentiate(work))).toBe(expected)
    await ended[1]
    expect(start).toHaveBeenCalledTimes(2)
  })
})

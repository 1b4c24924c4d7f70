import { attempt, kexRefusal, seededRandom } from '@seashell/test-support'
import { expect, it, vi } from 'vitest'
import { defineLibsodiumHybridHalves } from '../src/index.ts'
import { functionsOf, loadLibsodium } from '../src/libsodium-module.ts'
import { watchedHalves } from './watched.ts'

it('leaves the memory of libsodium, stack included, as it was before, whatever was computed or refused', async () => {
  const { halves, module } = await watchedHalves()
  const { mlkem768, x25519 } = halves
  const random = seededRandom('memory')
  await x25519.generate(random)
  const before = new Uint8Array(module.HEAPU8)
  const unchanged = () => Buffer.compare(before, module.HEAPU8) === 0

  const { publicKey, privateKey } = await mlkem768.generate(random)
  expect(unchanged(), 'after generate').toBe(true)
  const { ciphertext } = await mlkem768.encapsulate(publicKey, random)
  expect(unchanged(), 'after encapsulate').toBe(true)
  await mlkem768.decapsulate(privateKey, ciphertext)
  expect(unchanged(), 'after decapsulate').toBe(true)
  await mlkem768.decapsulate(privateKey, ciphertext.with(0, ciphertext[0]! ^ 1))
  expect(unchanged(), 'after an implicit rejection').toBe(true)
  await expect(attempt(() => mlkem768.encapsulate(new Uint8Array(1184).fill(0xff), random))).rejects.toMatchObject(kexRefusal)
  expect(unchanged(), 'after a refusal').toBe(true)
  const pair = await x25519.generate(random)
  await x25519.decapsulate(pair.privateKey, pair.publicKey)
  await x25519.encapsulate(pair.publicKey, random)
  expect(unchanged(), 'after X25519').toBe(true)
  await expect(attempt(() => x25519.encapsulate(new Uint8Array(32), random))).rejects.toMatchObject(kexRefusal)
  expect(unchanged(), 'after a point of low order').toBe(true)
})

it('would show in that memory otherwise', async () => {
  const { halves, module } = await watchedHalves()
  await halves.x25519.generate(seededRandom('first'))
  const before = new Uint8Array(module.HEAPU8)
  vi.spyOn(module.HEAPU8, 'fill').mockReturnThis()
  await halves.mlkem768.generate(seededRandom('second'))
  expect(Buffer.compare(before, module.HEAPU8)).not.toBe(0)
})

it('wipes what is its own alone where there is something else than an unused stack below', async () => {
  const module = await loadLibsodium()
  const { allocate } = functionsOf(module)
  let area = 0
  const stackTop = () => area - 16
  const wrapped = {
    ...module,
    _malloc: (length: number): number => {
      area = allocate(length)
      module.HEAPU8[stackTop()] = 1
      return area
    },
  }
  const { mlkem768 } = defineLibsodiumHybridHalves(() => Promise.resolve(wrapped))
  await mlkem768.generate(seededRandom('c'))
  expect(module.HEAPU8.subarray(area, area + 4768).some((byte) => byte !== 0)).toBe(false)
  expect(module.HEAPU8.subarray(area - 8192, stackTop()).some((byte) => byte !== 0)).toBe(true)
})

it('draws random numbers of its own when it is loaded, and never again', async () => {
  const draw = vi.spyOn(crypto, 'getRandomValues')
  const { halves } = await watchedHalves()
  const { mlkem768, x25519 } = halves
  await x25519.generate(seededRandom('c'))
  draw.mockClear()
  const { publicKey, privateKey } = await mlkem768.generate(seededRandom('c'))
  await mlkem768.decapsulate(privateKey, (await mlkem768.encapsulate(publicKey, seededRandom('s'))).ciphertext)
  await x25519.encapsulate((await x25519.generate(seededRandom('c'))).publicKey, seededRandom('s'))
  expect(draw).not.toHaveBeenCalled()
})

it('takes nothing of another length, so nothing is ever written beside its own memory', async () => {
  const { halves, module } = await watchedHalves()
  const random = seededRandom('lengths')
  await halves.x25519.generate(random)
  const before = new Uint8Array(module.HEAPU8)
  const calls = [
    () => halves.mlkem768.generate(() => new Uint8Array(65)),
    () => halves.mlkem768.encapsulate(new Uint8Array(1216), random),
    () => halves.mlkem768.decapsulate(new Uint8Array(2400), new Uint8Array(100_000)),
    () => halves.mlkem768.decapsulate(new Uint8Array(2401), new Uint8Array(1088)),
    () => halves.x25519.encapsulate(new Uint8Array(33), random),
    () => halves.x25519.decapsulate(new Uint8Array(31), new Uint8Array(32)),
  ]
  for (const call of calls) await expect(attempt<unknown>(call)).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
  expect(Buffer.compare(before, module.HEAPU8)).toBe(0)
})

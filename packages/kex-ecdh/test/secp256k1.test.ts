import { createHash } from 'node:crypto'
import { attempt, fromHex, kexRefusal, seededRandom, toHex } from '@seashell/test-support'
import { expect, it } from 'vitest'
import { ecdhSha2Secp256k1 } from '../src/index.ts'

// Project Wycheproof, testvectors_v1/ecdh_secp256k1_test.json: the points of its keys.
const scalar = 'a2b6442a37f8a3764aeff4011a4c422b389a1e509669c43f279c8b7e32d80c3a'
const cases = [
  {
    tcId: 1,
    scalar: 'f4b7ff7cccc98813a69fae3df222bfe3f4e28f764bf91b4a10d8096ce446b254',
    x: 'd8096af8a11e0b80037e1ee68246b5dcbb0aeb1cf1244fd767db80f3fa27da2b',
    y: '396812ea1686e7472e9692eaf3e958e50e9500d3b4c77243db1f2acd67ba9cc4',
    shared: '544dfae22af6af939042b1d85b71a1e49e9a5614123c4d6ad0c8af65baf87d65',
  },
  {
    tcId: 3,
    scalar,
    x: '965ff42d654e058ee7317cced7caf093fbb180d8d3a74b0dcd9d8cd47a39d5cb',
    y: '9c2aa4daac01a4be37c20467ede964662f12983e0b5272a47a5f2785685d8087',
    shared: '0000000000000000000000000000000000000000000000000000000000000001',
  },
  {
    tcId: 6,
    scalar,
    x: '6da9eb2cdac02122d5f05cf6a8cd768e378f664ea4a7871d10e25f57eb1ee1cc',
    y: '5b2b5abf9c6c6596f8f383ddbcb3bcc2d5a7cc605984931239ca9669946032ee',
    shared: 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2c',
  },
  {
    tcId: 9,
    scalar,
    x: 'bb57b9a1231be042d185c03eda6926a6def177fe6745eda000c520d66581f0cd',
    y: 'f1d73c80453f2fe30725adf951390c739e36fc8677691db107881342613d00ab',
    shared: '0000000000000000000000000000000000000000000000010000000000000001',
  },
]

it.each(cases)('agrees with case $tcId of Project Wycheproof', async ({ scalar: privateKey, x, y, shared }) => {
  expect(toHex(await ecdhSha2Secp256k1.decapsulate(fromHex(privateKey), fromHex(`04 ${x} ${y}`)))).toBe(shared)
})

it.each(cases)('refuses the point of case $tcId in compressed form', async ({ x }) => {
  await expect(attempt(() => ecdhSha2Secp256k1.encapsulate(fromHex(`02 ${x}`), seededRandom('s')))).rejects.toMatchObject(kexRefusal)
})

it('exchanges strings, hashes a number, and hashes with SHA-256 (RFC 5656 §4, §6.2.1)', () => {
  expect(ecdhSha2Secp256k1).toMatchObject({
    name: 'ecdh-sha2-1.3.132.0.10',
    publicFormat: 'string',
    secretFormat: 'mpint',
    postQuantum: false,
  })
  const data = seededRandom('data')(100)
  expect(Buffer.from(ecdhSha2Secp256k1.hash(data))).toEqual(createHash('sha256').update(data).digest())
})

// test/schnorr.test.ts
import { publicKeyChecks, register } from '@seashell/conformance'
import { WireWriter } from '@seashell/core/wire'
import { describe, it } from 'vitest'
import { schnorrSecp256k1 } from '../src/schnorr.ts'

const { name } = schnorrSecp256k1
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const blob = (...values: string[]) =>
  new WireWriter()
    .writeString(name)
    .writeString(bytes(values.join('')))
    .finish()

const x = 'f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9'
const secret = '03'.padStart(64, '0')
const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
const prime = 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f'

/** The half of a signature, R or s, that stays as it is. */
const half = (signature: Uint8Array, index: 0 | 1) =>
  Buffer.from(signature.slice(-64))
    .toString('hex')
    .slice(64 * index, 64 * index + 64)

const checks = publicKeyChecks(schnorrSecp256k1, {
  vectors: [
    {
      source: 'BIP 340, test vector 0',
      publicKey: blob(x),
      privateKey: new WireWriter().writeString(bytes(x)).writeString(bytes(secret)).finish(),
      data: '00'.repeat(32),
      signature: blob(
        'e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215',
        '25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0',
      ),
    },
  ],
  refusedKeys: [
    { what: 'an x that no point has', publicKey: blob('eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34') },
    { what: 'an x that is not reduced', publicKey: blob('fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30') },
    { what: 'an x of 31 bytes', publicKey: blob(x.slice(2)) },
  ],
  refusedSignatures: [
    { what: 'an s of the order', change: (signature) => blob(half(signature, 0), order) },
    { what: 'an R of the field’s prime', change: (signature) => blob(prime, half(signature, 1)) },
    { what: 'zeros', change: () => blob('00'.repeat(64)) },
  ],
})
describe(name, () => register(checks, it))

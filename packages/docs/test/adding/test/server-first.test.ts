// test/server-first.test.ts
import { keyExchangeChecks, register } from '@seashell/conformance'
import { describe, it } from 'vitest'
import { x25519ServerFirst } from '../src/server-first.ts'

// RFC 7748 §6.1: Alice is the client, Bob the server.
const alice = '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'
const bob = 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'
const lowOrder = '01'.padEnd(64, '0')

const exchange = {
  hostKey: '00112233',
  signature: '445566',
  messages: [
    { from: 'server', number: 30, payload: `00000004 00112233 00000020 ${bob}` },
    { from: 'client', number: 31, payload: `00000020 ${alice}` },
    { from: 'server', number: 32, payload: '00000003 445566' },
  ],
  sharedSecret: '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  transcript: `00000020 ${bob} 00000020 ${alice}`,
} as const

const checks = keyExchangeChecks(x25519ServerFirst, {
  vectors: [
    {
      source: 'RFC 7748 §6.1, as Alice',
      role: 'client',
      random: '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
      ...exchange,
    },
    {
      source: 'RFC 7748 §6.1, as Bob',
      role: 'server',
      random: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
      ...exchange,
    },
  ],
  refused: [
    { what: 'a server key of low order', number: 30, payload: `00000004 00112233 00000020 ${lowOrder}` },
    { what: 'a client key of low order', number: 31, payload: `00000020 ${lowOrder}` },
  ],
})
describe(x25519ServerFirst.name, () => register(checks, it))

import { createDiffieHellman } from 'node:crypto'
import type { ScriptedKeyExchangeDefinition } from '@seashell/core'
import { bigIntToBytes, WireReader, WireWriter } from '@seashell/core/wire'
import type { DiffieHellmanGroup } from '../src/index.ts'

/** Group exchange as RFC 4419 §3 has it, on node:crypto's Diffie-Hellman, with a server that has one group. */
export function nodeGroupExchange(group: DiffieHellmanGroup): Pick<ScriptedKeyExchangeDefinition, 'runClient' | 'runServer'> {
  const sizes = new WireWriter().writeUint32(2048).writeUint32(2048).writeUint32(8192).finish()
  return {
    async runClient(io) {
      io.send(34, sizes)
      const offered = await io.receive(31)
      const [prime, generator] = numbersOf(offered.payload)
      const dh = createDiffieHellman(Buffer.from(prime!), Buffer.from(generator!))
      const e = number(dh.generateKeys())
      io.send(32, e)
      const reply = new WireReader((await io.receive(33)).payload)
      const [hostKey, f, signature] = [reply.readString(), reply.readMpint(), reply.readString()]
      const transcript = Buffer.concat([sizes, offered.payload, e, number(f)])
      return { hostKey, signature, sharedSecret: dh.computeSecret(f), transcript }
    },
    async runServer(io) {
      const request = await io.receive(34)
      const [prime, generator] = [Buffer.from(bigIntToBytes(group.prime)), Buffer.from(bigIntToBytes(group.generator))]
      const offer = Buffer.concat([number(prime), number(generator)])
      io.send(31, offer)
      const e = numbersOf((await io.receive(32)).payload)[0]!
      const dh = createDiffieHellman(prime, generator)
      const f = number(dh.generateKeys())
      const sharedSecret = dh.computeSecret(e)
      const outcome = { sharedSecret, transcript: Buffer.concat([request.payload, offer, number(e), f]) }
      const signature = await io.sign(outcome)
      io.send(33, new WireWriter().writeString(io.hostKey).writeBytes(f).writeString(signature).finish())
      return outcome
    },
  }
}

function number(magnitude: Uint8Array): Uint8Array {
  return new WireWriter().writeMpint(magnitude).finish()
}

function numbersOf(payload: Uint8Array): Uint8Array[] {
  const reader = new WireReader(payload)
  const numbers: Uint8Array[] = []
  while (reader.remainingLength > 0) numbers.push(reader.readMpint())
  return numbers
}

import { createPublicKey, type KeyObject } from 'node:crypto'

/** A public key of node:crypto's, which takes DSA keys in DER alone (RFC 3279 §2.3.2), from p, q, g and y. */
export function nodeDsaKey([p, q, g, y]: Buffer[]): KeyObject {
  const parameters = der(0x30, integer(p!), integer(q!), integer(g!))
  const algorithm = der(0x30, Buffer.from('06072a8648ce380401', 'hex'), parameters)
  return createPublicKey({ key: der(0x30, algorithm, der(0x03, Buffer.of(0), integer(y!))), format: 'der', type: 'spki' })
}

/** p, q, g and y of a key of node:crypto's: the four INTEGERs of its DER, in order. */
export function dsaNumbersOf(privateKey: KeyObject): Buffer[] {
  return integersIn(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
}

function integersIn(bytes: Buffer): Buffer[] {
  const integers: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const [tag, first] = [bytes[at]!, bytes[at + 1]!]
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + lengthBytes
    const end = start + (lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes))
    const content = bytes.subarray(start, end)
    if (tag === 0x02) integers.push(content)
    if (tag === 0x30) integers.push(...integersIn(content))
    if (tag === 0x03) integers.push(...integersIn(content.subarray(1)))
    at = end
  }
  return integers
}

function integer(magnitude: Buffer): Buffer {
  return der(0x02, magnitude[0]! < 0x80 ? magnitude : Buffer.concat([Buffer.of(0), magnitude]))
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...header), content])
}

import { constants, createHash, privateEncrypt } from 'node:crypto'
import { bytesOf, Fields, fields, mpint, numberOf, type SigningKey, string } from '../../src/index.ts'

/** The public numbers of an RSA key (RFC 4253 §6.6). */
export function publicNumbers({ blob }: SigningKey): { readonly e: bigint; readonly n: bigint } {
  const reader = new Fields(blob)
  reader.string()
  return { e: numberOf(reader.string()), n: numberOf(reader.string()) }
}

/** The blob of a key of these numbers, whatever they are. */
export function rsaBlob(n: bigint, e: bigint): Buffer {
  return Buffer.concat([string('ssh-rsa'), mpint(bytesOf(e)), mpint(bytesOf(n))])
}

/** A number as a signature, as long as a modulus of 2048 bits at least. */
export function rsaSignature(value: bigint): Buffer {
  const bytes = bytesOf(value)
  return Buffer.concat([Buffer.alloc(Math.max(0, 256 - bytes.length)), bytes])
}

/** A power modulo n. */
export function powerModulo(base: bigint, exponent: bigint, n: bigint): bigint {
  let result = 1n
  for (let [square, left] = [base, exponent]; left > 0n; left >>= 1n, square = (square * square) % n)
    if (left & 1n) result = (result * square) % n
  return result
}

/** How the encoded message of PKCS #1 v1.5 differs from the one that is right (RFC 8017 §9.2): `0 ‖ 1 ‖ 0xff … ‖ 0 ‖ DigestInfo`. */
type Encoding = (digest: Buffer) => Buffer

const LENGTH = 256
const MINIMAL_PADDING = Buffer.alloc(8, 0xff)
/** SEQUENCE { SEQUENCE { the OID of SHA-256, NULL }, OCTET STRING of 32 bytes }, but for the digest. */
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** `start ‖ as many bytes of fill as there is room for ‖ end`. */
function filled(start: readonly number[], fill: number, ...end: readonly Uint8Array[]): Buffer {
  const last = Buffer.concat(end)
  return Buffer.concat([Buffer.from(start), Buffer.alloc(LENGTH - start.length - last.length, fill), last])
}

/** What stands in place of the DigestInfo, behind padding that is right. */
const around =
  (info: (digest: Buffer) => Uint8Array): Encoding =>
  (digest) =>
    filled([0, 1], 0xff, Buffer.of(0), info(digest))

const der = (hex: string): Encoding => around((digest) => Buffer.concat([Buffer.from(hex, 'hex'), digest]))

function changed(encoded: Buffer, index: number, value: number): Buffer {
  return Buffer.from(encoded.with(index, value))
}

const right: Encoding = around((digest) => Buffer.concat([digestInfo, digest]))

/** Encoded messages that somebody took for right once, or might: each is signed with the key's own private exponent. */
export const encodings: Readonly<Record<string, Encoding>> = {
  'eight bytes of padding, and garbage behind the digest (CVE-2006-4339)': (digest) =>
    Buffer.concat([Buffer.of(0, 1), MINIMAL_PADDING, Buffer.of(0), digestInfo, digest, Buffer.alloc(LENGTH - 62, 7)]),
  'eight bytes of padding, and garbage before the zero': (digest) =>
    filled([0, 1, ...MINIMAL_PADDING], 7, Buffer.of(0), digestInfo, digest),
  'seven bytes of padding, and the rest at the end': (digest) =>
    filled([0, 1, 255, 255, 255, 255, 255, 255, 255, 0, ...digestInfo, ...digest], 0),
  'no padding': (digest) => filled([0, 1, 0, ...digestInfo, ...digest], 0xff),
  'padding of zeros': (digest) => filled([0, 1], 0, Buffer.of(0), digestInfo, digest),
  'padding whose first byte is another': (digest) => changed(right(digest), 2, 0xfe),
  'padding whose last byte is another': (digest) => changed(right(digest), LENGTH - 53, 0x7f),
  'no zero behind the padding': (digest) => changed(right(digest), LENGTH - 52, 0xff),
  'a first byte of 1': (digest) => changed(right(digest), 0, 1),
  'block type 0': (digest) => changed(right(digest), 1, 0),
  'block type 2, of encryption': (digest) => changed(right(digest), 1, 2),
  'no DigestInfo': around((digest) => digest),
  'no digest behind the DigestInfo': around(() => digestInfo),
  'the OID of SHA-1': der('302d300906052b0e03021a05000420'),
  'the OID of SHA-384': der('3031300d060960864801650304020205000420'),
  'no parameters behind the OID': der('302f300b06096086480165030402010420'),
  'parameters that are garbage (CVE-2018-16152)': der('303f301b06096086480165030402010c0e67617262616765206265796f6e640420'),
  'a garbage byte in the OID (CVE-2018-16151)': der('3032300e060a6086480165030402017f05000420'),
  'lengths in more bytes than they need (BERserk, CVE-2014-1568)': der('308131300d060960864801650304020105000420'),
  'a length of indefinite form': der('3080300d060960864801650304020105000420'),
  'a digest of 33 bytes': around((digest) => Buffer.concat([digestInfo, digest, Buffer.of(0)])),
  'a digest of 31 bytes': around((digest) => Buffer.concat([digestInfo, digest.subarray(0, -1)])),
  'the digest of another message': (digest) => right(createHash('sha256').update(digest).digest()),
  'a digest whose last byte is another': (digest) => changed(right(digest), LENGTH - 1, digest[31]! ^ 1),
}

/** The signature blob of rsa-sha2-256 over data, with the message encoded in another way. */
export function signEncoded({ privateKey }: SigningKey, data: Uint8Array, encode: Encoding = right): Buffer {
  const encoded = encode(createHash('sha256').update(data).digest())
  return fields('rsa-sha2-256', privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded))
}

/**
 * A signature blob of rsa-sha2-256 under an exponent of 3, which nobody needs a private key for (Bleichenbacher, 2006): the cube of its number
 * begins as an encoded message with eight bytes of padding, and what is behind that is chance.
 */
export function forgeCube(data: Uint8Array): Buffer {
  const digest = createHash('sha256').update(data).digest()
  const head = Buffer.concat([Buffer.of(0, 1), MINIMAL_PADDING, Buffer.of(0), digestInfo, digest])
  const root = cubeRoot(numberOf(Buffer.concat([head, Buffer.alloc(LENGTH - head.length)]))) + 1n
  if (
    !rsaSignature(root ** 3n)
      .subarray(0, head.length)
      .equals(head)
  )
    throw new Error('the cube does not begin as the message does')
  return fields('rsa-sha2-256', rsaSignature(root))
}

/** The largest number whose cube is no more than this. */
function cubeRoot(value: bigint): bigint {
  let root = 0n
  for (let bit = 1n << BigInt(Math.ceil(value.toString(2).length / 3)); bit > 0n; bit >>= 1n) if ((root + bit) ** 3n <= value) root += bit
  return root
}

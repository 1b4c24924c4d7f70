import { p256 } from '@noble/curves/nist.js'
import { publicKeyError, readPublicKeyBlob, WireReader } from '@seashell/core/wire'
import type { SecurityKeyParameters, SecurityKeyPublicKey } from './define.ts'
import { readApplication } from './public-key.ts'

const NAME = 'sk-ecdsa-sha2-nistp256@openssh.com'
const CURVE = 'nistp256'
const POINT_LENGTH = 65
const HALF_LENGTH = 32

/**
 * ECDSA over P-256 with SHA-256 in a security key: `string name ‖ string "nistp256" ‖ string Q ‖ string application`, Q an uncompressed point;
 * the signature of the curve is `mpint r ‖ mpint s`. Both s and n − s verify, as with other ECDSA keys: authenticators make either.
 */
export const ecdsaParameters: SecurityKeyParameters = /* @__PURE__ */ Object.freeze({
  name: NAME,
  keyFormat: NAME,
  typeName: 'ECDSA-SK',
  web: false,
  readPublicKey: (blob: Uint8Array) => readPublicKeyBlob(blob, NAME, readFields),
  verify: (value: Uint8Array, data: Uint8Array, point: Uint8Array) => {
    const compact = readHalves(value)
    return compact !== undefined && p256.verify(compact, data, point, { lowS: false })
  },
})

/** The same keys, with signatures that a browser asked for. */
export const webauthnParameters: SecurityKeyParameters = /* @__PURE__ */ Object.freeze({
  ...ecdsaParameters,
  name: `webauthn-${NAME}`,
  web: true,
})

function readFields(reader: WireReader): SecurityKeyPublicKey {
  const curve = reader.readName()
  if (curve !== CURVE) throw publicKeyError(`expected an ${NAME} public key of curve ${CURVE}; found ${JSON.stringify(curve)}`)
  const point = reader.readString('the public point')
  // One key has one blob: compressed points are refused, as in OpenSSH.
  if (point.length !== POINT_LENGTH || point[0] !== 4) {
    throw publicKeyError(`expected an uncompressed point of ${POINT_LENGTH} bytes in an ${NAME} public key; found ${point.length} bytes`)
  }
  if (!p256.utils.isValidPublicKey(point, false))
    throw publicKeyError(`expected a point on the curve in an ${NAME} public key; found one beside it`)
  return { point, ...readApplication(reader) }
}

/** r ‖ s, each with zeros in front up to 32 bytes; undefined where one is longer. */
function readHalves(value: Uint8Array): Uint8Array | undefined {
  const reader = new WireReader(value, 'an ECDSA signature')
  const [r, s] = [reader.readMpint(), reader.readMpint()]
  reader.end()
  if (r.length > HALF_LENGTH || s.length > HALF_LENGTH) return undefined
  const compact = new Uint8Array(2 * HALF_LENGTH)
  compact.set(r, HALF_LENGTH - r.length)
  compact.set(s, 2 * HALF_LENGTH - s.length)
  return compact
}

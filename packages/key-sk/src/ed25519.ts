import { ed25519 } from '@noble/curves/ed25519.js'
import { publicKeyError, readPublicKeyBlob, type WireReader } from '@seashell/core/wire'
import { type SecurityKeyParameters, type SecurityKeyPublicKey } from './define.ts'
import { readApplication } from './public-key.ts'

const NAME = 'sk-ssh-ed25519@openssh.com'
const POINT_LENGTH = 32
const SIGNATURE_LENGTH = 64

/** Ed25519 in a security key: `string name ‖ string public key (32 bytes) ‖ string application`. Verified strictly, as RFC 8032 §5.1.7 says. */
export const ed25519Parameters: SecurityKeyParameters = /* @__PURE__ */ Object.freeze({
  name: NAME,
  keyFormat: NAME,
  typeName: 'ED25519-SK',
  web: false,
  readPublicKey: (blob: Uint8Array) => readPublicKeyBlob(blob, NAME, readFields),
  verify: (value: Uint8Array, data: Uint8Array, point: Uint8Array) =>
    value.length === SIGNATURE_LENGTH && ed25519.verify(value, data, point, { zip215: false }),
})

function readFields(reader: WireReader): SecurityKeyPublicKey {
  const point = reader.readString('the public key')
  if (point.length !== POINT_LENGTH) throw publicKeyError(`expected an ${NAME} public key of 32 bytes; found ${point.length}`)
  return { point, ...readApplication(reader) }
}

import {
  account,
  accountPassword,
  ecdsaKey,
  ed25519Key,
  Fields,
  fields,
  Msg,
  publicKeyRequest,
  type PublicKeyLies,
  rsaKey,
  type SigningKey,
  type TargetOptions,
} from '../../src/index.ts'
import { judged, type LoginCase } from './logins.ts'

/** Keys that log {@link account} in. */
export const ed25519 = ed25519Key()
/** Another. */
export const ecdsa = ecdsaKey()
/** Another. */
export const rsa = rsaKey()
/** One that the server’s program takes, and that is too weak. */
export const weakRSA = rsaKey(1024)
const authorized = [ed25519, ecdsa, rsa, weakRSA].map(({ blob }) => blob)

/** A server that takes them. */
export const target: TargetOptions = {
  server: {
    auth: {
      password: accountPassword,
      publicKey: ({ publicKey }: { publicKey: Uint8Array }, { user }: { user: string }) =>
        user === account.user && authorized.some((blob) => blob.equals(publicKey)),
    },
  },
}

/** A request with a lie in it, which is refused; the connection goes on. */
export function lie(name: string, key: SigningKey, lies: PublicKeyLies, source?: string): LoginCase {
  return {
    name,
    ...(source !== undefined && { source }),
    async script(peer) {
      await peer.send(Msg.USERAUTH_REQUEST, publicKeyRequest(key, peer.sessionID!, lies))
      await peer.receive(Msg.USERAUTH_FAILURE)
    },
    expect: judged(0, 1),
  }
}

/** A signature blob with another signature in it. */
export const inside =
  (change: (signature: Buffer) => Uint8Array) =>
  (blob: Buffer): Buffer => {
    const reader = new Fields(blob)
    return fields(reader.string(), change(reader.string()))
  }

import type { PasswordHandler } from '@seashell/userauth'
import type { SigningKey } from './host-key.ts'
import { Msg } from './messages.ts'
import { account } from './peer.ts'
import { byte, string } from './wire.ts'

/** The handler of `password` that lets {@link account} in, and nobody else. */
export const accountPassword: PasswordHandler = ({ password }, { user }) => user === account.user && password === account.password

/** Who wants to log in, to what; {@link account} and ssh-connection where nothing is said. */
export interface RequestHead {
  readonly user?: string | Uint8Array
  readonly service?: string | Uint8Array
  readonly method?: string | Uint8Array
}

/** What follows the number of USERAUTH_REQUEST (RFC 4252 §5): the head, and what the method adds. */
export function authRequest({ user = account.user, service = 'ssh-connection', method = 'none' }: RequestHead, ...rest: Buffer[]): Buffer {
  return Buffer.concat([string(user), string(service), string(method), ...rest])
}

/** What a `publickey` request says about itself, or what its signature is made over (RFC 4252 §7). */
export interface PublicKeyClaim extends RequestHead {
  /** Of the key where absent. */
  readonly algorithm?: string
  /** The public key blob; of the key where absent. */
  readonly blob?: Uint8Array
  readonly sessionID?: Uint8Array
}

/** How a `publickey` request lies. */
export interface PublicKeyLies {
  /** What is said otherwise, in the request and under the signature. */
  readonly said?: PublicKeyClaim
  /** What the signature is over otherwise. */
  readonly signed?: PublicKeyClaim
  /** The signature blob to send, in place of what the key has signed. */
  readonly signature?: (signature: Buffer, data: Buffer) => Uint8Array
  /** What follows the last field. */
  readonly trailer?: Uint8Array
}

/** What follows the number of USERAUTH_REQUEST of the method `publickey`, signed (RFC 4252 §7). */
export function publicKeyRequest(
  key: Pick<SigningKey, 'algorithm' | 'blob' | 'sign'>,
  sessionID: Uint8Array,
  { said = {}, signed = {}, signature = (made) => made, trailer = Buffer.alloc(0) }: PublicKeyLies = {},
): Buffer {
  const claim = { method: 'publickey', algorithm: key.algorithm, blob: key.blob, sessionID, ...said }
  const data = signedData({ ...claim, ...signed })
  return Buffer.concat([claimed(claim), string(signature(key.sign(data), data)), trailer])
}

/** What follows the number of the query whether a key would do (RFC 4252 §7). */
export function publicKeyQuery({ algorithm, blob }: Pick<SigningKey, 'algorithm' | 'blob'>, head: RequestHead = {}): Buffer {
  return authRequest({ method: 'publickey', ...head }, byte(false), string(algorithm), string(blob))
}

/** What a user key signs. */
function signedData(claim: Required<Pick<PublicKeyClaim, 'sessionID' | 'algorithm' | 'blob'>> & PublicKeyClaim): Buffer {
  return Buffer.concat([string(claim.sessionID), byte(Msg.USERAUTH_REQUEST), claimed(claim)])
}

function claimed({ algorithm, blob, ...head }: Required<Pick<PublicKeyClaim, 'algorithm' | 'blob'>> & RequestHead): Buffer {
  return authRequest(head, byte(true), string(algorithm), string(blob))
}

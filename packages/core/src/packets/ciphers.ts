import type { Opener, Sealer } from '../algorithms/definition.ts'
import type { Protection } from './protection.ts'

/** How a connection is protected in both directions: Conch's `SSHCiphers`, as far as it is the same for every sort of cipher. */
export interface SSHCiphers {
  /** The cipher that we send with: its wire name. */
  readonly outCipType: string
  /** The cipher that the peer sends with. */
  readonly inCipType: string
  /** The MAC that we send with; '' where the cipher authenticates by itself. */
  readonly outMACType: string
  /** The MAC that the peer sends with; '' where the cipher authenticates by itself. */
  readonly inMACType: string
  /** What our packets are padded to a multiple of, in bytes. */
  readonly encBlockSize: number
  /** What the peer's are. */
  readonly decBlockSize: number
  /** Bytes of tag behind each of the peer's packets. */
  readonly verifyDigestSize: number
}

/** The names for one protection each way. */
export function describeCiphers(outgoing: Protection<Sealer>, incoming: Protection<Opener>): SSHCiphers {
  return {
    outCipType: outgoing.cipher.name,
    inCipType: incoming.cipher.name,
    outMACType: outgoing.mac?.name ?? '',
    inMACType: incoming.mac?.name ?? '',
    encBlockSize: outgoing.blockLength,
    decBlockSize: incoming.blockLength,
    verifyDigestSize: incoming.tagLength,
  }
}

/** Whether a direction is encrypted. */
export function isEncryptedBy({ cipher }: Protection<Sealer | Opener>): boolean {
  return cipher.name !== 'none'
}

/** Whether a direction is authenticated. */
export function isVerifiedBy({ cipher, mac }: Protection<Sealer | Opener>): boolean {
  return cipher.integrity === 'aead' || (mac !== undefined && mac.name !== 'none')
}

import type { Suite, SuiteName } from './contract.ts'

/** The protections that are measured. */
export const suites: Readonly<Record<SuiteName, Suite>> = {
  'aes256-gcm': { cipher: 'aes256-gcm@openssh.com' },
  'aes128-gcm': { cipher: 'aes128-gcm@openssh.com' },
  'chacha20-poly1305': { cipher: 'chacha20-poly1305@openssh.com' },
  'aes128-ctr-hmac': { cipher: 'aes128-ctr', mac: 'hmac-sha2-256-etm@openssh.com' },
}

/** The key exchange of every row that is not about key exchange. */
export const DEFAULT_KEX = 'curve25519-sha256'

/** The MACs to offer beside a suite's cipher; with an AEAD none is used, but libraries want the list filled. */
export function macsOf({ mac = 'hmac-sha2-256-etm@openssh.com' }: Suite): string[] {
  return [mac]
}

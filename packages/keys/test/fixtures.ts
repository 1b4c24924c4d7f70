import type { PublicKeyDefinition } from '@seashell/core'
import { isSSHError } from '@seashell/core/wire'
import { ecdsaPublicKeys } from '@seashell/key-ecdsa'
import { ed25519PublicKeys } from '@seashell/key-ed25519'
import { rsaPublicKeys } from '@seashell/key-rsa'

/** All types of key that there are. */
export const publicKeys: readonly PublicKeyDefinition[] = [...ed25519PublicKeys, ...ecdsaPublicKeys, ...rsaPublicKeys]

/** A key that ssh-keygen (OpenSSH 9.2p1) made: ssh-keygen -t ed25519 -N 'correct horse' -a 8. */
export const encrypted = {
  publicLine: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIyyxkeYnMBzADon9ePlarHzSY1glz1fRQKPgq1PMyve encrypted@example',
  file: `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBDC5+zLh
uJ1yWjEoPqtGi4AAAACAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIIyyxkeYnMBzADon
9ePlarHzSY1glz1fRQKPgq1PMyveAAAAoBRKoI70UBXPu6Jx3AEMBYzpPUEh6pge00YS7r
kCu4txS73xft5dqRfd3vDsVjMSdKSZtRg1CsdTpxL9HDRvMLgFufxXMwExMndRI5d1b1ih
CU8wLhSOtFf7x8IIh5NDY3XOgJ0/6S+3Z5X3Fk8YmXoSRdh67x0/0fJ6JpJj3rEsWJ/4YU
h/8TpG0spN+6QYqH/88fni9a8Y7lqoGcQX4ao=
-----END OPENSSH PRIVATE KEY-----
`,
  passphrase: 'correct horse',
  kdfOptions: '00000010430b9fb32e1b89d725a31283eab468b800000008',
  /** What bcrypt_pbkdf makes of the passphrase and these parameters, by another implementation (npm bcrypt-pbkdf 1.0.2). */
  derivedKey: '6221c11e905e7195aab94f6d87d30e5b8b9cd680dd3e37cd3bac6047b1192f60a6de28a6bb69cfd4e64a0d59c54facac',
}

/** The error's code, fault and message, or what was returned instead of one. */
export async function failure(action: () => unknown): Promise<unknown> {
  try {
    return await action()
  } catch (error) {
    return isSSHError(error) ? `${error.code} ${error.fault}: ${error.message}` : error
  }
}

import type { AlgorithmKind } from '@seashell/core'

/**
 * Every name that one of these can negotiate, whether or not it offers it unasked: OpenSSH 10.5, Twisted Conch 24.10, ssh2 1.17 and
 * dev-tunnels-ssh 3.12 for Node.js, asyncssh 2.24, golang.org/x/crypto/ssh 0.55, russh 0.63. Read from their sources in November 2026.
 */
export const peerNames: Readonly<Record<AlgorithmKind, readonly string[]>> = {
  'key-exchange': names(`
    mlkem768x25519-sha256 mlkem768nistp256-sha256 mlkem1024nistp384-sha384
    sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com
    curve25519-sha256 curve25519-sha256@libssh.org curve448-sha512
    ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 ecdh-sha2-1.3.132.0.10
    diffie-hellman-group-exchange-sha256 diffie-hellman-group-exchange-sha1
    dh-gex-sha224@ssh.com dh-gex-sha384@ssh.com dh-gex-sha512@ssh.com
    diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 diffie-hellman-group14-sha256 diffie-hellman-group15-sha512
    diffie-hellman-group16-sha512 diffie-hellman-group17-sha512 diffie-hellman-group18-sha512
    diffie-hellman-group14-sha224@ssh.com diffie-hellman-group14-sha256@ssh.com diffie-hellman-group15-sha256@ssh.com
    diffie-hellman-group15-sha384@ssh.com diffie-hellman-group16-sha384@ssh.com diffie-hellman-group16-sha512@ssh.com
    diffie-hellman-group18-sha512@ssh.com rsa2048-sha256 rsa1024-sha1 gss-* none
    ext-info-c ext-info-s kex-strict-c-v00@openssh.com kex-strict-s-v00@openssh.com
  `),
  'public-key': names(`
    ssh-ed25519 ssh-ed448 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521 ecdsa-sha2-1.3.132.0.10
    rsa-sha2-512 rsa-sha2-256 ssh-rsa ssh-dss
    ssh-ed25519-cert-v01@openssh.com ecdsa-sha2-nistp256-cert-v01@openssh.com ecdsa-sha2-nistp384-cert-v01@openssh.com
    ecdsa-sha2-nistp521-cert-v01@openssh.com rsa-sha2-512-cert-v01@openssh.com rsa-sha2-256-cert-v01@openssh.com
    ssh-rsa-cert-v01@openssh.com ssh-dss-cert-v01@openssh.com
    sk-ssh-ed25519@openssh.com sk-ecdsa-sha2-nistp256@openssh.com webauthn-sk-ecdsa-sha2-nistp256@openssh.com
    sk-ssh-ed25519-cert-v01@openssh.com sk-ecdsa-sha2-nistp256-cert-v01@openssh.com
    webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com
    ssh-mldsa44-ed25519@openssh.com ssh-mldsa44-ed25519-cert-v01@openssh.com
    ssh-rsa-sha224@ssh.com ssh-rsa-sha256@ssh.com ssh-rsa-sha384@ssh.com ssh-rsa-sha512@ssh.com x509v3-*
  `),
  cipher: names(`
    chacha20-poly1305@openssh.com aes128-gcm@openssh.com aes256-gcm@openssh.com aes128-gcm aes256-gcm
    aes128-ctr aes192-ctr aes256-ctr aes128-cbc aes192-cbc aes256-cbc 3des-cbc 3des-ctr
    blowfish-cbc cast128-cbc arcfour arcfour128 arcfour256 seed-cbc@ssh.com none
  `),
  mac: names(`
    umac-64-etm@openssh.com umac-128-etm@openssh.com umac-64@openssh.com umac-128@openssh.com
    hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha1-etm@openssh.com
    hmac-sha2-256 hmac-sha2-384 hmac-sha2-512 hmac-sha1 hmac-sha1-96 hmac-md5 hmac-md5-96
    hmac-sha1-96-etm@openssh.com hmac-md5-etm@openssh.com hmac-md5-96-etm@openssh.com
    hmac-sha2-256-96 hmac-sha2-512-96 hmac-ripemd160 none
    hmac-sha224@ssh.com hmac-sha256@ssh.com hmac-sha256-2@ssh.com hmac-sha384@ssh.com hmac-sha512@ssh.com
  `),
  compression: names('none zlib@openssh.com zlib'),
}

/** Names that we do not have, as patterns, each with the reason. */
export const leftOut: readonly {
  readonly names: RegExp
  readonly shown: string
  readonly kind?: AlgorithmKind
  readonly reason: string
}[] = [
  {
    names: /@ssh\.com$/,
    shown: '`…@ssh.com`',
    reason: "Tectia's own names, of which no document says enough, for methods that all have by names of the RFCs; seed-cbc is CBC besides",
  },
  {
    names: /^gss-/,
    shown: '`gss-…` (RFC 4462, RFC 8732)',
    reason: 'needs Kerberos: a package with `shape: scripted` can bring it, core has what it takes',
  },
  { names: /^x509v3-/, shown: '`x509v3-…` (RFC 6187)', reason: 'X.509 is a world of its own, and OpenSSH never entered it' },
  {
    names: /^none$/,
    shown: '`none`, as key exchange',
    kind: 'key-exchange',
    reason: 'without a key exchange there is no session identifier, and nothing proves the host',
  },
  {
    names: /^(?:ext-info-[cs]|kex-strict-[cs]-v00@openssh\.com)$/,
    shown: '`ext-info-c`, `ext-info-s`, `kex-strict-c-v00@openssh.com`, `kex-strict-s-v00@openssh.com`',
    reason: 'markers among the methods, no methods (RFC 8308 §2.1; OpenSSH PROTOCOL §1.9): core sends and understands all four by itself',
  },
]

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

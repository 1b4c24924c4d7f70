const MARK = '-cert-v01'
const DOMAIN = 'openssh.com'

/**
 * The name of what certifies a plain format or algorithm: `ssh-ed25519` → `ssh-ed25519-cert-v01@openssh.com`. A name with a domain keeps it,
 * since it is its owner's to extend: `sk-ssh-ed25519@openssh.com` → `sk-ssh-ed25519-cert-v01@openssh.com`.
 */
export function certificateName(name: string): string {
  const at = name.indexOf('@')
  return at === -1 ? `${name}${MARK}@${DOMAIN}` : `${name.slice(0, at)}${MARK}${name.slice(at)}`
}

/** Whether a format or algorithm is one of certificates, of this version or another. */
export function isCertificateName(name: string): boolean {
  return /-cert-v\d\d(?:@|$)/.test(name)
}

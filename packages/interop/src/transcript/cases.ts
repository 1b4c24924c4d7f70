import { certificateName } from './keys.ts'
import type { Role, SessionAlgorithms, SessionPlan } from './transcript.ts'

/** A session that is to be recorded, once in each role. */
export interface Case {
  /** Of the file: kind, then the name of the algorithm that it is there for. */
  readonly name: string
  /** Which OpenSSH: the newest that has the algorithm, as a rule. */
  readonly version: '9' | '10'
  readonly plan: Pick<SessionPlan, 'algorithms' | 'login' | 'rekey'>
  /** In which roles OpenSSH can be made to agree. */
  readonly roles: readonly Role[]
}

const usual: SessionAlgorithms = {
  keyExchange: 'curve25519-sha256',
  publicKey: 'ssh-ed25519',
  cipher: 'aes128-ctr',
  mac: 'hmac-sha2-256',
  compression: 'none',
}

const keyExchanges = [
  'mlkem768x25519-sha256',
  'sntrup761x25519-sha512',
  'sntrup761x25519-sha512@openssh.com',
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha1',
  'diffie-hellman-group14-sha1',
  'diffie-hellman-group1-sha1',
]

const publicKeys = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
  'ssh-dss',
]

const ciphers = [
  'chacha20-poly1305@openssh.com',
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'aes128-cbc',
  'aes192-cbc',
  'aes256-cbc',
  '3des-cbc',
]

const macNames = ['umac-64', 'umac-128', 'hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1', 'hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'] as const
const macs = macNames.flatMap((name) => [name.startsWith('umac') ? `${name}@openssh.com` : name, `${name}-etm@openssh.com`])

/** Security keys sign for users alone, and what signs is not ours: sessions with them are for our server. */
const securityKeys = ['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com']

/** What takes portable JavaScript half a second each time: once is enough of it. */
const slow = /^diffie-hellman-group(-exchange|16|18)-/

/** All sessions: each algorithm that an OpenSSH of `.ci/install-peers` and we have in common, beside usual ones of the other kinds. */
export const cases: readonly Case[] = [
  ...keyExchanges.map((name) => caseOf('kex', name, { keyExchange: name })),
  ...withCertificates(publicKeys).map((name) => caseOf('key', name, { publicKey: name })),
  ...ciphers.map((name) => caseOf('cipher', name, { cipher: name })),
  ...macs.map((name) => caseOf('mac', name, { mac: name })),
  ...['none', 'zlib@openssh.com', 'zlib'].map((name) => caseOf('compression', name, { compression: name })),
  loginCase('password', ['client', 'server']),
  ...withCertificates(securityKeys).map((name) => loginCase(name, ['server'])),
]

function caseOf(kind: string, name: string, different: Partial<SessionAlgorithms>): Case {
  const algorithms = { ...usual, ...different }
  return {
    name: `${kind}-${name}`,
    // OpenSSH 10.0 has DSA no more, and its client zlib before authentication no more; no sshd since 7.4 has that.
    version: name.startsWith('ssh-dss') || name === 'zlib' ? '9' : '10',
    roles: name === 'zlib' ? ['server'] : ['client', 'server'],
    plan: { algorithms, login: algorithms.publicKey, rekey: !slow.test(name) },
  }
}

function loginCase(login: string, roles: readonly Role[]): Case {
  // An older OpenSSH has an ordinary session too, with nothing in it that only it has.
  const version = login === 'password' ? '9' : '10'
  return { name: `login-${login}`, version, roles, plan: { algorithms: usual, login, rekey: true } }
}

function withCertificates(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, certificateName(name)])
}

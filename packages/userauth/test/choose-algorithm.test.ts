import { AlgorithmRegistry } from '@seashell/core'
import { describe, expect, it } from 'vitest'
import { type AlgorithmChoice, chooseAlgorithm, serverSignatureAlgorithms } from '../src/client/choose-algorithm.ts'
import { rsaSha2_256, rsaSha2_512, sshEd25519, testKeys } from './support/keys.ts'

const certificate = (name: string, keyFormat: string, signatureFormat: string): typeof sshEd25519 =>
  Object.freeze({ ...sshEd25519, name, keyFormat, signatureFormat })

const registered = new AlgorithmRegistry([
  ...testKeys,
  certificate('ssh-ed25519-cert-v01@openssh.com', 'ssh-ed25519-cert-v01@openssh.com', 'ssh-ed25519'),
  certificate('rsa-sha2-256-cert-v01@openssh.com', 'ssh-rsa-cert-v01@openssh.com', 'rsa-sha2-256'),
]).publicKeys

function choose(choice: Partial<AlgorithmChoice>): string | undefined {
  const defaults = { offered: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'], keyFormat: 'ssh-rsa', server: undefined }
  return chooseAlgorithm({ ...defaults, registered, allowed: registered.defaults, ...choice })?.name
}

const edCert = { offered: ['ssh-ed25519-cert-v01@openssh.com'], keyFormat: 'ssh-ed25519-cert-v01@openssh.com' }
const rsaCert = { offered: ['rsa-sha2-256-cert-v01@openssh.com'], keyFormat: 'ssh-rsa-cert-v01@openssh.com' }

const extensions = (text: string): Map<string, Uint8Array> => new Map([['server-sig-algs', new TextEncoder().encode(text)]])

describe('the signature algorithm for a key', () => {
  it.each<[string, Partial<AlgorithmChoice>, string | undefined]>([
    ['is the signer’s first where the server is silent', {}, 'rsa-sha2-512'],
    ['is one that the server lists', { server: ['ssh-rsa', 'rsa-sha2-256'] }, 'rsa-sha2-256'],
    ['goes by the order of the signer', { server: ['rsa-sha2-256', 'rsa-sha2-512'] }, 'rsa-sha2-512'],
    ['is none where the server lists only what we may not use', { server: ['ssh-rsa'] }, undefined],
    ['is insecure where that is allowed by name', { server: ['ssh-rsa'], allowed: ['ssh-rsa'] }, 'ssh-rsa'],
    ['is one of those that are allowed', { allowed: ['rsa-sha2-256'] }, 'rsa-sha2-256'],
    ['is for keys of the format', { offered: ['ssh-ed25519', 'rsa-sha2-256'] }, 'rsa-sha2-256'],
    ['is registered', { offered: ['rsa-sha2-384', 'rsa-sha2-256'], allowed: ['rsa-sha2-384', 'rsa-sha2-256'] }, 'rsa-sha2-256'],
    [
      'may be missing from the lists of early servers where it is called like the format',
      { offered: ['ssh-ed25519'], keyFormat: 'ssh-ed25519', server: ['rsa-sha2-256', 'rsa-sha2-512'] },
      'ssh-ed25519',
    ],
    ['is taken for a certificate where its signature’s is listed', { ...rsaCert, server: ['rsa-sha2-256'] }, rsaCert.offered[0]],
    ['is not taken for an RSA certificate where it is not', { ...rsaCert, server: ['rsa-sha2-512'] }, undefined],
    ['is taken for other certificates, listed or not', { ...edCert, server: [] }, edCert.offered[0]],
  ])('%s', (_what, choice, name) => {
    expect(choose(choice)).toBe(name)
  })

  it('is compared with a list that is read from EXT_INFO', () => {
    expect(serverSignatureAlgorithms(new Map())).toBeUndefined()
    expect(serverSignatureAlgorithms(extensions(`${rsaSha2_256.name},${rsaSha2_512.name}`))).toEqual(['rsa-sha2-256', 'rsa-sha2-512'])
    expect(() => serverSignatureAlgorithms(extensions('a b'))).toThrow(/printable/)
  })
})

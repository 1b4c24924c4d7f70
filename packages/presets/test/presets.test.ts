import { type AlgorithmDefinition, AlgorithmRegistry } from '@seashell/core'
import { describe, expect, it } from 'vitest'
import { compatible, fips, legacy, modern } from '../src/index.ts'

const kinds = ['keyExchanges', 'publicKeys', 'ciphers', 'macs', 'compressions'] as const
const offered = (preset: readonly AlgorithmDefinition[], list: (typeof kinds)[number]) => new AlgorithmRegistry(preset)[list].defaults

describe('the presets', () => {
  it.each(Object.entries({ modern, compatible, fips, legacy }))('%s is a list that a registry takes, in order, whole', (_, preset) => {
    expect(Object.isFrozen(preset)).toBe(true)
    const registry = new AlgorithmRegistry(preset)
    const registered = kinds.flatMap((kind) => registry[kind].names).filter((name) => name !== 'none')
    expect(registered.toSorted()).toEqual(preset.map(({ name }) => name).toSorted())
  })

  it.each(Object.entries({ modern, compatible, fips, legacy }))('%s puts post-quantum key exchange first', (_, preset) => {
    const flags = [...new AlgorithmRegistry(preset).keyExchanges].map(({ postQuantum }) => postQuantum)
    expect(flags[0]).toBe(true)
    expect(flags.lastIndexOf(true)).toBeLessThan(flags.indexOf(false))
  })

  it.each(Object.entries({ modern, compatible, fips }))('%s holds nothing insecure', (_, preset) => {
    expect(preset.filter((definition) => definition.insecure !== undefined)).toEqual([])
  })

  it('modern has ciphers that authenticate, alone', () => {
    const ciphers = modern.filter((definition) => definition.kind === 'cipher')
    expect(ciphers.map(({ integrity }) => integrity)).toEqual(['aead', 'aead', 'aead'])
    expect(offered(modern, 'macs')).toEqual([])
    expect(offered(modern, 'compressions')).toEqual(['none'])
  })

  it('compatible has all of modern, so that nobody loses by choosing it', () => {
    expect(modern.filter((definition) => !compatible.includes(definition))).toEqual([])
  })

  it('compatible has certificates of each of its keys, in front of all plain ones', () => {
    const names = offered(compatible, 'publicKeys')
    const plain = names.slice(names.length / 2)
    expect(names.slice(0, names.length / 2)).toEqual(plain.map(certificateOf))
  })

  it('legacy offers what compatible offers, and has insecure names for who asks', () => {
    for (const kind of kinds) expect(offered(legacy, kind)).toEqual(offered(compatible, kind))
    expect(new AlgorithmRegistry(legacy).ciphers.names).toEqual(expect.arrayContaining(['3des-cbc', 'aes128-cbc']))
    expect(legacy.slice(compatible.length).filter(({ insecure }) => insecure === undefined)).toEqual([])
  })
})

/** What NIST approves, from its own documents; see the reasons at the preset. Nothing else may slip in. */
describe('fips', () => {
  it('exchanges keys by ML-KEM with NIST curves, ECDH over them, and groups of RFC 3526', () => {
    expect(offered(fips, 'keyExchanges')).toEqual([
      'mlkem768nistp256-sha256',
      'mlkem1024nistp384-sha384',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group14-sha256',
    ])
  })

  it('signs by algorithms of FIPS 186-5', () => {
    const plain = offered(fips, 'publicKeys').filter((name) => !name.includes('-cert-'))
    expect(plain).toEqual([
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
      'sk-ssh-ed25519@openssh.com',
      'sk-ecdsa-sha2-nistp256@openssh.com',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ])
  })

  it('encrypts with AES, and authenticates with GCM or HMAC and SHA-2', () => {
    expect(offered(fips, 'ciphers')).toEqual(['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'])
    expect(offered(fips, 'macs')).toEqual([
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
    ])
  })
})

function certificateOf(name: string): string {
  return name.includes('@') ? name.replace('@', '-cert-v01@') : `${name}-cert-v01@openssh.com`
}

import { AlgorithmRegistry } from '@seashell/core'
import { describe, expect, it } from 'vitest'
import { compatible, modern } from '../src/index.ts'

describe('the presets', () => {
  it('put post-quantum key exchange first', () => {
    for (const preset of [modern, compatible]) {
      const [first] = new AlgorithmRegistry(preset).keyExchanges
      expect(first).toMatchObject({ name: 'mlkem768x25519-sha256', postQuantum: true })
    }
  })

  it('hold nothing insecure', () => {
    for (const preset of [modern, compatible]) expect(preset.filter((definition) => definition.insecure !== undefined)).toEqual([])
  })

  it('modern has ciphers that authenticate, alone', () => {
    const ciphers = modern.filter((definition) => definition.kind === 'cipher')
    expect(ciphers.every((cipher) => cipher.integrity === 'aead')).toBe(true)
    expect(modern.filter((definition) => definition.kind === 'mac')).toEqual([])
  })

  it('compatible begins with modern, so that nobody loses by choosing it', () => {
    expect(compatible.slice(0, modern.length)).toEqual(modern)
  })

  it('compatible offers these names, in this order', () => {
    const algorithms = new AlgorithmRegistry(compatible)
    expect(algorithms.keyExchanges.defaults).toEqual([
      'mlkem768x25519-sha256',
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group14-sha256',
    ])
    expect(algorithms.publicKeys.defaults).toEqual([
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ])
    expect(algorithms.ciphers.defaults).toEqual([
      'chacha20-poly1305@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-gcm@openssh.com',
      'aes256-ctr',
      'aes192-ctr',
      'aes128-ctr',
    ])
    expect(algorithms.macs.defaults).toEqual([
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
    ])
    expect(algorithms.compressions.defaults).toEqual(['none', 'zlib@openssh.com', 'zlib'])
  })
})

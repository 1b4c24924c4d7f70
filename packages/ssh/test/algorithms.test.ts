import { AlgorithmRegistry } from '@seashell/core'
import { compatible } from '@seashell/presets'
import { describe, expect, it } from 'vitest'
import { resolveChoices, SERVER_KEY_EXCHANGES } from '../src/algorithms.ts'
import { defaultAlgorithms } from '../src/index.ts'

const lists = ['ciphers', 'macs', 'keyExchanges', 'publicKeys', 'compressions'] as const

describe('the algorithms where nobody chooses', () => {
  it('are those of the preset compatible, in its order', () => {
    const [ours, preset] = [defaultAlgorithms(), new AlgorithmRegistry(compatible)]
    for (const list of lists) expect(ours[list].names).toEqual(preset[list].names)
  })

  it('are computed by node:crypto in one half where Node 20 has not the other, which is libsodium’s', () => {
    expect(defaultAlgorithms().keyExchanges.get('mlkem768x25519-sha256').provider).toBe('node:crypto, libsodium, noble')
  })

  it('are computed by node:crypto, certificates too, but for what Node 20 has not, or not synchronously, or what WebAssembly does faster', () => {
    const algorithms = defaultAlgorithms()
    const rest = lists.flatMap((list) => [...algorithms[list]].filter(({ provider }) => provider !== 'node:crypto'))
    expect(rest.map(({ name }) => name)).toEqual([
      'none',
      'chacha20-poly1305@openssh.com',
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'none',
      'umac-64-etm@openssh.com',
      'umac-128-etm@openssh.com',
      'umac-64@openssh.com',
      'umac-128@openssh.com',
      'mlkem768x25519-sha256',
      'sntrup761x25519-sha512',
      'sntrup761x25519-sha512@openssh.com',
      'sk-ssh-ed25519-cert-v01@openssh.com',
      'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
      'sk-ssh-ed25519@openssh.com',
      'sk-ecdsa-sha2-nistp256@openssh.com',
      'none',
      'zlib@openssh.com',
    ])
  })
})

describe('what a server offers where nobody chooses', () => {
  const algorithms = defaultAlgorithms()
  const offered = (choices = {}) => resolveChoices(algorithms, choices, { keyExchanges: SERVER_KEY_EXCHANGES })

  it('has no finite-field Diffie-Hellman, and all else', () => {
    const others = algorithms.keyExchanges.names.filter((name) => !name.startsWith('diffie-hellman-'))
    expect(offered()).toEqual({ keyExchanges: others })
    expect(others.at(-1)).toBe('ecdh-sha2-nistp521')
  })

  it('has it when it is asked for, by name', () => {
    const name = 'diffie-hellman-group16-sha512'
    expect(offered({ keyExchanges: `+${name}` }).keyExchanges?.at(-1)).toBe(name)
    expect(offered({ keyExchanges: [name] }).keyExchanges).toEqual([name])
  })

  it('leaves other choices as they are', () => {
    expect(offered({ ciphers: 'aes*-ctr', macs: undefined })).toEqual({
      keyExchanges: offered().keyExchanges,
      ciphers: ['aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
    })
  })
})

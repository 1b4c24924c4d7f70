import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WireWriter } from '@seashell/core/wire'
import { fingerprint, formatKnownHost, formatPublicKey, KnownHosts } from '@seashell/keys'
import { fromHex, seededRandom } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failure } from './fixtures.ts'
import { hasSSHKeygen, Workplace } from './ssh-keygen.ts'

const random = seededRandom('known-hosts')

function blob(keyFormat: string, fill: number): Uint8Array {
  return new WireWriter().writeString(keyFormat).writeString(new Uint8Array(32).fill(fill)).finish()
}

const [first, second, third] = [blob('ssh-ed25519', 1), blob('ssh-ed25519', 2), blob('ssh-ed25519', 3)]
const other = blob('ssh-other', 1)
const [a, b, c, o] = [first, second, third, other].map((key) => formatPublicKey(key)) as [string, string, string, string]

/** The verdict in brief: its status, and the numbers of the lines it names. */
function check(file: string, host: string, port: number, key: Uint8Array): string {
  const verdict = new KnownHosts(file).check(host, port, key)
  if (verdict.status === 'unknown') return verdict.status
  const lines = verdict.status === 'changed' ? verdict.known : [verdict.entry]
  return `${verdict.status} ${lines.map(({ line }) => line).join(' ')}`
}

/** Real keys, for ssh-keygen looks at what it reads. */
function realKeys(workplace: Workplace): readonly [line: string, line: string] {
  return ['ed25519', 'ecdsa'].map((type) => {
    workplace.keygen(['-q', '-t', type, '-N', '', '-C', '', '-f', type])
    return readFileSync(join(workplace.path, `${type}.pub`), 'utf8').trim()
  }) as [string, string]
}

describe('check', () => {
  it('knows a key, another key, and no key', () => {
    const file = `# comment\n\nexample.org ${a}\n`
    expect(check(file, 'example.org', 22, first)).toBe('ok 3')
    expect(check(file, 'example.org', 22, second)).toBe('changed 3')
    expect(check(file, 'example.com', 22, first)).toBe('unknown')
    expect(check('', 'example.org', 22, first)).toBe('unknown')
  })

  it('takes a key of another type for changed, as OpenSSH does', () => {
    expect(check(`example.org ${a}\n`, 'example.org', 22, other)).toBe('changed 1')
  })

  it('takes any of several keys, and names all of them where none is it', () => {
    const file = `h ${a}\nh ${o}\nx ${c}\nh ${b}\n`
    expect(check(file, 'h', 22, second)).toBe('ok 4')
    expect(check(file, 'h', 22, third)).toBe('changed 1 2 4')
  })

  it('compares names and addresses without regard to case', () => {
    const file = `Example.ORG,192.0.2.1,2001:DB8::1 ${a}\n`
    for (const host of ['example.org', 'EXAMPLE.org', '192.0.2.1', '2001:db8::1']) expect(check(file, host, 22, first)).toBe('ok 1')
    expect(check(file, '192.0.2.10', 22, first)).toBe('unknown')
  })

  it('keeps ports apart', () => {
    const file = `[h]:2222,[2001:db8::1]:2222 ${a}\nh ${b}\n[h]:22 ${c}\n`
    expect(check(file, 'h', 2222, first)).toBe('ok 1')
    expect(check(file, '2001:db8::1', 2222, first)).toBe('ok 1')
    expect(check(file, 'h', 22, first)).toBe('changed 2')
    expect(check(file, 'h', 2223, first)).toBe('unknown')
  })

  it('knows wildcards and negated patterns', () => {
    const file = `*.example.org,!bad.example.org,host? ${a}\n`
    for (const host of ['a.example.org', 'a.b.example.org', '.example.org', 'host1']) expect(check(file, host, 22, first)).toBe('ok 1')
    for (const host of ['example.org', 'bad.example.org', 'BAD.example.org', 'host', 'host12', 'a.example.orgx']) {
      expect(check(file, host, 22, first)).toBe('unknown')
    }
    expect(check(`!h,* ${a}\n`, 'h', 22, first)).toBe('unknown')
    expect(check(`*,!h ${a}\n`, 'h', 22, first)).toBe('unknown')
    expect(check(`!h ${a}\n`, 'x', 22, first)).toBe('unknown')
    expect(check(`* ${a}\n`, 'x', 2222, first)).toBe('ok 1')
    expect(check(`h*h*h ${a}\n`, 'hhxhxxh', 22, first)).toBe('ok 1')
    expect(check(`host*,x** ${a}\n`, 'host', 22, first)).toBe('ok 1')
    expect(check(`host*,x** ${a}\n`, 'x', 22, first)).toBe('ok 1')
    expect(check(`** ${a}\n`, 'x', 22, first)).toBe('ok 1')
    expect(check(`h.x ${a}\n`, 'hax', 22, first)).toBe('unknown')
  })

  it('matches hostile patterns in reasonable time', () => {
    const host = 'a'.repeat(10_000)
    expect(check(`${'a*'.repeat(5000)}b ${a}\n`, host, 22, first)).toBe('unknown')
  })

  it('puts a revoked key before everything else', () => {
    const file = `h ${a}\n@revoked * ${a}\n@revoked x ${b}\n`
    expect(check(file, 'h', 22, first)).toBe('revoked 2')
    expect(check(file, 'unheard-of', 22, first)).toBe('revoked 2')
    expect(check(file, 'h', 22, second)).toBe('changed 1')
    expect(check(file, 'new', 22, second)).toBe('unknown')
  })

  it('takes no certificate authority for a host key', () => {
    const file = `@cert-authority *.example.org ${a}\n`
    expect(check(file, 'h.example.org', 22, first)).toBe('unknown')
    expect(check(file, 'h.example.org', 22, second)).toBe('unknown')
    expect(new KnownHosts(file).find('h.example.org', 22)).toMatchObject([{ line: 1, marker: 'cert-authority', publicKey: first }])
  })

  it('knows hashed names: the example of an independent HMAC-SHA1', async () => {
    const { createHmac } = await import('node:crypto')
    const salt = Buffer.alloc(20, 7)
    const line = (name: string) => `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')} ${a}\n`
    expect(check(line('example.org'), 'Example.org', 22, first)).toBe('ok 1')
    expect(check(line('[example.org]:2222'), 'example.org', 2222, first)).toBe('ok 1')
    expect(check(line('example.org'), 'example.com', 22, first)).toBe('unknown')
  })

  it('refuses ports that are none', async () => {
    for (const port of [0, -1, 65_536, 22.5, Number.NaN]) {
      expect(await failure(() => new KnownHosts().check('h', port, first))).toMatch(/^ARGUMENT caller/)
    }
  })
})

describe('keyFormats', () => {
  it('are those of the known keys, each once, in the order of the file', () => {
    const knownHosts = new KnownHosts(`h ${o}\nh ${a}\nh ${b}\n@revoked h ${c}\n@cert-authority h ${c}\nx ${c}\n`)
    expect(knownHosts.keyFormats('h', 22)).toEqual(['ssh-other', 'ssh-ed25519'])
    expect(knownHosts.keyFormats('y', 22)).toEqual([])
  })
})

describe('lines that cannot be read', () => {
  it('are reported by number, kept, and lose no other', () => {
    const wrong = [
      'nonsense',
      'h ssh-ed25519',
      `h ssh-ed25519 AAAA*`,
      `h ssh-rsa ${a.split(' ')[1]}`,
      `@unknown h ${a}`,
      `@revoked @revoked h ${a}`,
      'h 2048 65537 1234567890',
      `|1|AAAA|AAAA ${a}`,
      `|2|x|y ${a}`,
      `|1|x ${a}`,
      `@revoked ${a}`,
      `h\0 AAAA`,
    ]
    const file = Buffer.from(`${wrong.join('\n')}\nh ${a} comment\r\n`)
    const knownHosts = new KnownHosts(file)
    expect(knownHosts.problems.map(({ line }) => line)).toEqual(wrong.map((_, index) => index + 1))
    for (const { line, error } of knownHosts.problems) {
      expect([error.code, error.fault]).toEqual(['KEY', 'caller'])
      expect(error.message.startsWith(`line ${line}: expected `)).toBe(true)
    }
    expect(knownHosts.entries).toEqual([
      { line: wrong.length + 1, hosts: 'h', keyFormat: 'ssh-ed25519', publicKey: first, comment: 'comment' },
    ])
    expect(knownHosts.toString()).toBe(file.toString())
  })

  it('may be anything', () => {
    const piece = fc.constantFrom(a, 'h ', '@revoked ', '|1|', '|', '=', ' ', '\n', '*', '!', ',', '\0', '#', '[h]:1', '\r')
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        const knownHosts = new KnownHosts(pieces.join(''))
        knownHosts.check('h', 22, first)
        expect(knownHosts.toString()).toBe(pieces.join(''))
      }),
    )
  })
})

describe('add', () => {
  it('gives the line to append, and knows it from then on', () => {
    const knownHosts = new KnownHosts(`x ${b}`)
    expect(knownHosts.add('Example.org', 22, first, { comment: 'me' })).toBe(`\nexample.org ${a} me\n`)
    expect(knownHosts.add('example.org', 2222, second)).toBe(`[example.org]:2222 ${b}\n`)
    expect(knownHosts.toString()).toBe(`x ${b}\nexample.org ${a} me\n[example.org]:2222 ${b}\n`)
    expect(knownHosts.check('example.org', 22, first)).toMatchObject({ status: 'ok', entry: { line: 2, comment: 'me' } })
    expect(knownHosts.check('example.org', 2222, second)).toMatchObject({ status: 'ok', entry: { line: 3 } })
    expect(new KnownHosts(knownHosts.toString()).entries).toEqual(knownHosts.entries)
    expect(new KnownHosts().add('h', 22, first)).toBe(`h ${a}\n`)
  })

  it('hides the name where that is asked for', () => {
    const knownHosts = new KnownHosts()
    const line = knownHosts.add('secret.example', 2222, first, { hash: true, random })
    expect(line).toMatch(/^\|1\|[A-Za-z0-9+/]{27}=\|[A-Za-z0-9+/]{27}= ssh-ed25519 /)
    expect(new KnownHosts(line).check('secret.example', 2222, first).status).toBe('ok')
    expect(new KnownHosts(line).check('secret.example', 22, first).status).toBe('unknown')
    expect(knownHosts.add('secret.example', 2222, first, { hash: true })).not.toBe(line)
  })

  it('refuses hosts that would read as something else', async () => {
    for (const host of ['', '*', 'a*', 'a?', '!a', 'a,b', 'a b', 'a\nb', '|1|a', '@revoked', '#a', '[a]:22', 'a\0']) {
      expect(await failure(() => formatKnownHost(host, 22, first)), host).toMatch(/^ARGUMENT caller/)
    }
    expect(await failure(() => formatKnownHost('h', 22, first, { comment: 'x\ny' }))).toMatch(/^ARGUMENT caller/)
    expect(await failure(() => formatKnownHost('h', 22, fromHex('00')))).toMatch(/^KEY caller/)
  })

  it('writes what it reads, whatever host, port and key', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
        fc.integer({ min: 1, max: 65_535 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.boolean(),
        (host, port, rest, hash) => {
          const key = new WireWriter().writeString('ssh-any').writeBytes(rest).finish()
          const knownHosts = new KnownHosts(`${formatKnownHost(host, port, key, { hash })}\n`)
          expect(knownHosts.problems).toEqual([])
          expect(knownHosts.check(host.toUpperCase(), port, key).status).toBe('ok')
        },
      ),
    )
  })
})

describe.runIf(hasSSHKeygen)('with ssh-keygen on the other side', () => {
  it('reads the names that it hashed', () => {
    using workplace = new Workplace()
    const [ed25519, ecdsa] = realKeys(workplace)
    workplace.write('hosts', `example.org,192.0.2.1 ${ed25519}\n[example.org]:2222 ${ecdsa}\n`)
    workplace.keygen(['-H', '-f', 'hosts'])
    const hashed = readFileSync(join(workplace.path, 'hosts'), 'utf8')
    expect(hashed).not.toContain('example')
    const knownHosts = new KnownHosts(hashed)
    expect(knownHosts.problems).toEqual([])
    expect(knownHosts.keyFormats('example.org', 22)).toEqual(['ssh-ed25519'])
    expect(knownHosts.keyFormats('192.0.2.1', 22)).toEqual(['ssh-ed25519'])
    expect(knownHosts.keyFormats('EXAMPLE.org', 2222)).toEqual(['ecdsa-sha2-nistp256'])
    expect(knownHosts.keyFormats('example.com', 22)).toEqual([])
  })

  it('finds the names that it finds, in lines of ours', () => {
    using workplace = new Workplace()
    const [ed25519, ecdsa] = realKeys(workplace)
    const knownHosts = new KnownHosts(`*.example.org,!no.example.org,host? ${ecdsa}\n@revoked * ${ecdsa}\n`)
    const key = new KnownHosts(`h ${ed25519}\n`).entries[0]!.publicKey
    knownHosts.add('plain.example', 22, key)
    knownHosts.add('Plain.example', 2222, key)
    knownHosts.add('hashed.example', 22, key, { hash: true })
    knownHosts.add('hashed.example', 2222, key, { hash: true })
    knownHosts.add('2001:db8::1', 22, key)
    workplace.write('hosts', knownHosts.toString())
    const hosts: readonly (readonly [host: string, port: number])[] = [
      ...(['plain.example', 'PLAIN.example', 'hashed.example', '2001:db8::1', 'nobody.example'] as const).flatMap(
        (host) =>
          [
            [host, 22],
            [host, 2222],
            [host, 2223],
          ] as const,
      ),
      ...(['a.example.org', 'no.example.org', 'example.org', 'host1', 'host12'] as const).map((host) => [host, 22] as const),
    ]
    for (const [host, port] of hosts) {
      const { output } = workplace.keygen(['-F', port === 22 ? host : `[${host}]:${port}`, '-f', 'hosts'])
      const lines = [...output.matchAll(/found: line (\d+)/g)].map(([, line]) => Number(line))
      expect(
        knownHosts.find(host, port).map(({ line }) => line),
        `${host}:${port}`,
      ).toEqual(lines)
    }
  })

  it('shows the fingerprints that it shows', () => {
    using workplace = new Workplace()
    const [ed25519, ecdsa] = realKeys(workplace)
    workplace.write('hosts', `a ${ed25519}\nb ${ecdsa}\n`)
    const shown = workplace.keygen(['-l', '-f', 'hosts']).output.match(/SHA256:\S+/g)
    const { entries } = new KnownHosts(readFileSync(join(workplace.path, 'hosts')))
    expect(entries.map(({ publicKey }) => fingerprint(publicKey))).toEqual(shown)
  })
})

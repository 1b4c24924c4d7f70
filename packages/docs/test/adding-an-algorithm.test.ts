import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatPrivateKey, generatePrivateKey, KnownHosts } from '@seashell/keys'
import { createServer, type SSHServer } from '@seashell/ssh'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { algorithms, run } from './adding/app.ts'
import { chacha20Poly1305Ietf } from './adding/src/chacha20-poly1305.ts'
import { schnorrSecp256k1 } from './adding/src/schnorr.ts'
import { x25519ServerFirst } from './adding/src/server-first.ts'

const folder = fileURLToPath(new URL('adding/', import.meta.url))
const guide = readFileSync(new URL('../../../docs/adding-an-algorithm.md', import.meta.url), 'utf8')

/** The guide's code blocks that say which file they are. */
const blocks = new Map(
  [...guide.matchAll(/^```(?:ts|json)\n(?:\/\/ (\S+\.ts)\n)?([^]*?)^```$/gm)].map(([, file = 'package.json', text]) => [file, text!]),
)

describe('the guide to adding an algorithm', () => {
  it('has each file of the package that is tested here, as it is here, and no other', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    expect([...blocks.keys()].filter((name) => name.endsWith('.ts')).toSorted()).toEqual(files.toSorted())
    for (const file of files) expect(`// ${file}\n${blocks.get(file)}`).toBe(readFileSync(join(folder, file), 'utf8'))
  })

  it('has a package.json that leads to nothing of ours at run time but core', () => {
    const manifest = JSON.parse(blocks.get('package.json')!) as { dependencies: object; sideEffects: boolean; type: string }
    expect(Object.keys(manifest.dependencies).filter((name) => name.startsWith('@seashell/'))).toEqual(['@seashell/core'])
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false })
  })
})

describe('the algorithms of the guide, between our client and our server', () => {
  let server: SSHServer
  const knownHosts = new KnownHosts()
  let port: number

  beforeAll(async () => {
    const hostKey = await generatePrivateKey(schnorrSecp256k1)
    server = await createServer({
      algorithms,
      hostKeys: [await formatPrivateKey(hostKey)],
      auth: { password: ({ password }) => password === 'correct horse' },
      onSession: (session) => ({
        async exec(command) {
          await session.write(`ran ${command}`)
          return 0
        },
      }),
    })
    ;({ port } = await server.listen())
    knownHosts.add('127.0.0.1', port, hostKey.publicKey)
  })
  afterAll(() => server.close())

  it('are what they agree on: a key encapsulation, a host key, a cipher with a MAC, a compression', async () => {
    const { output, negotiated } = await run('uname', '127.0.0.1', port, knownHosts)
    expect(output).toBe('ran uname')
    const direction = { cipher: { name: 'chacha20@example.org' }, mac: { name: 'kmac256-etm@example.org' } }
    const compression = { name: 'deflate-packets@example.org' }
    expect(negotiated).toMatchObject({
      keyExchange: { name: 'ecdh-brainpoolp256r1@example.org' },
      publicKey: { name: 'schnorr-secp256k1@example.org' },
      clientToServer: { ...direction, compression },
      serverToClient: { ...direction, compression },
    })
  })

  it('are what they agree on: a scripted key exchange, an AEAD', async () => {
    const choices = { keyExchanges: [x25519ServerFirst.name], ciphers: [chacha20Poly1305Ietf.name] }
    const { output, negotiated } = await run('date', '127.0.0.1', port, knownHosts, choices)
    expect(output).toBe('ran date')
    const direction = { cipher: { name: 'chacha20-poly1305-ietf@example.org' } }
    expect(negotiated).toMatchObject({
      keyExchange: { name: 'x25519-server-first@example.org' },
      clientToServer: direction,
      serverToClient: direction,
    })
  })
})

describe('the kit under node:test', () => {
  const output = mkdtempSync(join(tmpdir(), 'seashell-node-test-'))
  afterAll(() => rmSync(output, { recursive: true }))

  /** What `node --test` says of a file of the guide, bundled, so that nothing has to be built first. */
  async function nodeTest(contents: string) {
    const outfile = join(output, 'kmac256.node-test.mjs')
    const stdin = { contents, resolveDir: join(folder, 'test'), loader: 'ts' } as const
    await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', conditions: ['@seashell/source'], logLevel: 'silent' })
    // A test runner that finds itself below another reports to that one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    return spawnSync(process.execPath, ['--test', '--test-reporter=tap', outfile], { encoding: 'utf8', timeout: 20_000, env })
  }

  const file = readFileSync(join(folder, 'test/kmac256.node-test.ts'), 'utf8')

  it('has a test for each check, all of them green', async () => {
    const { status, stdout } = await nodeTest(file)
    expect(stdout).toContain('# Subtest: is not verified: the known answers are in kmac256.test.ts')
    expect(stdout).toMatch(/^# pass 16$/m)
    expect(status).toBe(0)
  })

  it('fails where nothing is said of what the algorithm is held against', async () => {
    const { status, stdout } = await nodeTest(file.replace(/\{ unverified: .* \}/, '{}'))
    expect(stdout).toContain('not ok 2 - is held against known answers or a second implementation')
    expect(stdout).toContain('or `unverified` with the reason why there are none; found nothing of the three')
    expect(stdout).toMatch(/^# fail 1$/m)
    expect(status).toBe(1)
  })
})

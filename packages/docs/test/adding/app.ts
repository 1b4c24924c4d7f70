// app.ts
import type { KnownHosts } from '@seashell/keys'
import { type AlgorithmChoices, connect, defaultAlgorithms } from '@seashell/ssh'
import { ecdhBrainpoolP256r1 } from './src/brainpool.ts'
import { chacha20Poly1305Ietf } from './src/chacha20-poly1305.ts'
import { chacha20 } from './src/chacha20.ts'
import { deflatePackets } from './src/deflate-packets.ts'
import { kmac256 } from './src/kmac256.ts'
import { schnorrSecp256k1 } from './src/schnorr.ts'
import { x25519ServerFirst } from './src/server-first.ts'

/** What we use everywhere, ours first; then two more, for those who ask for them by name. */
export const algorithms = defaultAlgorithms()
  .use([chacha20Poly1305Ietf, kmac256, ecdhBrainpoolP256r1, schnorrSecp256k1], { first: true })
  .use(chacha20, { after: 'chacha20-poly1305@openssh.com' })
  .use([x25519ServerFirst, deflatePackets])

/** Runs a command. The syntax of choices is OpenSSH's: `^` puts a name in front of all others, for this connection. */
export async function run(command: string, host: string, port: number, knownHosts: KnownHosts, choices?: AlgorithmChoices) {
  await using client = await connect({
    host,
    port,
    user: 'alice',
    password: 'correct horse',
    knownHosts,
    algorithms,
    choices: { ciphers: `^${chacha20.name}`, compressions: `^${deflatePackets.name}`, ...choices },
  })
  const session = await client.exec(command)
  const { stdout } = await session.output()
  return { output: new TextDecoder().decode(stdout), negotiated: client.describe().negotiated }
}

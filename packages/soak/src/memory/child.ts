// The process whose memory is measured: a server, asked by messages from its parent.
import { createSigner, generatePrivateKey } from '@seashell/keys'
import { createServer, defaultAlgorithms, type SSHServer } from '@seashell/ssh'
import type { Question, Told } from './contract.ts'
import { drip } from './drip.ts'
import { memory } from './reading.ts'

const { publicKeys } = defaultAlgorithms()
const hostKey = createSigner(await generatePrivateKey(publicKeys.get('ssh-ed25519')), publicKeys)
const ended: string[] = []
const server: SSHServer = await createServer({
  hostKeys: [hostKey],
  maxStartups: 2000,
  limits: { queuedLength: 8_388_608 },
  auth: { password: () => true },
  onEvent: (event) => void (event.type === 'ended' && ended.push(event.error?.message ?? '')),
  onSession: (session) => ({
    async exec(command) {
      // 'listen' reads nothing, for ever.
      if (command === 'talk') for (;;) await session.write(new Uint8Array(65_536))
      await session.closed.catch(() => {})
      return 0
    },
  }),
})
const { port } = await server.listen()

async function answer(question: Question): Promise<Told> {
  if (question.ask === 'drip') return { drip: await drip(question.count, Buffer.from(question.beginning), Buffer.from(question.rest)) }
  return { memory: { ...memory(), connections: [...server.connections].length, ended: ended.splice(0) } }
}

process.on('message', (question: Question) => void answer(question).then((told) => process.send?.(told)))
process.send?.({ port } satisfies Told)

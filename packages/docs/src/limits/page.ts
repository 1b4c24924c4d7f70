import { clientLimits, type Limits, serverLimits } from '@seashell/core'
import { membersOf } from './members.ts'
import { fixedProofs, otherProofs, type Proof, transportProofs } from './proofs.ts'

const INTRODUCTION = `# Limits

Written by \`pnpm docs-write\` out of the code. Do not edit: a test fails where this page says anything else, or where a limit has no test of what is
within it and of what is beyond. Lengths are bytes, times milliseconds; \`Infinity\` lifts a limit.
`

const TRANSPORT = `## Of a transport

The option \`limits\` of every transport, of \`connect()\` and of \`createServer()\` sets them one by one. Passing one ends the connection with SSHError
\`LIMIT\`, \`TIMEOUT\` for times, \`COMPRESSION\` for \`inflatedLength\`, unless said otherwise. What a client waits for itself does not
count towards its times: a person who is asked about a host key or for a password, an agent that signs. \`timeout\` of \`connect()\` counts all of it.
`

const OTHERS = `## Of channels and servers
`

const FIXED = `## Of the protocol

Nobody sets these.
`

const UNLIMITED = `## What has no limit of its own, and why

- **IGNORE, DEBUG, UNIMPLEMENTED** count as packets and bytes before authentication. Afterwards they are traffic like any other, and may be wanted
  against those who count packets: each is opened, looked at and forgotten, so it costs the peer as much as us, and no memory. Its bytes bring the
  next key exchange nearer, which a peer pays for too.
- **PING, requests and channels that are refused** are answered at once. Answers that the peer does not read are bytes that wait: \`queuedLength\`.
- **Re-exchanges that traffic explains**, one for each 32 KiB, however fast: whoever sets a small rekey limit shall have it. OpenSSH limits none.
- **Data of a channel** is held back by its window. What the application does not read stays within it, and all windows of a connection within
  \`unreadLength\` and 32 KiB for each. What is unread when both sides have closed a channel stays to be read by whoever keeps it,
  and counts until then; while it takes all of that, the peer opens no further channels.
- **Connections of users who are authenticated**: as many as the system has sockets for. They are users.

## What that makes of memory

A connection holds at most, beside what the application itself keeps:

| when | what |
|---|---|
| before authentication | \`packetLength\` twice over and \`heldLength\` of input; answers to \`unauthenticatedLength\` of it |
| afterwards | the same input; \`queuedLength\` of output, thrice while the batch that waits doubles; what came on open channels or may still come and nobody has read, which is at most \`unreadLength\` and 32 KiB for each of \`channels\`: 96 MiB where nothing is set; \`pendingRequests\` of up to \`packetLength\` each, where handlers do not finish |

\`packages/soak/test/memory.test.ts\` measures it, in a process of its own: a peer that never reads, one that never stops sending, one that sends a byte
a second, and a thousand that say nothing.
`

/** docs/limits.md, whole. */
export function limitsPage(): string {
  return [INTRODUCTION, TRANSPORT, transportTable(), OTHERS, otherTable(), FIXED, fixedTable(), UNLIMITED].join('\n')
}

/** Every test that the page names. */
export function allProofs(): readonly Proof[] {
  return [...Object.values(transportProofs), ...otherProofs.map(([, , , proof]) => proof), ...fixedProofs.map(([, proof]) => proof)]
}

function transportTable(): string {
  const sentences = membersOf('core/src/transport/limits.ts', 'Limits')
  const names = Object.keys(serverLimits) as (keyof Limits)[]
  return table(
    ['limit', 'server', 'client', 'of what', 'shown by'],
    names.map((name) => [
      `\`${name}\``,
      figure(serverLimits[name]),
      figure(clientLimits[name]),
      sentence(sentences, name),
      proofText(transportProofs[name]),
    ]),
  )
}

function otherTable(): string {
  return table(
    ['option', 'of', 'what', 'shown by'],
    otherProofs.map(([path, owner, member, proof]) => [
      `\`${member}\``,
      `\`${owner}\` in ${path.split('/')[0]}`,
      sentence(membersOf(path, owner), member),
      proofText(proof),
    ]),
  )
}

function fixedTable(): string {
  return table(
    ['what', 'shown by'],
    fixedProofs.map(([what, proof]) => [what, proofText(proof)]),
  )
}

function sentence(sentences: ReadonlyMap<string, string>, name: string): string {
  const found = sentences.get(name)
  if (found === undefined) throw new Error(`${name} has no doc comment`)
  return found
}

function proofText({ file, within, beyond }: Proof): string {
  return [`${file}:`, ...new Set([within, beyond].map((title) => `“${title}”`))].join(' ')
}

function figure(value: number): string {
  return value === Number.POSITIVE_INFINITY ? 'Infinity' : value.toLocaleString('en')
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[titles, titles.map(() => '---'), ...rows].map(tableLine).join('\n')}\n`
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

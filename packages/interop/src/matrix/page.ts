import { type Cell, cellsOf, ourNames } from './cells.ts'
import { type MatrixKind, matrixKinds, type PeerRole, usual } from './choice.ts'
import { aeads, macCiphers, type Pair, pairsWith } from './grid.ts'
import type { MatrixPeer } from './peer.ts'
import { notOurs } from './reasons.ts'

/** How the sessions of a run went: whether each passed. */
export class Outcomes {
  readonly #passed = new Map<string, boolean>()

  /** Runs a session and keeps how it went; what it throws it throws on. */
  async keep(what: string, session: () => Promise<void>): Promise<void> {
    this.#passed.set(what, false)
    await session()
    this.#passed.set(what, true)
  }

  /**
   * Whether a session passed.
   *
   * @throws Error where it was not run
   */
  passed(what: string): boolean {
    const passed = this.#passed.get(what)
    if (passed === undefined) throw new Error(`not run: ${what}. The page wants a whole run, of all tests of its file`)
    return passed
  }
}

/** The name of a session with a peer about one algorithm. */
export function sessionName(peer: MatrixPeer, { kind, name, role }: Omit<Cell, 'reason'>): string {
  return `${peer.name} as ${role}: ${kind} ${name}`
}

/** The name of a session with a cipher and a MAC: with a peer, or of ours with ours. */
export function pairName({ cipher, MAC }: Pair, peer?: MatrixPeer, role?: PeerRole): string {
  const who = peer === undefined ? 'our client and our server' : `${peer.name} as ${role}`
  return `${who}: ${cipher} with ${MAC ?? 'no MAC'}`
}

/**
 * The page of a whole run: the same text from every run in which the same happened.
 *
 * @param gridPeer which of the peers was tried with pairs of ciphers and MACs
 */
export function renderPage(peers: readonly MatrixPeer[], gridPeer: MatrixPeer, outcomes: Outcomes): string {
  return [
    introduction(peers),
    ...matrixKinds.map((kind) => tableOf(kind, peers, outcomes)),
    gridOf(gridPeer, outcomes),
    aeadsOf(outcomes),
    '',
  ].join('\n\n')
}

function introduction(peers: readonly MatrixPeer[]): string {
  return `# Interoperability

Written by \`packages/interop/test/matrix.test.ts\`, out of what it found with ${peers.map(({ name }) => name).join(', ')}. Do not edit: a
run that finds anything else fails in CI.

A ✓ is a session of its own, in which this algorithm was all that our side offered of its kind: key exchange, login with a public key, a
command that sends back 100 000 bytes, new keys in the middle of them, exit status. Our side then says what each direction agreed on.
\`server\` and \`client\` are the peer's role; ours is the other.

- \`–\`: the peer does not have it, as it says itself (\`ssh -Q\`, Conch's \`supported…\`)
- a number: the peer has it, and the note below the table says why it is not tried
- ✗: it failed`
}

function tableOf(kind: MatrixKind, peers: readonly MatrixPeer[], outcomes: Outcomes): string {
  const notes: string[] = []
  const note = (reason: string): string => {
    if (!notes.includes(reason)) notes.push(reason)
    return String(notes.indexOf(reason) + 1)
  }
  const theirs = [...new Set(peers.flatMap(({ names }) => names[kind]))].filter((name) => !ourNames[kind].includes(name))
  const columns = peers.flatMap((peer) => [{ peer, role: 'server' } as const, { peer, role: 'client' } as const])
  const rows = [...ourNames[kind], ...theirs].map((name) =>
    [`\`${name}\``].concat(columns.map(({ peer, role }) => cellText({ kind, name, role }, peer, outcomes, note))),
  )
  const head = columns.map(({ peer, role }) => (role === 'server' ? `${peer.name} server` : role))
  const legend = notes.map((text, index) => `${index + 1}. ${text}`).join('\n')
  return [`## ${headings[kind]}`, table(['', ...head], rows), legend].filter((part) => part !== '').join('\n\n')
}

const headings: Readonly<Record<MatrixKind, string>> = {
  'key exchange': 'Key exchange',
  'host key': 'Host keys',
  'user key': 'User keys',
  cipher: 'Ciphers',
  MAC: 'MACs',
  compression: 'Compression',
}

function cellText(
  { kind, name, role }: Omit<Cell, 'reason'>,
  peer: MatrixPeer,
  outcomes: Outcomes,
  note: (reason: string) => string,
): string {
  if (!peer.names[kind].includes(name)) return '–'
  const cell = cellsOf(peer).find((each) => each.kind === kind && each.name === name && each.role === role)
  if (cell === undefined) return note(`not ours: ${notOurs[name] ?? 'nobody has said why'}`)
  return cell.reason === undefined ? mark(outcomes.passed(sessionName(peer, cell))) : note(cell.reason)
}

function gridOf(peer: MatrixPeer, outcomes: Outcomes): string {
  const textOf = (pair: Required<Pair>): string => [mark(outcomes.passed(pairName(pair))), ...rolesOf(pair, peer, outcomes)].join(' ')
  const rows = ourNames.MAC.map((MAC) => [`\`${MAC}\``].concat(macCiphers.map((cipher) => textOf({ cipher, MAC }))))
  return `## Every cipher with every MAC

✓ is a session of our client with our server, the one portable, the other on \`node:crypto\` where Node has the algorithm; \`s\` is another
with ${peer.name} as server, \`c\` as client.

${table(['', ...macCiphers], rows)}`
}

/** In which roles a peer was tried with a pair: in both where one of the two is the usual, since the tables above have that session. */
function rolesOf(pair: Required<Pair>, peer: MatrixPeer, outcomes: Outcomes): readonly string[] {
  const cell = pairsWith(peer).find(({ cipher, MAC }) => cipher === pair.cipher && MAC === pair.MAC)
  if (cell !== undefined) return [roleMark(cell.role, outcomes.passed(pairName(pair, peer, cell.role)))]
  const [kind, name] = pair.cipher === usual.cipher ? (['MAC', pair.MAC] as const) : (['cipher', pair.cipher] as const)
  if (pair.cipher !== usual.cipher && pair.MAC !== usual.MAC) return []
  const cells = cellsOf(peer).filter((each) => each.kind === kind && each.name === name)
  return cells.map((each) => roleMark(each.role, outcomes.passed(sessionName(peer, each))))
}

function aeadsOf(outcomes: Outcomes): string {
  const passed = aeads.map((cipher) => [`\`${cipher}\``, mark(outcomes.passed(pairName({ cipher })))])
  return `Those that want no MAC:

${table(['', 'our client and our server'], passed)}`
}

function roleMark(role: PeerRole, passed: boolean): string {
  return passed ? role.charAt(0) : `✗ ${role.charAt(0)}`
}

function mark(passed: boolean): string {
  return passed ? '✓' : '✗'
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableRow(head), `|${'---|'.repeat(head.length)}`, ...rows.map(tableRow)].join('\n')
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

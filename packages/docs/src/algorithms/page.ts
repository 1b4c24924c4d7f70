import { aesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'
import { chacha20Poly1305Wasm } from '@seashell/cipher-chacha20-poly1305-wasm'
import type { AlgorithmDefinition, AlgorithmKind } from '@seashell/core'
import { nodeCrypto } from '@seashell/node'
import { compatible, fips, legacy, modern } from '@seashell/presets'
import { type OurAlgorithm, ourAlgorithms } from './families.ts'
import { sinceOpenSSH } from './openssh.ts'
import { leftOut, peerNames } from './peers.ts'

/** A column of a table: its title, and what it says of an algorithm. */
type Column = readonly [title: string, cell: (algorithm: OurAlgorithm) => string]

const presets = { modern, compatible, fips, legacy }

/** Signature algorithms that withstand a quantum computer, as far as anyone knows; of a key exchange its definition says so itself. */
const postQuantumKeyFormats: ReadonlySet<string> = new Set(['ssh-mldsa44-ed25519@openssh.com', 'ssh-mldsa44-ed25519-cert-v01@openssh.com'])

const name: Column = ['name', ({ definition }) => `\`${definition.name}\``]
const common: readonly Column[] = [
  ['package', ({ family, symbol }) => `${family}: ${symbol.includes(' ') ? symbol : `\`${symbol}\``}`],
  ['computed by', ({ definition }) => providersOf(definition)],
  ['OpenSSH', ({ definition }) => sinceOpenSSH[definition.name] ?? 'never'],
  ['presets', ({ definition }) => presetsOf(definition)],
  ['insecure, because', ({ definition }) => definition.insecure ?? ''],
]

/** The ciphers that are in WebAssembly too. */
const wasm: readonly AlgorithmDefinition[] = [chacha20Poly1305Wasm, ...aesGcmWasm]

const tables: readonly { readonly kind: AlgorithmKind; readonly title: string; readonly columns: readonly Column[] }[] = [
  {
    kind: 'key-exchange',
    title: 'Key exchange',
    columns: [
      ['post-quantum', postQuantum],
      ['messages', messages],
    ],
  },
  {
    kind: 'public-key',
    title: 'Keys and signatures',
    columns: [
      ['post-quantum', postQuantum],
      ['key format', keyFormat],
    ],
  },
  {
    kind: 'cipher',
    title: 'Ciphers',
    columns: [
      ['key', keyLength],
      ['tag', tagLength],
    ],
  },
  {
    kind: 'mac',
    title: 'MACs',
    columns: [
      ['key', keyLength],
      ['tag', tagLength],
      ['covers', covers],
    ],
  },
  { kind: 'compression', title: 'Compression', columns: [['begins', begins]] },
]

const INTRODUCTION = `# Algorithms

Written by \`pnpm docs-write\` out of the definitions themselves. Do not edit: a test fails where this page says anything else than they do.

Every name that OpenSSH 10.5, Twisted Conch 24.10, ssh2 1.17, dev-tunnels-ssh 3.12, asyncssh 2.24, x/crypto/ssh 0.55 or russh 0.63 can negotiate is
here, or below among those left out. Which of them were tried with whom is in [interop.md](interop.md).

- **package**: \`@seashell/…\`, and what to import from it
- **computed by**: where the portable primitive comes from; then \`node:crypto\` where \`@seashell/node\` overrides it, in
  certificates too, and \`wasm\` for the ciphers that are in WebAssembly too, as \`@seashell/ssh\` has them
- **OpenSSH**: since which it has the name, and whether it still offers it unasked
- **presets**: those of \`@seashell/presets\` that register it; \`legacy\` registers all of \`compatible\` too
- **insecure**: in no list that is offered unasked; used only when it is named

Lengths are bytes.
`

/** docs/algorithms.md, whole. */
export function algorithmsPage(): string {
  const ours = ourAlgorithms()
  const sections = tables.map(({ kind, title, columns }) => {
    const rows = ours.filter(({ definition }) => definition.kind === kind)
    return `## ${title}\n\n${table([name, ...columns, ...common], rows)}`
  })
  return [INTRODUCTION, ...sections, leftOutSection()].join('\n')
}

/** Peers' names that are neither ours nor left out with a reason; there are none. */
export function unexplainedNames(): readonly string[] {
  return peerNamesWithKind()
    .filter(([kind, peerName]) => !isOurs(kind, peerName) && reasonsFor(kind, peerName).length !== 1)
    .map(describeName)
}

/** Names that are ours and left out at once; there are none. */
export function contradictedNames(): readonly string[] {
  return peerNamesWithKind()
    .filter(([kind, peerName]) => isOurs(kind, peerName) && reasonsFor(kind, peerName).length > 0)
    .map(describeName)
}

/** Names that are said to be in OpenSSH and are not ours, or reasons that are about no peer's name; there are none. */
export function staleData(): readonly string[] {
  const names = new Set(ourAlgorithms().map(({ definition }) => definition.name))
  const peers = peerNamesWithKind()
  const unused = leftOut.filter((entry) => !peers.some(([kind, peerName]) => reasonsFor(kind, peerName).includes(entry)))
  return [...Object.keys(sinceOpenSSH).filter((known) => !names.has(known)), ...unused.map(({ shown }) => shown)]
}

function peerNamesWithKind(): readonly (readonly [AlgorithmKind, string])[] {
  return tables.flatMap(({ kind }) => peerNames[kind].map((peerName) => [kind, peerName] as const))
}

function isOurs(kind: AlgorithmKind, peerName: string): boolean {
  return ourAlgorithms().some(({ definition }) => definition.kind === kind && definition.name === peerName)
}

function reasonsFor(kind: AlgorithmKind, peerName: string): typeof leftOut {
  return leftOut.filter((entry) => entry.names.test(peerName) && (entry.kind ?? kind) === kind)
}

function describeName([kind, peerName]: readonly [AlgorithmKind, string]): string {
  return `${kind} ${peerName}`
}

function leftOutSection(): string {
  const rows = leftOut.map(({ shown, reason }) => `| ${shown} | ${reason} |`)
  return `## Left out\n\n${['| name | why |', '|---|---|', ...rows].join('\n')}\n`
}

function table(columns: readonly Column[], rows: readonly OurAlgorithm[]): string {
  const lines = [columns.map(([title]) => title), columns.map(() => '---'), ...rows.map((row) => columns.map(([, cell]) => cell(row)))]
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}

function providersOf(definition: AlgorithmDefinition): string {
  const plain = definition.name.replace(/-cert-v01(?:@openssh\.com$)?/, '')
  const isOverridden = (pack: readonly AlgorithmDefinition[]): boolean =>
    pack.some(({ kind, name: theirs }) => kind === definition.kind && (theirs === definition.name || theirs === plain))
  const others = [...(isOverridden(nodeCrypto) ? ['node:crypto'] : []), ...(isOverridden(wasm) ? ['wasm'] : [])]
  return [definition.provider, ...others].join('; ')
}

function presetsOf(definition: AlgorithmDefinition): string {
  const has = (preset: readonly AlgorithmDefinition[]): boolean =>
    preset.some((one) => one.kind === definition.kind && one.name === definition.name)
  const holding = Object.entries(presets).flatMap(([title, preset]) => (has(preset) ? [title] : []))
  return holding.filter((title) => title !== 'legacy' || !holding.includes('compatible')).join(', ')
}

function postQuantum({ definition }: OurAlgorithm): string {
  const isSo = definition.kind === 'key-exchange' ? definition.postQuantum : postQuantumKeyFormats.has(definition.name)
  return isSo ? 'yes' : ''
}

function messages({ definition }: OurAlgorithm): string {
  return definition.kind === 'key-exchange' && definition.shape === 'scripted' ? 'its own' : 'one each way'
}

function keyFormat({ definition }: OurAlgorithm): string {
  return definition.kind === 'public-key' && definition.keyFormat !== definition.name ? `\`${definition.keyFormat}\`` : 'the same'
}

function keyLength({ definition }: OurAlgorithm): string {
  return definition.kind === 'cipher' || definition.kind === 'mac' ? String(definition.keyLength) : ''
}

function tagLength({ definition }: OurAlgorithm): string {
  if (definition.kind === 'mac') return String(definition.macLength)
  return definition.kind === 'cipher' && definition.integrity === 'aead' ? String(definition.tagLength) : "a MAC's"
}

function covers({ definition }: OurAlgorithm): string {
  return definition.kind === 'mac' && definition.encryptThenMac ? 'ciphertext' : 'plaintext'
}

function begins({ definition }: OurAlgorithm): string {
  return definition.kind === 'compression' && definition.delayed ? 'after authentication' : 'with the keys'
}

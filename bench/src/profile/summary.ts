/** What Node's `--cpu-prof` writes, as much of it as is needed here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
  }[]
  /** Nodes, one a sample. */
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

/** Where one end's time went. */
export interface ProfileSummary {
  /** Time in which it did something, in milliseconds. */
  readonly busyMilliseconds: number
  /** Shares of that, 0–1, the greatest first. */
  readonly parts: readonly { readonly name: string; readonly share: number }[]
}

const PARTS = 8

/** Sums up a profile: the functions that most of the time was spent in, callees apart. */
export function summarizeProfile({ nodes, samples, timeDeltas }: CpuProfile): ProfileSummary {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? ''
    if (name !== '(idle)') times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0))
  }
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0)
  const parts = [...times].map(([name, time]) => ({ name, share: time / busy })).toSorted((one, other) => other.share - one.share)
  return { busyMilliseconds: busy / 1000, parts: parts.slice(0, PARTS) }
}

/** `seal, node/crypto/ciphers/aes-gcm`; Node's own functions by their module; what is no function as V8 calls it. */
function nameOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? 'anonymous' : functionName
  if (url === '') return NATIVE[name] ?? name
  return `${name}, ${url
    .replace(/^.*\/packages\/([^/]+)\/dist\//u, '$1/')
    .replace(/^.*\/node_modules\//u, '')
    .replace(/\.js$/u, '')}`
}

/** Functions of Node that are native code, which profiles know by name alone. */
const NATIVE: Readonly<Record<string, string>> = {
  writeBuffer: 'write to the socket',
  writev: 'writes to the socket',
}

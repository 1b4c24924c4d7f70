/** What SeaShell must reach: the ratio of a row's medians, ours to another's. */
export interface Target {
  /** The work, for people. */
  readonly work: string
  readonly row: string
  readonly ours: string
  /** The row and contestant it is measured against; the same row where absent. */
  readonly against: { readonly row?: string; readonly contestant: string }
  /** At least this ratio; with `atMost`, at most this one. */
  readonly atLeast?: number
  readonly atMost?: number
  /** The contestant to come close to beyond that. */
  readonly aim?: string
}

const BOTH_WAYS = ['download', 'upload'] as const
const SSH2 = 'ssh2-addon-nodelay'

/** Every row of the table. */
export const targets: readonly Target[] = [
  ...bulk(['aes256-gcm', 'aes128-gcm'], 1, SSH2),
  ...bulk(['aes256-gcm', 'aes128-gcm'], 1, 'openssh'),
  ...bulk(['aes256-gcm', 'aes128-gcm'], 0.85, 'raw-node'),
  ...bulk(['aes128-ctr-hmac'], 1.1, SSH2),
  ...bulk(['chacha20-poly1305'], 1.2, 'ssh2-plain-nodelay').map((one) => aiming(one, 'openssh')),
  ...bulk(['chacha20-poly1305'], 0.85, 'raw-noble', 'seashell-noble'),
  ...bulk(['aes256-gcm', 'chacha20-poly1305'], 0.85, 'raw-wasm', 'seashell-wasm'),
  ...bulk(['aes256-gcm', 'chacha20-poly1305'], 1, 'ssh2-to-openssh', 'seashell-to-openssh'),
  ...bulk(['aes256-gcm', 'chacha20-poly1305'], 1, 'openssh-to-ssh2', 'openssh-to-seashell'),
  target('handshakes, one at a time', 'handshake/1 at once', 1.1, SSH2),
  target('handshakes, 16 at once', 'handshake/16 at once', 1.1, SSH2),
  {
    work: 'handshakes with mlkem768x25519',
    row: 'handshake/mlkem768x25519',
    ours: 'seashell',
    against: { row: 'handshake/1 at once', contestant: 'seashell' },
    atLeast: 0.7,
  },
  target('echo of 64 bytes, one in flight', 'echo/1 in flight', 1, SSH2),
  aiming(target('echo of 64 bytes, 64 in flight', 'echo/64 in flight', 1.5, SSH2), 'openssh'),
  { work: 'memory of an idle connection', row: 'idle', ours: 'seashell', against: { contestant: SSH2 }, atMost: 1 },
  ...flat('cost of a byte', 'channels', [10, 100]),
  ...flat('cost of a connection', 'standing by', [100, 1000]),
]

function bulk(suites: readonly string[], atLeast: number, contestant: string, ours = 'seashell'): Target[] {
  return suites.flatMap((suite) => BOTH_WAYS.map((way) => target(`${way}, ${suite}`, `${way}/${suite}`, atLeast, contestant, ours)))
}

function target(work: string, row: string, atLeast: number, contestant: string, ours = 'seashell'): Target {
  return { work, row, ours, against: { contestant }, atLeast }
}

function aiming(one: Target, aim: string): Target {
  return { ...one, aim }
}

function flat(work: string, rows: string, counts: readonly number[]): Target[] {
  return counts.map((count) => ({
    work: `${work}, ${count} ${rows}`,
    row: `${rows}/${count}`,
    ours: 'seashell',
    against: { row: `${rows}/1`, contestant: 'seashell' },
    atMost: 1.3,
  }))
}

/** Whether a target is about this contestant in this row: such ones are measured in every round. */
export function isInTarget(row: string, contestant: string): boolean {
  return targets.some(
    (one) =>
      (one.row === row && (one.ours === contestant || one.aim === contestant)) ||
      ((one.against.row ?? one.row) === row && one.against.contestant === contestant),
  )
}

import type { ProfileResults, RowProfile } from '../profile/profile.ts'
import type { Results } from '../results.ts'
import { bounds } from './bounds.ts'
import { table } from './table.ts'
import { verdictsOf } from './verdicts.ts'

/** What bounds the rows that have missed a target, with the profile that shows it. */
export function missedSection(results: Results, profiles: ProfileResults | undefined): string[] {
  const missed = verdictsOf(results).filter(({ reached }) => !reached)
  const keys = new Set(missed.map(({ target }) => `${target.row}, ${target.ours}`))
  if (keys.size === 0) return []
  return ['## What bounds the rest', introduction, ...[...keys].flatMap((key) => rowSection(key, profiles))]
}

const introduction =
  'Made by `pnpm bench profile`: the time in which an end did something, by the functions it was in, those that they call not counted. What a process starts with is in it; of an OpenSSH it is the process that runs it, and so says nothing.'

function rowSection(key: string, profiles: ProfileResults | undefined): string[] {
  const [row] = key.split(', ') as [string]
  const found = profiles?.profiles.find((one) => `${one.row}, ${one.contestant}` === key)
  const bound = bounds[key] ?? bounds[row]
  return [`### ${key}`, ...(bound === undefined ? [] : [bound]), ...(found === undefined ? [] : [profileTable(found)])]
}

function profileTable({ client, server }: RowProfile): string {
  const rows = client.parts.map((part, index) => [...cells(part), ...cells(server.parts[index])])
  return table(['client', '', 'server', ''], rows)
}

function cells(part: RowProfile['client']['parts'][number] | undefined): string[] {
  return part === undefined ? ['', ''] : [part.name, `${(part.share * 100).toFixed(1)} %`]
}

import type { RowProfile } from '../profile/profile.ts'
import { boundOf } from './bounds.ts'
import { type Edition, nameOf } from './edition.ts'
import { table } from './table.ts'
import { verdictsOf } from './verdicts.ts'

/** What bounds the rows that have missed a target, with the profile that shows it. */
export function missedSection(editions: readonly Edition[]): string[] {
  const rows = editions.flatMap((edition) => missedRows(edition))
  return rows.length === 0 ? [] : ['## What bounds the rest', introduction, ...rows]
}

function missedRows(edition: Edition): string[] {
  const missed = verdictsOf(edition.results).filter(({ reached }) => !reached)
  const keys = new Set(missed.map(({ target }) => `${target.row}, ${target.ours}`))
  return [...keys].flatMap((key) => rowSection(key, edition))
}

const introduction =
  'Made by `pnpm bench profile`: the time in which an end did something, by the functions it was in, those that they call not counted. What a process starts with is in it; of an OpenSSH it is the process that runs it, and so says nothing.'

function rowSection(key: string, edition: Edition): string[] {
  const found = edition.profiles?.profiles.find((one) => `${one.row}, ${one.contestant}` === key)
  const bound = boundOf(key, nameOf(edition))
  return [`### ${nameOf(edition)}: ${key}`, ...(bound === undefined ? [] : [bound]), ...(found === undefined ? [] : [profileTable(found)])]
}

function profileTable({ client, server }: RowProfile): string {
  const rows = client.parts.map((part, index) => [...cells(part), ...cells(server.parts[index])])
  return table(['client', '', 'server', ''], rows)
}

function cells(part: RowProfile['client']['parts'][number] | undefined): string[] {
  return part === undefined ? ['', ''] : [part.name, `${(part.share * 100).toFixed(1)} %`]
}

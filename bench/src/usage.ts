import { readdirSync, readFileSync } from 'node:fs'

/** What a process and all that it has started have used. */
export interface Usage {
  /** Processor time, user and system, in seconds, that of ended children included. */
  readonly cpuSeconds: number
  /** Resident memory now, in bytes. */
  readonly residentBytes: number
}

/** The kernel's unit of processor time in /proc, 1/100 s on every Linux (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100
const PAGE_LENGTH = 4096

/**
 * Reads what a process and its descendants have used, from /proc.
 *
 * @returns undefined where there is no /proc: then there are no figures per CPU second
 */
export function usageOf(pid: number): Usage | undefined {
  const table = processes()
  if (table === undefined) return undefined
  const family = new Set([pid])
  for (const member of family) for (const [id, { parent }] of table) if (parent === member) family.add(id) // grows while it is walked
  let [ticks, pages] = [0, 0]
  for (const id of family) {
    const stat = table.get(id)
    ticks += stat?.ticks ?? 0
    pages += stat?.pages ?? 0
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: pages * PAGE_LENGTH }
}

interface Stat {
  readonly parent: number
  readonly ticks: number
  readonly pages: number
}

function processes(): Map<number, Stat> | undefined {
  try {
    const ids = readdirSync('/proc')
      .map(Number)
      .filter((id) => id > 0)
    return new Map(ids.flatMap((id) => statOf(id)))
  } catch {
    return undefined
  }
}

/** Fields of proc_pid_stat(5), counted from behind the program's name, which may hold anything. */
function statOf(pid: number): [number, Stat][] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const at = (number: number): number => fields[number - 3] ?? 0
    return [[pid, { parent: at(4), ticks: at(14) + at(15) + at(16) + at(17), pages: at(24) }]]
  } catch {
    return [] // ended while we looked
  }
}

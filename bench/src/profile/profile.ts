import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeKeys } from '../keys.ts'
import { type Contestant, contestantNamed, type Row } from '../plan.ts'
import { verdictsOf } from '../report/verdicts.ts'
import { machine, Refusal, type Results } from '../results.ts'
import { measureOnce } from '../run.ts'
import { type CpuProfile, type ProfileSummary, summarizeProfile } from './summary.ts'

/** Profiles of rows that are below their target. */
export interface ProfileResults extends Pick<Results, 'date' | 'machine'> {
  readonly profiles: readonly RowProfile[]
}

/** What both ends of a row do. */
export interface RowProfile {
  readonly row: string
  readonly contestant: string
  readonly client: ProfileSummary
  readonly server: ProfileSummary
}

/**
 * Profiles our contestant of every row in which a run has missed a target.
 *
 * @throws Refusal where it has missed none
 */
export async function profile(results: Results, rows: readonly Row[], log: (line: string) => void): Promise<ProfileResults> {
  const missed = verdictsOf(results).filter(({ reached }) => !reached)
  const wanted = new Map(missed.map(({ target }) => [`${target.row}: ${target.ours}`, target]))
  if (wanted.size === 0) throw new Refusal(`the run named ${results.name} has missed no target: there is nothing to profile`)
  const folder = await mkdtemp(join(tmpdir(), 'seashell-bench-profile-'))
  const profiles: RowProfile[] = []
  try {
    await writeKeys(folder)
    for (const [name, { row: rowName, ours }] of wanted) {
      const row = rows.find((one) => one.name === rowName)
      if (row === undefined) continue
      log(name)
      profiles.push(await profileRow(row, contestantNamed(ours), folder))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { date: new Date().toISOString(), machine: machine(), profiles }
}

/** Long enough for what a process starts with to be little. */
const SECONDS = 8

async function profileRow(row: Row, contestant: Contestant, folder: string): Promise<RowProfile> {
  const flags = (end: string): string[] => ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${end}.cpuprofile`]
  await measureOnce({ ...row, work: { ...row.work, seconds: SECONDS } }, contestant, folder, flags)
  const [client, server] = await Promise.all(['client', 'server'].map((end) => readProfile(join(folder, `${end}.cpuprofile`))))
  return { row: row.name, contestant: contestant.name, client: client!, server: server! }
}

async function readProfile(path: string): Promise<ProfileSummary> {
  return summarizeProfile(JSON.parse(await readFile(path, 'utf8')) as CpuProfile)
}

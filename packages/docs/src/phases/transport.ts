import * as core from '@seashell/core'
import { type Phase, type PhaseContext, verdictOn } from '@seashell/core'
import { rowsOf, table } from './rows.ts'

const phases: readonly Phase[] = [
  'kexinit',
  'exchange',
  'newkeys',
  'secured',
  'open',
  'succeeding',
  'authenticated',
  're-exchange',
  're-newkeys',
]

/** What a verdict can depend on, and how a cell says so. */
const dimensions: readonly { readonly of: keyof PhaseContext; readonly whereTrue: string; readonly whereFalse: string }[] = [
  { of: 'isClient', whereTrue: 'client', whereFalse: 'server' },
  { of: 'strict', whereTrue: 'strict', whereFalse: 'else' },
  { of: 'serviceRunning', whereTrue: 'service', whereFalse: 'else' },
]

const words = { accept: 'accept', unimplemented: 'UNIMPLEMENTED', refuse: 'disconnect' } as const

/** The transport's table, whole. */
export function transportTable(): string {
  const numbers = Array.from({ length: 256 }, (_, number) => number)
  return table(
    phases,
    rowsOf(numbers, (number) => phases.map((phase) => cellOf(number, phase))),
    transportNames(),
  )
}

/** What becomes of a message in a phase, and, where it depends on something, on what. */
function cellOf(number: number, phase: Phase): string {
  const verdict = (context: Partial<PhaseContext>): string =>
    words[verdictOn(number, phase, { isClient: true, strict: true, serviceRunning: true, ...context })]
  const one = dimensions.find(({ of }) => verdict({ [of]: false }) !== verdict({}))
  if (one === undefined) return ignored(number, verdict({}))
  return `${one.whereTrue}: ${ignored(number, verdict({}))}; ${one.whereFalse}: ${ignored(number, verdict({ [one.of]: false }))}`
}

/** Where more than one thing would make a difference, a cell could not say so. There is no such cell. */
export function cellsOfTwoMinds(): readonly string[] {
  return Array.from({ length: 256 }, (_, number) => number).flatMap((number) =>
    phases.filter((phase) => mattering(number, phase).length > 1).map((phase) => `${number} in ${phase}`),
  )
}

function mattering(number: number, phase: Phase): readonly string[] {
  const contexts = [true, false].flatMap((isClient) =>
    [true, false].flatMap((strict) => [true, false].map((serviceRunning) => ({ isClient, strict, serviceRunning }))),
  )
  return dimensions.flatMap(({ of }) =>
    contexts.some((context) => verdictOn(number, phase, context) !== verdictOn(number, phase, { ...context, [of]: !context[of] }))
      ? [of]
      : [],
  )
}

function ignored(number: number, word: string): string {
  return number === core.MSG_IGNORE && word === 'accept' ? 'ignore' : word
}

/** The names of core's constants, without those of ranges; of 30 to 49 each method has its own. */
function transportNames(): ReadonlyMap<number, string> {
  const constants = Object.entries(core).filter(([name]) => name.startsWith('MSG_') && !/_(?:FIRST|LAST|INIT|REPLY)$/.test(name))
  const names = new Map<number, string>(constants.map(([name, number]) => [Number(number), name.slice('MSG_'.length)]))
  for (let number = core.MSG_KEX_FIRST; number <= core.MSG_KEX_LAST; number++) names.set(number, 'of the key exchange method')
  for (let number = core.MSG_SERVICE_FIRST; number < 128; number++) names.set(number, 'of the services')
  return names.set(52, 'USERAUTH_SUCCESS')
}

import { answerOutsideTable, messageTable, type ChannelPhase } from '@seashell/connection'
import { clientPhases, type Phase, protocolMessages, serverPhases, verdictOn } from '@seashell/userauth'
import { rowsOf, table } from './rows.ts'

/** 192 and 193, PING and PONG, are the transport's. */
const ofServices = Array.from({ length: 256 - 50 }, (_, index) => index + 50).filter((number) => number !== 192 && number !== 193)
const words = { accept: 'accept', unimplemented: 'UNIMPLEMENTED', refuse: 'disconnect', ignore: 'ignore' } as const
const authenticationNames = new Map(
  Object.entries(protocolMessages).map(([number, name]) => [Number(number), name.replaceAll('USERAUTH_', '')]),
)

/** The table of one side of the authentication protocol. */
export function authenticationTable(side: 'client' | 'server'): string {
  const columns: readonly Phase[] = Object.values(side === 'client' ? clientPhases : serverPhases)
  return table(
    columns.map(({ name }) => name),
    rowsOf(ofServices, (number) => columns.map((phase) => words[verdictOn(number, phase)])),
    authenticationNames,
  )
}

const channelPhases: readonly ChannelPhase[] = ['opening', 'accepting', 'open', 'ended']

/** The table of the connection protocol: the same for both sides, but for the last rows. */
export function connectionTable(): string {
  const rows = rowsOf(ofServices, (number) => {
    const rule = messageTable[number]
    if (rule === undefined) return Array.from({ length: 5 }, () => outside(number))
    const { phases } = rule
    if (phases === undefined) return Array.from({ length: 5 }, () => 'accept')
    return [...channelPhases.map((phase) => (phases.includes(phase) ? 'accept' : 'disconnect')), 'disconnect']
  })
  const names = new Map(Object.entries(messageTable).map(([number, { name }]) => [Number(number), name]))
  return table([...channelPhases, 'no such channel'], rows, names)
}

function outside(number: number): string {
  const [client, server] = [words[answerOutsideTable(number, true)], words[answerOutsideTable(number, false)]]
  return client === server ? client : `client: ${client}; server: ${server}`
}

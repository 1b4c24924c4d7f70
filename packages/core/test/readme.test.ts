import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cells, phases } from '../src/transport/phases.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** What the README calls the rows of the phase table. */
const labels: Readonly<Record<string, string>> = {
  disconnect: '1 DISCONNECT',
  notice: '2 IGNORE, 3 UNIMPLEMENTED, 4 DEBUG',
  request: '5 SERVICE_REQUEST',
  accept: '6 SERVICE_ACCEPT',
  extension: '7 EXT_INFO',
  kexinit: '20 KEXINIT',
  newkeys: '21 NEWKEYS',
  method: '30–49, the method’s own',
  success: '52 USERAUTH_SUCCESS',
  service: '50–127 otherwise, the service’s',
  ping: '192 PING, 193 PONG',
  local: '128–255 otherwise, the service’s own',
  unknown: '0, 8–19, 22–29',
}

function row(fields: readonly string[]): string {
  return `| ${fields.join(' | ')} |`
}

describe('the README', () => {
  it('has the phase table of the code', () => {
    const rows = [...cells].map(([name, verdicts]) => row([labels[name]!, ...verdicts]))
    expect(readme).toContain([row(['message', ...phases]), row(['---', ...phases.map(() => '---')]), ...rows].join('\n'))
  })
})

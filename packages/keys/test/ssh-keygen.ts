import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasProgram } from '@seashell/test-support'

/** Whether there is a real ssh-keygen to test against. */
export const hasSSHKeygen: boolean = hasProgram('ssh-keygen', '-?')

/** A folder of its own for one test, with ssh-keygen run inside. */
export class Workplace implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'seashell-keys-'))

  /** Writes a file with mode 0600, or another, and returns its path. */
  write(name: string, content: string | Uint8Array, mode = 0o600): string {
    const path = join(this.path, name)
    writeFileSync(path, content, { mode })
    return path
  }

  /** Runs ssh-keygen and returns what it printed. */
  keygen(args: readonly string[], input?: string | Uint8Array): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync('ssh-keygen', args, { cwd: this.path, input: input ?? '', timeout: 20_000 })
    return { status, output: `${stdout.toString()}${stderr.toString()}` }
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** The types of key that ssh-keygen makes and we have definitions for: its arguments, and what it shows of them. */
export const keyTypes = [
  { args: ['-t', 'ed25519'], keyFormat: 'ssh-ed25519', shown: '256 ED25519' },
  { args: ['-t', 'ecdsa', '-b', '256'], keyFormat: 'ecdsa-sha2-nistp256', shown: '256 ECDSA' },
  { args: ['-t', 'ecdsa', '-b', '384'], keyFormat: 'ecdsa-sha2-nistp384', shown: '384 ECDSA' },
  { args: ['-t', 'ecdsa', '-b', '521'], keyFormat: 'ecdsa-sha2-nistp521', shown: '521 ECDSA' },
  { args: ['-t', 'rsa', '-b', '2048'], keyFormat: 'ssh-rsa', shown: '2048 RSA' },
  { args: ['-t', 'rsa', '-b', '3072'], keyFormat: 'ssh-rsa', shown: '3072 RSA' },
] as const

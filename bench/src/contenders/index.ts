import type { Contender } from '../contract.ts'
import { providers } from '../providers.ts'

/** The contenders by name, each loaded when it is asked for: a process has no more in it than what it measures. */
const contenders: ReadonlyMap<string, () => Promise<Contender>> = new Map<string, () => Promise<Contender>>([
  ...providers.map((provider) => [`seashell-${provider.name}`, async () => (await import('./seashell.ts')).seashell(provider)] as const),
  ...providers.map((provider) => [`raw-${provider.name}`, async () => (await import('./raw.ts')).rawProvider(provider)] as const),
  ['ssh2', async () => (await import('./ssh2.ts')).ssh2()],
  ['dev-tunnels', async () => (await import('./dev-tunnels.ts')).devTunnels()],
  ['openssh', async () => (await import('./openssh.ts')).openSSH()],
  ['tcp', async () => (await import('./raw.ts')).bareTCP()],
])

/**
 * The contender of a name.
 *
 * @throws Error where there is none, or where it is not on this machine
 */
export async function findContender(name: string): Promise<Contender> {
  const make = contenders.get(name)
  if (make === undefined) throw new Error(`unknown contender ${name}; there are ${[...contenders.keys()].join(', ')}`)
  return await make()
}

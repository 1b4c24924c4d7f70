import { type LibsodiumHybridHalves, defineLibsodiumHybridHalves, type LibsodiumModule } from '../src/index.ts'
import { loadLibsodium } from '../src/libsodium-module.ts'

/** Halves of a libsodium of their own, and that libsodium, which counts what is asked of it: so that a test knows who has computed. */
export async function watchedHalves(): Promise<{
  readonly halves: LibsodiumHybridHalves
  readonly module: LibsodiumModule
  readonly calls: Map<string, number>
}> {
  const module = await loadLibsodium()
  const calls = new Map<string, number>()
  for (const [name, compute] of Object.entries(module)) {
    if (typeof compute !== 'function' || !name.startsWith('_crypto')) continue
    Object.assign(module, {
      [name]: (...values: readonly number[]): number => {
        calls.set(name, (calls.get(name) ?? 0) + 1)
        return compute(...values)
      },
    })
  }
  return { halves: defineLibsodiumHybridHalves(() => Promise.resolve(module)), module, calls }
}

import { clientPhases } from '../phases.ts'
import type { AuthMethod } from './method.ts'

/**
 * The method `none` (RFC 4252 §5.2): asks to be let in without more ado, or for the list of methods.
 *
 * Put it first where the server needs no authentication; otherwise it is a round trip for nothing.
 */
export function none(): AuthMethod {
  return {
    name: 'none',
    async *authenticate(exchange): AsyncGenerator<void, void, void> {
      await exchange.request(clientPhases.none)
      yield
    },
  }
}

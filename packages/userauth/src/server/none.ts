import type { MaybePromise } from '@seashell/core'
import { WireReader } from '@seashell/core/wire'
import { fromCaller } from '../errors.ts'
import type { AuthContext, Decision, ServerAuthMethod } from './method.ts'

/** Whether this user needs no authentication at all (RFC 4252 §5.2). */
export type NoneHandler = (context: AuthContext) => MaybePromise<Decision>

/** The method `none`. It is never listed, and taken only before anything else. */
export function serverNone(handler: NoneHandler): ServerAuthMethod {
  return {
    name: 'none',
    authenticate({ fields, context }): Promise<Decision> {
      new WireReader(fields, 'a none request').end()
      return fromCaller('the handler of none', () => handler(context))
    },
  }
}

import type { MaybePromise } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { fromCaller } from '../errors.ts'
import { MSG_USERAUTH_PASSWD_CHANGEREQ } from '../messages.ts'
import type { AuthContext, Decision, Judgement, ServerAuthMethod } from './method.ts'

/** What a client sends with `password`, as it came: normalise as you did when you stored it (RFC 4252 §8 names RFC 4013, SASLprep). */
export interface PasswordRequest {
  /** The password. */
  readonly password: string
  /** The one that shall replace it: check `password`, then store this, or ask again. Absent: a plain login. */
  readonly newPassword?: string
}

/** The password was right, but is to be changed first; or the new one was not good enough. */
export interface ChangePassword {
  /** What to tell the user. */
  readonly changePassword: string
}

/** Whether a password is right. Take as long over a user that does not exist as over one that does. */
export type PasswordHandler = (request: PasswordRequest, context: AuthContext) => MaybePromise<Decision | ChangePassword>

/** The method `password` (RFC 4252 §8). */
export function serverPassword(handler: PasswordHandler): ServerAuthMethod {
  return {
    name: 'password',
    needsEncryption: true,
    async authenticate({ fields, context }): Promise<Judgement> {
      const request = readPasswordRequest(fields)
      const decision = await fromCaller('the handler of password', () => handler(request, context))
      return asksForChange(decision) ? changeRequest(decision) : decision
    },
  }
}

function readPasswordRequest(fields: Uint8Array): PasswordRequest {
  const reader = new WireReader(fields, 'a password request')
  const change = reader.readBoolean()
  const password = reader.readText()
  const request = change ? { password, newPassword: reader.readText() } : { password }
  reader.end()
  return request
}

function asksForChange(decision: Decision | ChangePassword): decision is ChangePassword {
  return typeof decision === 'object' && decision !== null && 'changePassword' in decision
}

function changeRequest({ changePassword }: ChangePassword): Judgement {
  const language = ''
  const payload = new WireWriter().writeString(changePassword).writeString(language).finish()
  return { reply: { messageNum: MSG_USERAUTH_PASSWD_CHANGEREQ, payload } }
}

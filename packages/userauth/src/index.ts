/**
 * The SSH authentication protocol (RFC 4252, RFC 4256), client and server, as services on a transport.
 *
 * @module
 */
export { UserAuthClient } from './client/client.ts'
export type { UserAuthClientOptions } from './client/client.ts'
export { keyboardInteractive } from './client/keyboard-interactive.ts'
export type { KeyboardInteractiveOptions, QuestionHandler, Questions } from './client/keyboard-interactive.ts'
export type { Answer, AuthAttempt, AuthMethod, ClientExchange } from './client/method.ts'
export { none } from './client/none.ts'
export { password } from './client/password.ts'
export type { ChangedPassword, PasswordChange, PasswordOptions, PasswordQuestion } from './client/password.ts'
export { publicKey } from './client/public-key.ts'
export type { PublicKeyOptions, SignerSource } from './client/public-key.ts'
export type { InformationRequest, Prompt } from './information.ts'
export * from './messages.ts'
export { clientPhases, serverPhases, verdictOn } from './phases.ts'
export type { Phase, Verdict } from './phases.ts'
export type { PublicKeyClaim, RequestHead } from './request.ts'
export type { Dialogue, KeyboardInteractiveHandler } from './server/keyboard-interactive.ts'
export type {
  Accepted,
  AuthContext,
  AuthSuccess,
  Decision,
  Judgement,
  PartlyAccepted,
  ServerAuthMethod,
  ServerExchange,
} from './server/method.ts'
export type { NoneHandler } from './server/none.ts'
export type { Login, ServerAttempt, ServerMethods, UserAuthServerOptions } from './server/options.ts'
export type { ChangePassword, PasswordHandler, PasswordRequest } from './server/password.ts'
export type { PublicKeyHandler, PublicKeyRequest } from './server/public-key.ts'
export { UserAuthServer } from './server/server.ts'
export { printable } from './text.ts'
export type { Message } from './turn.ts'

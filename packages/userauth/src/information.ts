import { malformed, WireReader, WireWriter } from '@seashell/core/wire'

/** One question of keyboard-interactive. */
export interface Prompt {
  /** The question, with its colon and space: 'Password: '. */
  readonly prompt: string
  /** Whether what is typed may be seen. */
  readonly echo: boolean
}

/** What a server asks at once (RFC 4256 §3.2). All of it may be empty, the prompts included. */
export interface InformationRequest {
  /** A title. */
  readonly name: string
  /** What to do, maybe in several lines. */
  readonly instructions: string
  /** The questions, each to be answered. */
  readonly prompts: readonly Prompt[]
}

/** The payload of a USERAUTH_INFO_REQUEST. */
export function encodeInformationRequest(request: InformationRequest): Uint8Array {
  const language = ''
  const writer = new WireWriter().writeString(request.name).writeString(request.instructions).writeString(language)
  writer.writeUint32(request.prompts.length)
  for (const { prompt, echo } of request.prompts) writer.writeString(prompt).writeBoolean(echo)
  return writer.finish()
}

/**
 * Reads the payload of a USERAUTH_INFO_REQUEST.
 *
 * @throws SSHError `MALFORMED`
 */
export function decodeInformationRequest(payload: Uint8Array): InformationRequest {
  const reader = new WireReader(payload, 'USERAUTH_INFO_REQUEST')
  const name = reader.readText()
  const instructions = reader.readText()
  reader.readString('the language tag')
  const prompts: Prompt[] = []
  for (let count = reader.readUint32(); count > 0; count--) prompts.push({ prompt: reader.readText(), echo: reader.readBoolean() })
  reader.end()
  return { name, instructions, prompts }
}

/** The payload of a USERAUTH_INFO_RESPONSE (RFC 4256 §3.4). */
export function encodeInformationResponse(answers: readonly string[]): Uint8Array {
  const writer = new WireWriter().writeUint32(answers.length)
  for (const answer of answers) writer.writeString(answer)
  return writer.finish()
}

/**
 * Reads the payload of a USERAUTH_INFO_RESPONSE.
 *
 * @throws SSHError `MALFORMED`
 */
export function decodeInformationResponse(payload: Uint8Array): string[] {
  const reader = new WireReader(payload, 'USERAUTH_INFO_RESPONSE')
  const count = reader.readUint32()
  // Each answer takes four bytes at least: a count that cannot be true is found before anything is set aside for it.
  if (count > reader.remainingLength / 4) throw malformed(`USERAUTH_INFO_RESPONSE announces ${count} answers, more than it has room for`)
  const answers = Array.from({ length: count }, () => reader.readText())
  reader.end()
  return answers
}

import { WireReader, WireWriter } from '@seashell/core/wire'
import { toHex } from '@seashell/test-support'

/** The payload of USERAUTH_REQUEST, for tests that play a client. */
export function request(method: string, fields: Uint8Array = new Uint8Array(), user = 'alice', service = 'ssh-connection'): Uint8Array {
  return new WireWriter().writeString(user).writeString(service).writeString(method).writeBytes(fields).finish()
}

/** The payload of USERAUTH_FAILURE, for tests that play a server. */
export function failure(methods: readonly string[], partialSuccess = false): Uint8Array {
  return new WireWriter().writeNameList(methods).writeBoolean(partialSuccess).finish()
}

export function readFailure(payload: Uint8Array): { methods: string[]; partialSuccess: boolean } {
  const reader = new WireReader(payload)
  const failed = { methods: reader.readNameList(), partialSuccess: reader.readBoolean() }
  reader.end()
  return failed
}

export function banner(text: string, language = ''): Uint8Array {
  return new WireWriter().writeString(text).writeString(language).finish()
}

export function passwordFields(password: string, newPassword?: string): Uint8Array {
  const writer = new WireWriter().writeBoolean(newPassword !== undefined).writeString(password)
  return newPassword === undefined ? writer.finish() : writer.writeString(newPassword).finish()
}

export function interactiveFields(submethods = ''): Uint8Array {
  return new WireWriter().writeString('').writeString(submethods).finish()
}

export function information(name: string, instructions: string, prompts: readonly (readonly [string, boolean])[]): Uint8Array {
  const writer = new WireWriter().writeString(name).writeString(instructions).writeString('').writeUint32(prompts.length)
  for (const [prompt, echo] of prompts) writer.writeString(prompt).writeBoolean(echo)
  return writer.finish()
}

export function response(...answers: readonly string[]): Uint8Array {
  const writer = new WireWriter().writeUint32(answers.length)
  for (const answer of answers) writer.writeString(answer)
  return writer.finish()
}

/** What was sent, as a word each: the method of a request, the name of another message. */
export function words(sent: readonly [number, Uint8Array][]): string[] {
  const names: Record<number, string> = { 51: 'FAILURE', 52: 'SUCCESS', 53: 'BANNER', 60: '60', 61: '61' }
  return sent.map(([messageNum, payload]) => {
    if (messageNum !== 50) return names[messageNum] ?? toHex(payload)
    const reader = new WireReader(payload)
    reader.readText()
    reader.readText()
    return reader.readText()
  })
}

import { invalidArgument } from '../errors.ts'
import type { AlgorithmDefinition } from './definition.ts'

/** The longest name that RFC 4251 §6 allows. */
const NAME_LENGTH = 64

/**
 * Refuses a definition that is not well-formed when it is registered, rather than when a peer negotiates it.
 *
 * @throws SSHError `ARGUMENT`, naming the definition and what is wrong with it
 */
export function checkDefinition(definition: AlgorithmDefinition): void {
  const wrong = faultOf(definition)
  if (wrong !== undefined) throw invalidArgument(`the algorithm ${JSON.stringify(definition.name)} is not well-formed: ${wrong}`)
}

function faultOf(definition: AlgorithmDefinition): string | undefined {
  if (definition.apiVersion !== 1) return `it is for version ${String(definition.apiVersion)} of the interfaces; this is version 1`
  if (!isName(definition.name)) return `a name is 1 to ${NAME_LENGTH} characters of printable US-ASCII without comma`
  if (!Object.isFrozen(definition)) return 'it is not frozen'
  switch (definition.kind) {
    case 'cipher':
      return faultOfLengths({ ...definition }, ['keyLength', 'ivLength', 'blockLength']) ?? faultOfBlock(definition.blockLength)
    case 'mac':
      return faultOfLengths({ ...definition }, ['keyLength', 'macLength'])
    case 'key-exchange':
    case 'public-key':
    case 'compression':
      return undefined
    default:
      return `there is no kind ${JSON.stringify((definition as { kind: unknown }).kind)}`
  }
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= NAME_LENGTH && /^[!-+\--~]+$/.test(name)
}

function faultOfLengths(definition: Record<string, unknown>, names: readonly string[]): string | undefined {
  const wrong = names.find((name) => !Number.isInteger(definition[name]) || (definition[name] as number) < 0)
  return wrong === undefined ? undefined : `${wrong} is not a number of bytes`
}

// Padding is at least 4 and at most 255 bytes (RFC 4253 §6), so a block has room for it up to 248.
function faultOfBlock(blockLength: number): string | undefined {
  return blockLength >= 8 && blockLength <= 248 ? undefined : 'blockLength is not from 8 to 248 bytes'
}

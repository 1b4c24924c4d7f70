import type { Socket } from 'node:net'

/** From now on, copies of what is written to a stream: each write by itself, in order. */
export function recordWrites(stream: Socket): Uint8Array[] {
  const written: Uint8Array[] = []
  const write = stream.write.bind(stream)
  stream.write = (bytes: Uint8Array, ...rest: unknown[]) => {
    written.push(bytes.slice())
    return Reflect.apply(write, stream, [bytes, ...rest]) as boolean
  }
  return written
}

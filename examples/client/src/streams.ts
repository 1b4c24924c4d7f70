import type { Writable } from 'node:stream'

/** Writes, and waits until the system has it. */
export function write(stream: Writable, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
}

/** Writes all that a source gives, one chunk after another: a slow reader at the far end of the stream slows the source down. */
export async function copy(source: AsyncIterable<Uint8Array>, stream: Writable): Promise<void> {
  for await (const chunk of source) await write(stream, chunk)
}

import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** Giving back less than so many bytes costs more than it is worth. */
const LENGTH_MINIMUM = 8192

/** An ArrayBuffer as ES2024 has it, and Node from 22 on. */
interface TransferableBuffer extends ArrayBuffer {
  transfer?(length: number): ArrayBuffer
}

let nowhere: MessagePort | undefined

/**
 * Gives memory back at once that nobody will look at again; the array is empty then. Arrays that are short, or share their memory with
 * others, stay as they are.
 *
 * Node reads from a socket into new memory, and `node:crypto` puts each result into new memory. Left to the garbage collector, that of
 * thousands of packets is in use at any time: none of it in a cache when it is written to, and much of it new to the process.
 */
export function giveBack(bytes: Uint8Array): void {
  const buffer = bytes.buffer as TransferableBuffer
  if (bytes.length < LENGTH_MINIMUM || bytes.length !== buffer.byteLength) return
  if (buffer.transfer === undefined) closedPort().postMessage(undefined, [buffer])
  else buffer.transfer(0)
}

/** What is transferred to a port without another end is gone (HTML, "message port post message steps"). */
function closedPort(): MessagePort {
  if (nowhere === undefined) {
    nowhere = new MessageChannel().port1
    nowhere.close()
  }
  return nowhere
}

import type { ByteChannel } from './contract.ts'

/** How much programs and workloads write at once: what a file stream of Node reads. */
const CHUNK_LENGTH = 65_536

/** Bytes to send: the same everywhere, so that a test can tell what must arrive. No contender compresses. */
const CHUNK: Uint8Array = Uint8Array.from({ length: CHUNK_LENGTH }, (_, index) => (index * 2_654_435_761) >>> 24)

/**
 * Runs what clients ask of a server: `download <bytes>`, `upload <bytes>` (fails where another number arrives), `echo`, `exit`.
 *
 * @returns the exit code
 */
export async function runProgram(command: string, channel: ByteChannel): Promise<number> {
  const [name = '', argument] = command.split(' ')
  const length = Number(argument)
  switch (name) {
    case 'download':
      await writeBytes(channel, length)
      return 0
    case 'upload':
      return (await countBytes(channel)) === length ? 0 : 1
    case 'echo':
      await channel.read((chunk) => channel.write(new Uint8Array(chunk)))
      return 0
    case 'exit':
      return 0
    default:
      return 127
  }
}

/** Writes so many bytes, no faster than the channel takes them. */
export async function writeBytes(channel: ByteChannel, length: number): Promise<void> {
  for (let left = length; left > 0; left -= CHUNK_LENGTH) {
    const wait = channel.write(left < CHUNK_LENGTH ? CHUNK.subarray(0, left) : CHUNK)
    if (wait !== undefined) await wait
  }
}

/** Reads to the end. */
export async function countBytes(channel: ByteChannel): Promise<number> {
  let length = 0
  await channel.read((chunk) => {
    length += chunk.length
  })
  return length
}

/** The same programs for a real sshd, whose sessions are processes: a command for its ForceCommand. */
export const shellPrograms = `set -- $SSH_ORIGINAL_COMMAND
case $1 in
  download) exec dd if=/dev/zero bs=64k count="$2" iflag=count_bytes status=none ;;
  upload) test "$(wc -c)" = "$2" ;;
  echo) exec cat ;;
  exit) exit 0 ;;
  *) exit 127 ;;
esac
`

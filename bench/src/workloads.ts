import { setTimeout as delay } from 'node:timers/promises'
import type { ByteChannel, Connection } from './contract.ts'
import { countBytes, writeBytes } from './programs.ts'
import { usageOf } from './usage.ts'

/** What a client does: `--mode`. */
export type Mode = 'download' | 'echo' | 'exec' | 'handshake' | 'idle' | 'upload'

/** How much of it. */
export interface WorkOptions {
  /** Bytes to transfer, over all channels. */
  readonly bytes: number
  /** Channels to spread them over. */
  readonly channels: number
  /** How many echoes or handshakes are under way at once. */
  readonly inFlight: number
  /** How long to count echoes, handshakes and programs, in seconds. */
  readonly seconds: number
  /** How many connections `idle` opens; how many stand by while `handshake` counts. */
  readonly connections: number
  /** The server's process, whose share is measured too. */
  readonly serverPid: number
}

/** What came of it, over the measured stretch alone. */
export interface Measurement {
  /** How long it took. */
  readonly seconds: number
  /** How much was done: bytes, round trips, handshakes, programs or connections. */
  readonly amount: number
  /** Processor seconds of the client's end and of the server's, where the platform tells. */
  readonly clientCpu?: number
  readonly serverCpu?: number
  /** By how many bytes the server's memory has grown: `idle` alone. */
  readonly grownBytes?: number
}

/** Connects, logs in. */
export type Connect = () => Promise<Connection>

/** Does the work of a mode once. */
export function work(mode: Mode, connect: Connect, options: WorkOptions): Promise<Measurement> {
  switch (mode) {
    case 'download':
    case 'upload':
      return transfer(mode, connect, options)
    case 'echo':
      return echo(connect, options)
    case 'handshake':
      return handshake(connect, options)
    case 'exec':
      return repeat(options, async () => {
        const connection = await connect()
        await runToEnd(connection, 'exit', 0)
        await connection.close()
      })
    case 'idle':
      return idle(connect, options)
  }
}

/** Runs what is measured. */
async function measure(serverPid: number, run: () => Promise<number>): Promise<Measurement> {
  const before = { client: usageOf(process.pid), server: usageOf(serverPid), time: performance.now() }
  const amount = await run()
  const seconds = (performance.now() - before.time) / 1000
  const after = { client: usageOf(process.pid), server: usageOf(serverPid) }
  return {
    seconds,
    amount,
    ...(before.client && after.client && { clientCpu: after.client.cpuSeconds - before.client.cpuSeconds }),
    ...(before.server && after.server && { serverCpu: after.server.cpuSeconds - before.server.cpuSeconds }),
  }
}

// --- bulk -----------------------------------------------------------------------------------------------------------------------

async function transfer(mode: 'download' | 'upload', connect: Connect, { bytes, channels, serverPid }: WorkOptions): Promise<Measurement> {
  const connection = await connect()
  const share = Math.floor(bytes / channels)
  const measured = await measure(serverPid, async () => {
    await Promise.all(Array.from({ length: channels }, () => runToEnd(connection, `${mode} ${share}`, mode === 'upload' ? share : 0)))
    return share * channels
  })
  await connection.close()
  return measured
}

/** Runs a program that takes `inputLength` bytes, and says whether it got what it wanted. */
async function runToEnd(connection: Connection, command: string, inputLength: number): Promise<void> {
  const code = connection.run ? await connection.run(command, inputLength) : await exec(connection, command, inputLength)
  if (code !== 0) throw new Error(`${command}: expected exit code 0; got ${code}`)
}

async function exec(connection: Connection, command: string, inputLength: number): Promise<number | undefined> {
  const program = await connection.exec(command)
  const [received] = await Promise.all([countBytes(program), inputLength > 0 ? send(program, inputLength) : undefined])
  const wanted = command.startsWith('download ') ? Number(command.split(' ')[1]) : 0
  if (received !== wanted) throw new Error(`${command}: expected ${wanted} bytes; got ${received}`)
  return await program.exit
}

async function send(channel: ByteChannel, length: number): Promise<void> {
  await writeBytes(channel, length)
  await channel.end()
}

// --- small packets --------------------------------------------------------------------------------------------------------------

const MESSAGE = new Uint8Array(64).fill(0x65)
/** Long enough for what runs for every message to be compiled. */
const WARM_UP_SECONDS = 0.3

async function echo(connect: Connect, { inFlight, seconds, serverPid }: WorkOptions): Promise<Measurement> {
  const connection = await connect()
  const program = await connection.exec('echo')
  let received = 0
  let echoed = 0
  let stopped = false
  const ended = program.read((chunk) => {
    received += chunk.length
    // Each message that is back is followed by another: the application writes small, whatever the library makes of it.
    for (; (echoed + 1) * MESSAGE.length <= received; echoed++) if (!stopped) void program.write(MESSAGE)
  })
  for (let message = 0; message < inFlight; message++) void program.write(MESSAGE)
  await delay(WARM_UP_SECONDS * 1000)
  const measured = await measure(serverPid, async () => {
    const before = echoed
    await delay(seconds * 1000)
    return echoed - before
  })
  stopped = true
  await program.end()
  await Promise.all([ended, program.exit])
  await connection.close()
  return measured
}

// --- connections ----------------------------------------------------------------------------------------------------------------

async function handshake(connect: Connect, options: WorkOptions): Promise<Measurement> {
  const held = await open(connect, options.connections)
  const measured = await repeat(options, async () => {
    const connection = await connect()
    await connection.close()
  })
  await closeAll(held)
  return measured
}

/** A connection runs far more code than an echo, each part of it once: that takes longer to be compiled. */
const CONNECTIONS_WARM_UP_SECONDS = 3

/** Counts how often something is done, `inFlight` at once; what is under way when the time is up is finished, and counts. */
async function repeat({ inFlight, seconds, serverPid }: WorkOptions, once: () => Promise<void>): Promise<Measurement> {
  const countFor = async (time: number): Promise<number> => {
    const deadline = performance.now() + time * 1000
    let done = 0
    const loop = async (): Promise<void> => {
      for (; performance.now() < deadline; done++) await once()
    }
    await Promise.all(Array.from({ length: inFlight }, loop))
    return done
  }
  await countFor(CONNECTIONS_WARM_UP_SECONDS)
  return await measure(serverPid, () => countFor(seconds))
}

const WARM_UP_CONNECTIONS = 50
const AT_ONCE = 16
/** For garbage to be collected and buffers to go back. */
const SETTLE_MILLISECONDS = 700

async function idle(connect: Connect, { connections, serverPid }: WorkOptions): Promise<Measurement> {
  await closeAll(await open(connect, Math.min(WARM_UP_CONNECTIONS, connections)))
  const before = await settledMemory(serverPid)
  let held: Connection[] = []
  const measured = await measure(serverPid, async () => {
    held = await open(connect, connections)
    return connections
  })
  const grownBytes = (await settledMemory(serverPid)) - before
  await closeAll(held)
  return { ...measured, grownBytes }
}

/** Asks the server to collect garbage, where it listens for that, and reads its memory. */
async function settledMemory(serverPid: number): Promise<number> {
  process.kill(serverPid, 'SIGUSR2')
  await delay(SETTLE_MILLISECONDS)
  return usageOf(serverPid)?.residentBytes ?? Number.NaN
}

async function open(connect: Connect, count: number): Promise<Connection[]> {
  const opened: Connection[] = []
  let left = count
  const loop = async (): Promise<void> => {
    while (left-- > 0) opened.push(await connect())
  }
  await Promise.all(Array.from({ length: AT_ONCE }, loop))
  return opened
}

async function closeAll(connections: readonly Connection[]): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()))
}

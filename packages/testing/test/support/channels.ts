import {
  byte,
  type Encounter,
  type HostileCase,
  inBothRoles,
  Msg,
  type Peer,
  type PeerChannel,
  string,
  type TargetOptions,
  uint32,
} from '../../src/index.ts'

/** A server whose command `stall` neither reads nor writes nor ends; any other says what it is and ends. */
export const stalling: TargetOptions = {
  server: {
    onSession: (session) => ({
      async exec(command) {
        if (command === 'stall') await session.closed.catch(() => {})
        else await session.write(`out: ${command}`)
        return 0
      },
    }),
  },
}

/** A channel with a program on it that nobody reads from, in either role of the peer: a server's `stall`, or a client that has asked for one. */
export async function openChannel(peer: Peer, { client }: Encounter): Promise<PeerChannel> {
  if (client !== undefined) (await client).exec('stall').catch(() => {})
  const channel = await peer.openSession()
  if (peer.role === 'client') {
    await peer.exec(channel, 'stall')
  } else {
    await peer.receive(Msg.CHANNEL_REQUEST)
    await peer.send(Msg.CHANNEL_SUCCESS, uint32(channel.theirs))
  }
  return channel
}

/** The same in both roles, behind authentication, with such a channel open. */
export function onChannel(
  name: string,
  rest: Pick<HostileCase, 'source' | 'peer' | 'client' | 'join' | 'expect'>,
  script: (peer: Peer, channel: PeerChannel, encounter: Encounter) => Promise<void>,
): readonly HostileCase[] {
  return inBothRoles(name, {
    ...rest,
    async script(peer, encounter) {
      await peer.authenticate()
      await script(peer, await openChannel(peer, encounter), encounter)
    },
  })
}

/** A message: its number, and what follows. */
export type Sent = readonly [number, ...Buffer[]]

/** Every message about a channel, whole and well-formed, by whom it is for. */
export const channelMessages: Readonly<Record<string, (recipient: number) => Sent>> = {
  CHANNEL_OPEN_CONFIRMATION: (recipient) => [Msg.CHANNEL_OPEN_CONFIRMATION, uint32(recipient), uint32(7), uint32(1000), uint32(1000)],
  CHANNEL_OPEN_FAILURE: (recipient) => [Msg.CHANNEL_OPEN_FAILURE, uint32(recipient), uint32(1), string('no'), string('')],
  CHANNEL_WINDOW_ADJUST: (recipient) => [Msg.CHANNEL_WINDOW_ADJUST, uint32(recipient), uint32(1)],
  CHANNEL_DATA: (recipient) => [Msg.CHANNEL_DATA, uint32(recipient), string('data')],
  CHANNEL_EXTENDED_DATA: (recipient) => [Msg.CHANNEL_EXTENDED_DATA, uint32(recipient), uint32(1), string('data')],
  CHANNEL_EOF: (recipient) => [Msg.CHANNEL_EOF, uint32(recipient)],
  CHANNEL_CLOSE: (recipient) => [Msg.CHANNEL_CLOSE, uint32(recipient)],
  CHANNEL_REQUEST: (recipient) => [Msg.CHANNEL_REQUEST, uint32(recipient), string('exec'), byte(1), string('id')],
  CHANNEL_SUCCESS: (recipient) => [Msg.CHANNEL_SUCCESS, uint32(recipient)],
  CHANNEL_FAILURE: (recipient) => [Msg.CHANNEL_FAILURE, uint32(recipient)],
}

const ends = [string('127.0.0.1'), uint32(22), string('192.0.2.1'), uint32(1)]

/** Channels that nobody has asked for: their types, and what those add to CHANNEL_OPEN. */
export const unasked: Readonly<Record<string, readonly Buffer[]>> = {
  'forwarded-tcpip': ends,
  'direct-tcpip': ends,
  'forwarded-streamlocal@openssh.com': [string('/run/socket'), string('')],
  'direct-streamlocal@openssh.com': [string('/run/socket'), string(''), uint32(0)],
  'tun@openssh.com': [uint32(1), uint32(2 ** 31 - 1)],
  x11: [string('127.0.0.1'), uint32(6000)],
  'auth-agent@openssh.com': [],
  __proto__: [],
}

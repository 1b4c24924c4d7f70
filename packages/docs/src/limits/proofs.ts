import type { Limits } from '@seashell/core'

/** The tests that show a limit: what is within it goes, what is beyond it does not. */
export interface Proof {
  /** The file of the tests, below packages/. */
  readonly file: string
  /** The title of the test of what is within; its beginning, where the test is made for several values. */
  readonly within: string
  /** The title of the test of what is beyond; often the same test. */
  readonly beyond: string
}

function proof(file: string, within: string, beyond: string = within): Proof {
  return { file, within, beyond }
}

const CORE = 'core/test/limits.test.ts'
const WINDOW = 'connection/test/window.test.ts'
const UNREAD = 'connection/test/unread.test.ts'

/** Every limit of a transport. */
export const transportProofs: Readonly<Record<keyof Limits, Proof>> = {
  versionLineLength: proof(CORE, 'is the longest identification line, line end included, in both roles'),
  bannerLength: proof(CORE, 'is how much a server may say before its identification line'),
  packetLength: proof('core/test/packets.test.ts', 'are as long as the limit, and no longer'),
  inflatedLength: proof('core/test/packets.test.ts', 'are inflated up to the limit and no further'),
  nameListLength: proof(CORE, 'of a name-list counts in the KEXINIT of a connection'),
  nameListNames: proof(CORE, 'is how many names one list of the peer’s KEXINIT may have'),
  heldLength: proof(CORE, 'ends the connection where the stream cannot be paused'),
  queuedLength: proof(CORE, 'is how much may wait for a peer that does not read'),
  unauthenticatedPackets: proof(CORE, 'is how many packets a peer may send before authentication'),
  unauthenticatedLength: proof(CORE, 'is how many bytes a peer may send before authentication'),
  unauthenticatedReExchanges: proof(CORE, 'is how many exchanges a peer may start before authentication, on top of the first'),
  reExchanges: proof(CORE, 'is how many exchanges a peer may start in a row'),
  identificationTime: proof(CORE, 'identificationTime runs from the connection to the peer’s identification line'),
  keyExchangeTime: proof(CORE, 'keyExchangeTime runs anew in each exchange, whoever starts it, and stops with its keys'),
  authenticationTime: proof(
    CORE,
    'authenticationTime no longer runs when the user is authenticated, or a service runs that needs no user',
    'authenticationTime runs from the connection to authentication',
  ),
  authenticationAttempts: proof('userauth/test/server.test.ts', 'end the connection when there were %i'),
  channels: proof('connection/test/connection.test.ts', 'are limited: more are refused with RESOURCE_SHORTAGE, ours with LIMIT'),
  pendingRequests: proof(
    'connection/test/requests.test.ts',
    'are bounded by a limit that can be set, over all channels and the connection together',
  ),
  outstandingPings: proof(CORE, 'is how many may be unanswered: another is refused, and the connection goes on'),
}

/** What is set elsewhere than in a transport's limits: file and name of the interface, member, tests. */
export const otherProofs: readonly (readonly [path: string, owner: string, member: string, proof: Proof])[] = [
  ['connection/src/window.ts', 'WindowOptions', 'windowLength', proof(WINDOW, 'takes a whole window, and no more')],
  [
    'connection/src/window.ts',
    'WindowOptions',
    'maximumWindowLength',
    proof(
      WINDOW,
      'grows while the peer stands still for want of it, and half of it goes in a quarter of a second, up to its maximum',
      'never lets more than a window be outstanding, and never starves the peer',
    ),
  ],
  [
    'connection/src/window.ts',
    'WindowOptions',
    'maximumPacketLength',
    proof(WINDOW, 'takes a message as long as it may be, and no longer'),
  ],
  [
    'connection/src/options.ts',
    'ConnectionOptions',
    'unreadLength',
    proof(
      UNREAD,
      'changes no window as long as there is room',
      'stays within the limit and 32 KiB for each channel, whatever the peer sends',
    ),
  ],
  [
    'connection/src/options.ts',
    'ConnectionOptions',
    'closeTime',
    proof('connection/test/connection.test.ts', 'waits so long and no longer for a peer that does not close'),
  ],
  [
    'userauth/src/server/options.ts',
    'UserAuthServerOptions',
    'maxAttempts',
    proof('userauth/test/server.test.ts', 'leave the last attempt to be right', 'are the options before the transport’s'),
  ],
  [
    'ssh/src/server.ts',
    'ServerOptions',
    'maxStartups',
    proof(
      'ssh/test/loopback.test.ts',
      'count towards maxStartups only who has not logged in',
      'close a connection beyond maxStartups at once, and serve again when there is room',
    ),
  ],
]

/** What the protocol fixes, so that nobody can set it. */
export const fixedProofs: readonly (readonly [what: string, proof: Proof])[] = [
  [
    'Padding: 4 to 255 bytes, and it leaves a payload (RFC 4253 §6).',
    proof(
      'core/test/packets.test.ts',
      'may have any padding from 4 bytes up to all but one byte of payload',
      'are refused where their padding is',
    ),
  ],
  ['A window never passes 2^32−1 bytes (RFC 4254 §5.2).', proof(WINDOW, 'the send window refuses to pass 2^32-1')],
]

import { byte, disconnected, hostile, type HostileCase, Msg, Reason, string, unimplemented } from '../src/index.ts'

const notAllowed = disconnected(Reason.PROTOCOL_ERROR, /not allowed now/)

/** A peer that sends this as soon as there are keys. */
function onceSecure(
  role: HostileCase['role'],
  name: string,
  [number, ...fields]: readonly [number, ...Buffer[]],
  expectation: HostileCase['expect'],
  source?: string,
): HostileCase {
  return {
    name: `${role}: ${name}`,
    ...(source !== undefined && { source }),
    role,
    async script(peer) {
      await peer.secure()
      await peer.send(number, ...fields)
    },
    expect: expectation,
  }
}

hostile('service requests', [
  onceSecure(
    'client',
    'for a service that is not there',
    [Msg.SERVICE_REQUEST, string('ssh-mallory')],
    disconnected(Reason.SERVICE_NOT_AVAILABLE, /"ssh-mallory"/),
  ),
  onceSecure(
    'client',
    'for ssh-connection, past authentication',
    [Msg.SERVICE_REQUEST, string('ssh-connection')],
    disconnected(Reason.SERVICE_NOT_AVAILABLE),
    'RFC 4252 §4',
  ),
  onceSecure(
    'client',
    'for a name of control characters',
    [Msg.SERVICE_REQUEST, string('ssh\r\nuser\u001Bauth')],
    disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/),
  ),
  {
    name: 'client: twice',
    role: 'client',
    async script(peer) {
      await peer.secure()
      await peer.startUserAuth()
      await peer.send(Msg.SERVICE_REQUEST, string('ssh-userauth'))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /while one runs/),
  },
  {
    name: 'client: after authentication',
    role: 'client',
    async script(peer) {
      await peer.authenticate()
      await peer.send(Msg.SERVICE_REQUEST, string('ssh-userauth'))
    },
    // The second packet under the keys, behind the request for the service, is the password; the third is this one.
    expect: unimplemented(2),
  },
  {
    name: 'client: behind a re-exchange, as Conch does',
    role: 'client',
    async script(peer) {
      await peer.authenticate()
      await peer.exchangeAgain()
      await peer.send(Msg.SERVICE_REQUEST, string('ssh-userauth'))
      const channel = await peer.openSession()
      await peer.exec(channel, 'goes on')
    },
    expect: unimplemented(0),
  },
  {
    name: 'client: in a re-exchange',
    source: 'RFC 4253 §7.1',
    role: 'client',
    async script(peer) {
      await peer.authenticate()
      await peer.sendKexInit()
      await peer.send(Msg.SERVICE_REQUEST, string('ssh-userauth'))
    },
    expect: notAllowed,
  },
  onceSecure(
    'client',
    'with something behind its end',
    [Msg.SERVICE_REQUEST, string('ssh-userauth'), byte(0)],
    disconnected(Reason.PROTOCOL_ERROR, /goes on/),
  ),
  onceSecure('client', 'SERVICE_ACCEPT, as if it were the server', [Msg.SERVICE_ACCEPT, string('ssh-userauth')], notAllowed),
  onceSecure('server', 'SERVICE_REQUEST, as if it were the client', [Msg.SERVICE_REQUEST, string('ssh-userauth')], notAllowed),
  {
    name: 'server: accepts a service that nobody has requested',
    role: 'server',
    async script(peer) {
      await peer.secure()
      await peer.receive(Msg.SERVICE_REQUEST)
      await peer.send(Msg.SERVICE_ACCEPT, string('ssh-connection'))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /requested the service ssh-userauth/),
  },
  {
    name: 'server: accepts a service twice',
    role: 'server',
    async script(peer) {
      await peer.secure()
      await peer.startUserAuth()
      await peer.send(Msg.SERVICE_ACCEPT, string('ssh-userauth'))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /not requested/),
  },
])

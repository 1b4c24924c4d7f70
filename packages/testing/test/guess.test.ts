import { disconnected, hostile, type HostileCase, Msg, type Peer, Reason, string, survived } from '../src/index.ts'

/** A server that a client takes for one which likes what the client likes best, and guesses by that. */
function meetsGuess(
  name: string,
  script: (peer: Peer) => Promise<void>,
  expectation: HostileCase['expect'],
  source = 'RFC 4253 §7',
): HostileCase {
  const client = {
    serverPreferences: { keyExchange: 'curve25519-sha256', publicKey: 'ssh-ed25519' },
    choices: { keyExchanges: ['curve25519-sha256', 'ecdh-sha2-nistp256'], publicKeys: ['ssh-ed25519'] },
  }
  return { name, source, role: 'server', client, script, expect: expectation }
}

/** Lists by which the guess is wrong, though the same method is agreed on. */
const otherFirst = { keyExchanges: ['ecdh-sha2-nistp256', 'curve25519-sha256', 'kex-strict-s-v00@openssh.com'] }

hostile('a client’s guess at the first message of the exchange, and a server', [
  meetsGuess(
    'that takes it, before it says anything itself',
    async (peer) => {
      await peer.receiveVersion()
      await peer.receive(Msg.KEXINIT)
      const guess = await peer.receive(Msg.KEX_INIT)
      await peer.sendVersion()
      await peer.sendKexInit()
      await peer.answerPublicValue(guess)
      await peer.exchangeNewKeys()
    },
    survived,
  ),
  meetsGuess(
    'that passes a wrong one over',
    async (peer) => {
      await peer.exchangeVersions()
      await peer.exchangeKexInits(otherFirst)
      await peer.receive(Msg.KEX_INIT)
      await peer.exchangeKeys()
      await peer.exchangeNewKeys()
    },
    survived,
  ),
  meetsGuess(
    'that answers a wrong one as though it were right',
    async (peer) => {
      await peer.exchangeVersions()
      await peer.exchangeKexInits(otherFirst)
      await peer.exchangeKeys()
    },
    disconnected(Reason.KEY_EXCHANGE_FAILED, /signature/),
  ),
  meetsGuess(
    'that answers it and never says what it can',
    async (peer) => {
      await peer.exchangeVersions()
      await peer.receive(Msg.KEXINIT)
      peer.kexInits.ours = peer.kexInit()
      await peer.exchangeKeys()
    },
    disconnected(Reason.PROTOCOL_ERROR, /message 31/),
  ),
  meetsGuess(
    'that answers a right one twice',
    async (peer) => {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.exchangeKeys()
      await peer.send(Msg.KEX_REPLY, string('again'))
    },
    disconnected(Reason.PROTOCOL_ERROR, /message 31/),
  ),
  meetsGuess(
    'that sends NEWKEYS in answer',
    async (peer) => {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.receive(Msg.KEX_INIT)
      await peer.send(Msg.NEWKEYS)
    },
    disconnected(Reason.PROTOCOL_ERROR, /message 21/),
  ),
  meetsGuess(
    'that sends a packet more between its KEXINIT and the answer, to have one dropped later',
    async (peer) => {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      const guess = await peer.receive(Msg.KEX_INIT)
      await peer.send(Msg.IGNORE)
      await peer.answerPublicValue(guess)
    },
    disconnected(Reason.PROTOCOL_ERROR, /message 2 /),
    'CVE-2023-48795',
  ),
])

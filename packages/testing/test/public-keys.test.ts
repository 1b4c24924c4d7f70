import { expect, it } from 'vitest'
import {
  account,
  Arena,
  byte,
  disconnected,
  ed25519Key,
  Fields,
  fields,
  hostile,
  Msg,
  publicKeyQuery,
  publicKeyRequest,
  Reason,
  type SigningKey,
  string,
} from '../src/index.ts'
import { clients, judged } from './support/logins.ts'
import { ecdsa, ed25519, inside, lie, rsa, target } from './support/user-keys.ts'

const keys: Record<string, SigningKey> = { 'ssh-ed25519': ed25519, 'ecdsa-sha2-nistp256': ecdsa, 'rsa-sha2-512': rsa }

for (const [algorithm, key] of Object.entries(keys)) {
  hostile(
    `publickey, ${algorithm}`,
    clients(
      {
        name: 'a signature that is right: it lets in',
        async script(peer) {
          await peer.send(Msg.USERAUTH_REQUEST, publicKeyRequest(key, peer.sessionID!))
          await peer.receive(Msg.USERAUTH_SUCCESS)
        },
        expect: judged(1, 0),
      },
      lie('over another session', key, { signed: { sessionID: Buffer.alloc(32, 1) } }, 'RFC 4252 §7'),
      lie('over no session', key, { signed: { sessionID: Buffer.alloc(0) } }, 'RFC 4252 §7'),
      lie('for another user, sent for this one', key, { signed: { user: 'bob' } }, 'RFC 4252 §7'),
      lie('for this user, sent for another', key, { said: { user: 'bob' }, signed: { user: account.user } }, 'RFC 4252 §7'),
      lie('for another service', key, { signed: { service: 'ssh-userauth' } }, 'RFC 4252 §7'),
      lie('for another method', key, { signed: { method: 'hostbased' } }, 'RFC 4252 §7'),
      lie('over another name of algorithm', key, { signed: { algorithm: 'ssh-dss' } }, 'RFC 4252 §7'),
      lie('over another key', key, { signed: { blob: ed25519Key().blob } }, 'RFC 4252 §7'),
      lie('over nothing', key, { signature: () => key.sign(Buffer.alloc(0)) }),
      lie('of a stranger with the name of a friend', key, { signature: (_made, data) => ed25519Key().sign(data) }),
      lie('of an algorithm of another name', key, {
        signature: (made) => fields('ssh-dss', new Fields(made.subarray(4 + algorithm.length)).string()),
      }),
      lie(
        'of SHA-1',
        key,
        { signature: (made) => fields('ssh-rsa', new Fields(made.subarray(4 + algorithm.length)).string()) },
        'RFC 8332 §3',
      ),
      lie('that is empty', key, { signature: () => Buffer.alloc(0) }),
      lie('of a name and nothing else', key, { signature: () => string(algorithm) }),
      lie('of a name and no bytes', key, { signature: () => fields(algorithm, '') }),
      lie('cut off', key, { signature: (made) => made.subarray(0, -1) }),
      lie('with a byte behind it', key, { signature: (made) => Buffer.concat([made, byte(0)]) }),
      lie('shorter by a byte', key, { signature: inside((made) => made.subarray(0, -1)) }),
      lie('longer by a byte', key, { signature: inside((made) => Buffer.concat([made, byte(0)])) }),
      lie('with a zero before it', key, { signature: inside((made) => Buffer.concat([byte(0), made])) }),
      lie('of zeros', key, { signature: inside((made) => Buffer.alloc(made.length)) }),
      lie('as the name of another key type', key, { said: { algorithm: 'ecdsa-sha2-nistp521' } }),
      lie('of a key that is cut off', key, { said: { blob: key.blob.subarray(0, -1) } }),
      lie('of a key with a byte behind it', key, { said: { blob: Buffer.concat([key.blob, byte(0)]) } }),
      lie('of a key that is empty', key, { said: { blob: Buffer.alloc(0) } }),
      lie('of a key that is not authorised', { ...key, ...ed25519Key() }, {}),
    ),
    target,
  )
}

hostile(
  'publickey: requests that are no requests',
  clients(
    {
      name: 'a query, then a session',
      source: 'CVE-2018-10933',
      async script(peer) {
        await peer.send(Msg.USERAUTH_REQUEST, publicKeyQuery(ed25519))
        await peer.receive(Msg.USERAUTH_PK_OK)
        await peer.send(Msg.CHANNEL_OPEN, fields('session'), Buffer.alloc(12, 1))
      },
      expect: judged(0, 0, disconnected(Reason.PROTOCOL_ERROR, /CHANNEL_OPEN|message 90/)),
    },
    {
      name: 'a query for one key, then a signature of another that is not authorised',
      async script(peer) {
        await peer.send(Msg.USERAUTH_REQUEST, publicKeyQuery(ed25519))
        await peer.receive(Msg.USERAUTH_PK_OK)
        await peer.send(Msg.USERAUTH_REQUEST, publicKeyRequest(ed25519Key(), peer.sessionID!))
        await peer.receive(Msg.USERAUTH_FAILURE)
      },
      expect: judged(0, 1),
    },
    {
      name: 'a query with a signature behind it',
      async script(peer) {
        await peer.send(Msg.USERAUTH_REQUEST, publicKeyQuery(ed25519), string(ed25519.sign(Buffer.alloc(0))))
      },
      expect: judged(0, 0, disconnected(Reason.PROTOCOL_ERROR, /goes on/)),
    },
    {
      name: 'a signature with something behind it',
      async script(peer) {
        await peer.send(Msg.USERAUTH_REQUEST, publicKeyRequest(ed25519, peer.sessionID!, { trailer: byte(0) }))
      },
      expect: judged(0, 0, disconnected(Reason.PROTOCOL_ERROR, /goes on/)),
    },
    {
      name: '200 queries, which are no attempts',
      async script(peer) {
        for (let count = 0; count < 200; count++) {
          await peer.send(Msg.USERAUTH_REQUEST, publicKeyQuery(ed25519, count % 2 === 0 ? {} : { user: 'bob' }))
          await peer.receive(Msg.USERAUTH_PK_OK, Msg.USERAUTH_FAILURE)
        }
      },
      expect: judged(0, 100),
    },
  ),
  target,
)

it('a login that was recorded and is replayed on another connection lets nobody in (RFC 4252 §7)', async () => {
  await using arena = await Arena.open(target)
  const [first, second] = [await arena.meet('client'), await arena.meet('client')]
  for (const { peer } of [first, second]) {
    await peer.secure()
    await peer.startUserAuth()
  }
  const request = publicKeyRequest(ed25519, first.peer.sessionID!)
  for (const { peer } of [first, second]) await peer.send(Msg.USERAUTH_REQUEST, request)
  await first.peer.receive(Msg.USERAUTH_SUCCESS)
  await second.peer.receive(Msg.USERAUTH_FAILURE)
  for (const { peer } of [first, second]) peer.line.destroy()
  expect(await arena.askBystander()).toBe('out: still here')
})

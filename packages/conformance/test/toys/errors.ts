import { invalidArgument, SSHError } from '@seashell/core/wire'

/** As the contract wants them. */
export const errors = {
  notAuthentic: () => new SSHError('MAC', 'expected the tag of this packet; found another', { fault: 'peer', reason: 5 }),
  publicValue: (what: string) => new SSHError('KEY_EXCHANGE', `expected another public value than ${what}`, { fault: 'peer', reason: 3 }),
  notCompressed: (what: string) => new SSHError('COMPRESSION', `expected compressed data; found ${what}`, { fault: 'peer', reason: 6 }),
  publicKey: (what: string) => new SSHError('KEY', `expected a public key; found ${what}`, { fault: 'peer' }),
  privateKey: (what: string) => new SSHError('KEY', `expected a private key; found ${what}`, { fault: 'caller' }),
  lengths: (key: readonly [number, number], iv: readonly [number, number]) =>
    invalidArgument(`expected a key of ${key[0]} bytes and an IV of ${iv[0]}; got ${key[1]} and ${iv[1]}`),
  closed: () => new SSHError('CLOSED', 'used after destroy()', { fault: 'caller' }),
}

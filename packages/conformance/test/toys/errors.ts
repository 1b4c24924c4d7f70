import { SSHError } from '@seashell/core/wire'

/** As the contract wants them. */
export const errors = {
  notAuthentic: () => new SSHError('MAC', 'expected the tag of this packet; found another', { fault: 'peer', reason: 5 }),
  publicValue: (what: string) => new SSHError('KEY_EXCHANGE', `expected another public value than ${what}`, { fault: 'peer', reason: 3 }),
  notCompressed: (what: string) => new SSHError('COMPRESSION', `expected compressed data; found ${what}`, { fault: 'peer', reason: 6 }),
  publicKey: (what: string) => new SSHError('KEY', `expected a public key; found ${what}`, { fault: 'peer' }),
  privateKey: (what: string) => new SSHError('KEY', `expected a private key; found ${what}`, { fault: 'caller' }),
  closed: () => new SSHError('CLOSED', 'used after destroy()', { fault: 'caller' }),
}

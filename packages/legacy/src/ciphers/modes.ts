import type { MacCipherDefinition } from '@seashell/core'
import { type BlockCipher, type BlockCipherOptions, defineBlockCipher } from './block-cipher.ts'

/** A block cipher with cipher block chaining (RFC 4253 §6.3): the last block of a packet is the initial vector of the next. */
export function defineCbc(options: BlockCipherOptions): MacCipherDefinition {
  return defineBlockCipher({ ...options, chained: true }, encryptCbc, decryptCbc)
}

/** A block cipher in counter mode (RFC 4344 §4), which decrypts by encrypting. */
export function defineCtr(options: BlockCipherOptions): MacCipherDefinition {
  return defineBlockCipher(options, applyCtr, applyCtr)
}

/** @param block the last block of ciphertext; changed with each */
function encryptCbc(cipher: BlockCipher, block: Uint8Array): (data: Uint8Array) => void {
  return (data) => {
    for (let start = 0; start < data.length; start += block.length) {
      for (let index = 0; index < block.length; index++) block[index]! ^= data[start + index]!
      cipher.encryptBlock(block)
      data.set(block, start)
    }
  }
}

/** @param last the last block of ciphertext; changed with each */
function decryptCbc(cipher: BlockCipher, last: Uint8Array): (data: Uint8Array) => void {
  const block = new Uint8Array(last.length)
  return (data) => {
    for (let start = 0; start < data.length; start += block.length) {
      for (let index = 0; index < block.length; index++) block[index] = data[start + index]!
      cipher.decryptBlock(block)
      for (let index = 0; index < block.length; index++) {
        const ciphertext = data[start + index]!
        data[start + index] = block[index]! ^ last[index]!
        last[index] = ciphertext
      }
    }
    block.fill(0)
  }
}

/** @param counter the counter of the next block: X in RFC 4344 §4 */
function applyCtr(cipher: BlockCipher, counter: Uint8Array): (data: Uint8Array) => void {
  const block = new Uint8Array(counter.length)
  return (data) => {
    for (let start = 0; start < data.length; start += block.length) {
      block.set(counter)
      cipher.encryptBlock(block)
      for (let index = 0; index < block.length; index++) data[start + index]! ^= block[index]!
      count(counter)
    }
    block.fill(0)
  }
}

/** Adds one, modulo all that the counter can hold. */
function count(counter: Uint8Array): void {
  let index = counter.length - 1
  while (index >= 0 && ++counter[index]! > 0xff) index--
}

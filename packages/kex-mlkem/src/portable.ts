import { sha256, sha384 } from '@noble/hashes/sha2.js'
import { classicalHalf, type HybridHalf, postQuantumHalf } from './half.ts'
import type { HybridOptions } from './hybrid.ts'
import { mlkem1024, mlkem768 } from './mlkem.ts'
import { nistp256, nistp384 } from './nist-curves.ts'
import { x25519 } from './x25519.ts'

/** ML-KEM-768 by @noble/post-quantum: encapsulation key of 1184 bytes, decapsulation key of 2400, ciphertext of 1088, secret of 32. */
export const mlkem768Half: HybridHalf = /* @__PURE__ */ postQuantumHalf(mlkem768)

/** X25519 by @noble/curves: everything has 32 bytes. */
export const x25519Half: HybridHalf = /* @__PURE__ */ classicalHalf(x25519)

/** What mlkem768x25519-sha256 is made of here. */
export const mlkem768x25519: HybridOptions = {
  name: 'mlkem768x25519-sha256',
  provider: 'noble',
  postQuantum: mlkem768Half,
  classical: x25519Half,
  hash: sha256,
}

/** What mlkem768nistp256-sha256 is made of here. */
export const mlkem768nistp256: HybridOptions = {
  name: 'mlkem768nistp256-sha256',
  provider: 'noble',
  postQuantum: mlkem768Half,
  classical: /* @__PURE__ */ classicalHalf(nistp256),
  hash: sha256,
}

/** What mlkem1024nistp384-sha384 is made of here. */
export const mlkem1024nistp384: HybridOptions = {
  name: 'mlkem1024nistp384-sha384',
  provider: 'noble',
  postQuantum: /* @__PURE__ */ postQuantumHalf(mlkem1024),
  classical: /* @__PURE__ */ classicalHalf(nistp384),
  hash: sha384,
}

const NEW_MEMORY =
  '`node:crypto` makes an object for each packet (`createCipherBase`) and puts what it encrypts or decrypts into new memory (`update`), first as much as it might be, then, in a copy, as much as it is; a sender copies that to where it belongs. The memory is given back at once (`postMessage`, before Node 22). ssh2’s add-on keeps one object, and works in place.'

const FIRST_HALF_SECOND =
  'In the first half second of a transfer V8 compiles what is called for each packet, which takes about a sixth of the processor time of an end in Node meanwhile, and longer with us than with ssh2: there is less of that in the row of four times the bytes.'

const NEW_CHUNKS =
  'The server receives: a socket that was accepted reads into new memory each time, for Node lets only sockets that connect read into the same.'

const WIDE_VECTORS =
  'Half of it is one `wasm-function`, ChaCha20 and Poly1305 in WebAssembly, whose vectors have 128 bits; OpenSSH and ssh2’s add-on have OpenSSL’s, of 256 and 512. Around it each packet is copied into WebAssembly’s memory and out of it.'

const NOBLE =
  'Noble’s ChaCha20 and Poly1305, more than half of it, are the same in the raw pipeline. Beside them noble makes new arrays of each packet (`copyBytes`), which are collected, and every packet is copied as SSH wants it.'

const GCM_IN_WASM =
  'AES and GHASH in WebAssembly, the two `wasm-function`s, are more than four fifths of it, and the same in the raw pipeline.'

/**
 * What holds a row below its target, as its profile shows: for the report, and only where it was missed.
 *
 * @param key `row, contestant`
 * @param line `Node 20`
 */
export function boundOf(key: string, line: string): string | undefined {
  const [row] = key.split(', ') as [string]
  return bounds[`${key}, ${line}`] ?? bounds[`${row}, ${line}`] ?? bounds[key] ?? bounds[row]
}

/** By row, by row and contestant, or by one of them and a release line of Node. */
const bounds: Readonly<Record<string, string>> = {
  'upload/aes256-gcm': `${NEW_MEMORY} ${NEW_CHUNKS}`,
  'upload/aes128-gcm': `${NEW_MEMORY} ${NEW_CHUNKS}`,
  'download/aes128-ctr-hmac':
    'A third of the time of both ends is SHA-256 (`update`, `Hmac` and `digest` of `crypto/hash`), the same for everybody. Node’s AES puts its result into new memory, from where the sender copies it back, and each packet wants an object of Node’s for its MAC (`Hmac`).',
  'upload/aes128-ctr-hmac': `A third of the time of both ends is SHA-256 (\`update\`, \`Hmac\` and \`digest\` of \`crypto/hash\`), the same for everybody. Node’s AES puts its result into new memory, from where the sender copies it back, and each packet wants an object of Node’s for its MAC (\`Hmac\`). ${NEW_CHUNKS}`,
  'upload/aes256-gcm, seashell-to-openssh': NEW_MEMORY,
  'download/aes256-gcm, seashell-wasm': GCM_IN_WASM,
  'upload/aes256-gcm, seashell-wasm': GCM_IN_WASM,
  'download/aes128-gcm': `${NEW_MEMORY} ${FIRST_HALF_SECOND}`,
  'download/aes256-gcm': `${NEW_MEMORY} ${FIRST_HALF_SECOND}`,
  'download/chacha20-poly1305, seashell-noble': NOBLE,
  'upload/chacha20-poly1305, seashell-noble': NOBLE,
  'download/chacha20-poly1305': WIDE_VECTORS,
  'upload/chacha20-poly1305': WIDE_VECTORS,
  'handshake/1 at once':
    'Private keys go into OpenSSL as JSON Web Keys (`getKeyObjectHandleFromJwk`), and it computes the public key of each: at a client twice a connection, of the key that it reads and of its half of the exchange, at a server once. The rest is spread thin.',
  'handshake/16 at once':
    'Private keys go into OpenSSL as JSON Web Keys (`getKeyObjectHandleFromJwk`), and it computes the public key of each: at a client twice a connection, of the key that it reads and of its half of the exchange, at a server once. The rest is spread thin.',
  'handshake/mlkem768x25519':
    'ML-KEM-768 in WebAssembly (`wasm-function`), libsodium’s, since Node 20 has no other: three operations a handshake, of a tenth of a millisecond each, besides X25519; and a kilobyte more each way to hash. From Node 24.7 on generating keys and decapsulating are OpenSSL’s.',
  'echo/1 in flight':
    'One packet each way, so nothing can share a write. The write to the socket, in which the kernel wakes the other process, is the same for everybody. Sealing and opening, in WebAssembly, take 0.6 µs each for 64 bytes; the rest is spread thin.',
  idle: 'V8 holds 6 KB of objects for a connection (`heapUsed` of a process that serves 500) and 0.2 KB of arrays beside them; 7.5 and 1.6 KB for one of ssh2’s. The rest is Node’s socket and what V8 leaves between objects.',
}

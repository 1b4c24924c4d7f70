import { certifiedPublicKeys } from '@seashell/certificates'
import { defineAesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'
import { chacha20Poly1305Wasm } from '@seashell/cipher-chacha20-poly1305-wasm'
import { type AlgorithmList, type AlgorithmLists, AlgorithmRegistry, selectAlgorithms } from '@seashell/core'
import { dhGroupExchangeOver } from '@seashell/kex-dh'
import { mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
import { libsodiumHybridHalves } from '@seashell/kex-mlkem-wasm'
import { nodeCrypto, nodeGcm, nodeGroupArithmetic, nodeHybridHalves } from '@seashell/node'
import { compatible } from '@seashell/presets'

/** Lists in OpenSSH's syntax, such as `+aes128-ctr` or `^chacha20*`, or as arrays of names; what is left out stays as it is. */
export type AlgorithmChoices = { readonly [List in keyof AlgorithmLists]?: string | readonly string[] }

/**
 * The longest packet under AES-GCM that WebAssembly gets. `node:crypto` makes an object for each packet, and then is the faster. By the best of
 * many turns (`bench` of `@seashell/cipher-aes-gcm-wasm`; Node 20, EPYC) the two are even at about 1 KiB, and with collecting these objects
 * (an echo of 450, 900, 1400 and 1900 bytes over one connection) between 1400 and 1900 bytes.
 */
const SHORT_PACKET_LENGTH = 1024

/**
 * What there is where nobody chooses: the preset `compatible`, in its order, on `node:crypto` as far as Node has what it takes, that half
 * of post-quantum hybrids included, whose ML-KEM-768 is libsodium's in WebAssembly else; and in WebAssembly what it does faster: short packets
 * under AES-GCM, and chacha20-poly1305@openssh.com, up to the packets of a channel.
 */
export function defaultAlgorithms(): AlgorithmRegistry {
  const publicKeys = nodeCrypto.filter((definition) => definition.kind === 'public-key')
  return new AlgorithmRegistry(compatible)
    .override(nodeCrypto)
    .override(mlkemKeyExchangesOver(nodeHybridHalves(), libsodiumHybridHalves))
    .override(dhGroupExchangeOver(nodeGroupArithmetic))
    .override(chacha20Poly1305Wasm)
    .override(defineAesGcmWasm({ upTo: SHORT_PACKET_LENGTH, beyond: nodeGcm }))
    .override(certifiedPublicKeys(publicKeys))
}

/**
 * What a server offers of {@link defaultAlgorithms} where nobody chooses: no finite-field Diffie-Hellman, as sshd. It costs a server most, and a
 * stranger who sends any number instead of a public value pays nothing for it (CVE-2002-20001); and who speaks SSH has curves by now.
 */
export const SERVER_KEY_EXCHANGES = '-diffie-hellman-*'

/**
 * The lists of names that choices come to.
 *
 * @param defaults choices of ours, which the caller's are relative to
 * @throws SSHError `ARGUMENT` for a name that is not registered, or where a list leaves nothing
 */
export function resolveChoices(
  algorithms: AlgorithmRegistry,
  choices: AlgorithmChoices = {},
  defaults: AlgorithmChoices = {},
): Partial<AlgorithmLists> {
  const resolved: { -readonly [List in keyof AlgorithmLists]?: readonly string[] } = {}
  for (const name of Object.keys({ ...defaults, ...choices }) as (keyof AlgorithmLists)[]) {
    const [list, choice, base] = [algorithms[name], choices[name], defaults[name]]
    if (choice === undefined && base === undefined) continue
    resolved[name] = resolveChoice(list, choice, resolveChoice(list, base, list.defaults))
  }
  return resolved
}

function resolveChoice(list: AlgorithmList, choice: string | readonly string[] | undefined, base: readonly string[]): readonly string[] {
  return Object.freeze(typeof choice === 'string' ? selectAlgorithms(base, choice, list.names) : [...(choice ?? base)])
}

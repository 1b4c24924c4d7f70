import type { PublicKeyDefinition, Signer } from '../algorithms/definition.ts'
import { blobFormat } from '../algorithms/signature.ts'
import { invalidArgument, SSHError } from '../errors.ts'
import { frozen } from '../frozen.ts'
import { DisconnectReasons, MSG_SERVICE_ACCEPT } from '../messages.ts'
import { encodeAscii } from '../wire/text.ts'
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'
import { SSHTransportBase } from './base.ts'
import { SERVER_SIG_ALGS } from './extinfo.ts'
import { serverLimits } from './limits.ts'
import type { ServerTransportOptions } from './options.ts'

/**
 * The server's side of SSH's transport protocol. What it offers of host key algorithms is what its host keys can sign.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry, SSHServerTransport, type Signer, type SSHService } from '@seashell/core'
 * import { modern } from '@seashell/presets'
 *
 * declare const hostKey: Signer
 * declare const userAuth: SSHService
 * const transport = new SSHServerTransport({
 *   algorithms: new AlgorithmRegistry(modern),
 *   hostKeys: [hostKey],
 *   getService: (name) => (name === userAuth.name ? userAuth : undefined),
 * })
 * ```
 */
export class SSHServerTransport extends SSHTransportBase {
  readonly #hostKeys: readonly Signer[]
  readonly #getService: ServerTransportOptions['getService']

  /** @throws SSHError `ARGUMENT` or `UNKNOWN_ALGORITHM` where the options do not fit together: no host key can sign what is offered */
  constructor(options: ServerTransportOptions) {
    const hostKeys = frozen(options.hostKeys)
    const signers = keysByFormat(hostKeys)
    const { publicKeys: registered } = options.algorithms
    const chosen = options.supported?.publicKeys ?? registered.defaults
    const isPossible = (name: string): boolean => canSign(signers.get(registered.get(name).keyFormat), name)
    const publicKeys = chosen.every(isPossible) ? chosen : chosen.filter(isPossible)
    if (publicKeys.length === 0) {
      throw invalidArgument(
        `no host key can sign with ${chosen.join(', ') || 'nothing'}; there are keys of ${[...signers.keys()].join(', ') || 'no format'}`,
      )
    }
    super(false, options, serverLimits, { ...options.supported, publicKeys })
    this.#hostKeys = hostKeys
    this.#getService = options.getService
  }

  /** SERVICE_REQUEST has come: `string name` (RFC 4253 §10). */
  ssh_SERVICE_REQUEST(payload: Uint8Array): void {
    const reader = new WireReader(payload, 'SERVICE_REQUEST')
    const name = reader.readName()
    reader.end()
    if (this.service !== null) throw new SSHError('PROTOCOL', 'the peer requests a service while one runs', { fault: 'peer' })
    const service = this.#getService?.(name)
    if (service === undefined) {
      throw new SSHError('SERVICE', `the peer requests the service ${JSON.stringify(name)}, which is not here`, {
        fault: 'peer',
        reason: DisconnectReasons.SERVICE_NOT_AVAILABLE,
      })
    }
    this.sendPacket(MSG_SERVICE_ACCEPT, new WireWriter().writeString(name).finish())
    this.setService(service)
  }

  protected override serviceMessage(payload: Uint8Array): void {
    this.ssh_SERVICE_REQUEST(payload)
  }

  protected override extensions(): Map<string, Uint8Array> {
    return super.extensions().set(SERVER_SIG_ALGS, encodeAscii(this.acceptedPublicKeys.join(',')))
  }

  protected override setPublicKeys(names: readonly string[]): void {
    for (const name of names) {
      const { keyFormat } = this.algorithms.publicKeys.get(name)
      if (!canSign(keysByFormat(this.#hostKeys).get(keyFormat), name)) throw invalidArgument(`no host key can sign with ${name}`)
    }
    super.setPublicKeys(names)
  }

  protected override async decideHostKey(): Promise<void> {
    throw new TypeError('a server decides about no host key')
  }

  protected override hostKeyFor(definition: PublicKeyDefinition): Signer {
    const signer = keysByFormat(this.#hostKeys).get(definition.keyFormat)
    if (signer === undefined) throw new TypeError(`no host key of format ${definition.keyFormat}`)
    return signer
  }
}

function keysByFormat(signers: readonly Signer[]): ReadonlyMap<string, Signer> {
  const byFormat = new Map<string, Signer>()
  for (const signer of signers) {
    const format = blobFormat(signer.publicKey, 'the public key of a host key')
    if (!byFormat.has(format)) byFormat.set(format, signer)
  }
  return byFormat
}

function canSign(hostKey: Signer | undefined, name: string): boolean {
  return hostKey?.algorithms.includes(name) === true
}

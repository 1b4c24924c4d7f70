import type { PublicKeyDefinition, Signer } from '../algorithms/definition.ts'
import { isSSHError, SSHError } from '../errors.ts'
import { checkServerPreferences, type ServerPreferences } from '../kex/guess.ts'
import { DisconnectReasons, MSG_SERVICE_REQUEST } from '../messages.ts'
import { equalBytes } from '../wire/bytes.ts'
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'
import { SSHTransportBase } from './base.ts'
import { clientLimits } from './limits.ts'
import type { ClientTransportOptions } from './options.ts'
import type { SSHService } from './service.ts'

/**
 * The client's side of SSH's transport protocol.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry, SSHClientTransport } from '@seashell/core'
 * import { modern } from '@seashell/presets'
 *
 * const transport = new SSHClientTransport({
 *   algorithms: new AlgorithmRegistry(modern),
 *   verifyHostKey: (hostKey) => hostKey.length > 0, // look it up in known_hosts instead
 * })
 * transport.supportedCiphers = ['aes256-gcm@openssh.com']
 * ```
 */
export class SSHClientTransport extends SSHTransportBase {
  readonly #verifyHostKey: ClientTransportOptions['verifyHostKey']
  #requested: SSHService | undefined
  #trusted: Uint8Array | undefined

  /** @throws SSHError `ARGUMENT` or `UNKNOWN_ALGORITHM` where the options do not fit together */
  constructor(options: ClientTransportOptions) {
    super(true, options, clientLimits)
    if (options.serverPreferences !== undefined) checkServerPreferences(options.serverPreferences)
    this.#verifyHostKey = options.verifyHostKey
    void this.closed.then((error) => this.#requested?.serviceStopped(error))
  }

  /** The public key blob of the server's host key, once it was verified; empty before. */
  get hostKey(): Uint8Array {
    return this.#trusted ?? new Uint8Array(0)
  }

  /**
   * What the server put first in its first KEXINIT; undefined before it came. Kept, and given to the next transport as the option of this
   * name, it saves that a round trip.
   */
  get serverPreferences(): ServerPreferences | undefined {
    return this.exchange.peerPreferences
  }

  /**
   * Decides about the server's host key: asks the option of this name. Override it instead, if you like; there is no default.
   *
   * @throws SSHError `HOST_KEY` where nobody is there to decide
   */
  async verifyHostKey(hostKey: Uint8Array, definition: PublicKeyDefinition): Promise<boolean> {
    if (this.#verifyHostKey === undefined) {
      throw new SSHError('HOST_KEY', 'nobody verifies host keys: pass verifyHostKey', {
        fault: 'caller',
        reason: DisconnectReasons.HOST_KEY_NOT_VERIFIABLE,
      })
    }
    return await this.#verifyHostKey(hostKey, definition)
  }

  /**
   * Requests a service (RFC 4253 §10), which starts when the server accepts. Where the connection ends before that, it is stopped without
   * having been started.
   *
   * @throws SSHError `PROTOCOL`, fault 'caller', while another request is unanswered
   */
  requestService(service: SSHService): void {
    if (this.#requested !== undefined) {
      throw new SSHError('PROTOCOL', `the request for the service ${this.#requested.name} is not answered yet`, { fault: 'caller' })
    }
    this.#requested = service
    this.sendPacket(MSG_SERVICE_REQUEST, new WireWriter().writeString(service.name).finish())
    service.transport = this
    service.serviceRequested()
  }

  /** SERVICE_ACCEPT has come: `string name`; some servers leave the name out. */
  ssh_SERVICE_ACCEPT(payload: Uint8Array): void {
    const requested = this.#requested
    if (requested === undefined) throw new SSHError('PROTOCOL', 'the peer accepts a service that was not requested', { fault: 'peer' })
    const name = payload.length === 0 ? requested.name : new WireReader(payload, 'SERVICE_ACCEPT').readName()
    if (name !== requested.name) {
      throw new SSHError('PROTOCOL', `requested the service ${requested.name}; the peer accepts ${JSON.stringify(name)}`, { fault: 'peer' })
    }
    this.#requested = undefined
    this.setService(requested)
  }

  protected override serviceMessage(payload: Uint8Array): void {
    this.ssh_SERVICE_ACCEPT(payload)
  }

  protected override async decideHostKey(hostKey: Uint8Array, definition: PublicKeyDefinition): Promise<void> {
    // A re-exchange with the key that was decided about asks nobody again.
    if (this.#trusted !== undefined && equalBytes(this.#trusted, hostKey)) return
    if (!(await this.#isTrusted(hostKey, definition))) throw refused(`the host key of type ${definition.typeName} was refused`)
    this.#trusted = hostKey.slice()
  }

  protected override hostKeyFor(): Signer {
    throw new TypeError('a client has no host key')
  }

  async #isTrusted(hostKey: Uint8Array, definition: PublicKeyDefinition): Promise<boolean> {
    try {
      return await this.verifyHostKey(hostKey, definition)
    } catch (error) {
      throw notVerified(error, definition)
    }
  }
}

// What lies beneath may name files of this machine: the peer learns it only where its author has thought of a peer, and given a reason.
function notVerified(cause: unknown, { typeName }: PublicKeyDefinition): SSHError {
  if (isSSHError(cause) && cause.reason !== undefined) return cause
  const [code, fault] = isSSHError(cause) ? [cause.code, cause.fault] : (['HOST_KEY', 'local'] as const)
  const message = `the host key of type ${typeName} was not verified`
  return new SSHError(code, message, { fault, reason: DisconnectReasons.HOST_KEY_NOT_VERIFIABLE, cause })
}

function refused(message: string): SSHError {
  return new SSHError('HOST_KEY', message, { fault: 'peer', reason: DisconnectReasons.HOST_KEY_NOT_VERIFIABLE })
}

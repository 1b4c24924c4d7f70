import type { ServiceTransport, SSHService } from '@seashell/core'
import { asSSHError } from './errors.ts'

/** The user is in: the next service takes over. We run no more when it starts, so an error of its own ends the connection from here. */
export function handOver(transport: ServiceTransport, service: SSHService): void {
  transport.authenticationSucceeded()
  try {
    transport.setService(service)
  } catch (error) {
    transport.fail(asSSHError(error, `the service ${service.name}`))
  }
}

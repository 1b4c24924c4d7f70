/** Where one end of a connection is, as far as its byte stream knows: `{ host: '192.0.2.7', port: 22 }`. */
export interface StreamAddress {
  /** The address or name. */
  readonly host: string
  /** The port, 0 where there is none. */
  readonly port: number
}

/** The address of one end of an SSH transport: that of the byte stream below it, marked as SSH's. */
export class SSHTransportAddress {
  /** The address of the byte stream. */
  readonly address: StreamAddress

  /** @param address the address of the byte stream */
  constructor(address: StreamAddress) {
    this.address = address
  }

  /** `192.0.2.7:22`, or `[2001:db8::7]:22`. */
  toString(): string {
    const { host, port } = this.address
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  }
}

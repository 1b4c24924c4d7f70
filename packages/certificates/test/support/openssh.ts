// What ssh-keygen of OpenSSH 9.2p1 has made:
//   ssh-keygen -s ca -I 'alice laptop' -z 18446744073709551615 -n alice,root -V 20200101000000Z:20300101000000Z -O clear
//     -O force-command='uptime -p' -O source-address=192.0.2.0/24,2001:db8::/32 -O verify-required -O permit-pty -O no-touch-required
//     -O 'extension:note@example.org=hello' user.pub
//   ssh-keygen -s ca -h -I 'host one' -z 7 -n 'one.example.org,*.cluster.example.org' -V always:forever host.pub

const decode = (...lines: readonly string[]): Uint8Array => new Uint8Array(Buffer.from(lines.join(''), 'base64'))

/** The seeds of two Ed25519 keys: the authority's and the user's. */
export const caSeed = '58c4f5502ff86d8aed51769a0faf2f979f33b3580386443c9d8c1b519d08f460'
export const userSeed = 'fdd11a0a62d37e3157522a87d9ab3142b98a35e64eaaaa4f9980fd2cf177838a'

export const userCertificate: Uint8Array = decode(
  'AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIDCUYHBJlTedToX5fSxvxsi4zfcdH0kQBl+eGnjVF7HTAAAAIMVOrp/K5F4LgPPYesXp',
  'EmpL3StR2ruaJA5Bo/E707ZS//////////8AAAABAAAADGFsaWNlIGxhcHRvcAAAABEAAAAFYWxpY2UAAAAEcm9vdAAAAABeC+EAAAAAAHDb2IAAAABtAAAA',
  'DWZvcmNlLWNvbW1hbmQAAAANAAAACXVwdGltZSAtcAAAAA5zb3VyY2UtYWRkcmVzcwAAAB4AAAAaMTkyLjAuMi4wLzI0LDIwMDE6ZGI4OjovMzIAAAAPdmVy',
  'aWZ5LXJlcXVpcmVkAAAAAAAAAEwAAAARbm8tdG91Y2gtcmVxdWlyZWQAAAAAAAAAEG5vdGVAZXhhbXBsZS5vcmcAAAAJAAAABWhlbGxvAAAACnBlcm1pdC1w',
  'dHkAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgcAwhpiXfTUDFUTyMq10vouDWvR5pN1TOvk19TllUzZ0AAABTAAAAC3NzaC1lZDI1NTE5AAAAQMj9',
  'iYbQCrjJ8fWh9EXbzufjZdpqCKXBK3etDXBNsg62ZwG+5u1Rc6vYqCGCi6DqyxBUMpLc9WvYskcG6FSfkw4=',
)

export const hostCertificate: Uint8Array = decode(
  'AAAAHHNzaC1yc2EtY2VydC12MDFAb3BlbnNzaC5jb20AAAAgQ3KX1GRiGucyUoKw5wTovxZ1ZaFH1XFL50jK6oqUtCMAAAADAQABAAABAQCoYcbsFkv6IRi3',
  '1YN9RJ9W60SGeOSP5gR+peTjaBiCTpei0Flt5/HmtekdHkn+ysDFV6b/tt4DkjvtDu8l9X8ReDWJnbCRm15tuRFgU2Vc4rSLHoZEFRsWPA0p2t7QCCTk026i',
  'ElItP3gfurvvmw24uFj80BSej+3R0Tx/WS0JGl8yxm6wemhMtxzGbrmImYcixrqkEcF/VI9uaP+q4rjh68DQq7MIFI5Azgks5XYgli1OmOGSwLKgQp2PriQc',
  'Ldq5yOPgQ+8ErFvjifuhpfMweW0R01QmymPs86VS3/86JZab0cALisGmaNzYHsjVtDrq8i31Qs56DGhVySzRmBRBAAAAAAAAAAcAAAACAAAACGhvc3Qgb25l',
  'AAAALAAAAA9vbmUuZXhhbXBsZS5vcmcAAAAVKi5jbHVzdGVyLmV4YW1wbGUub3JnAAAAAAAAAAD//////////wAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVk',
  'MjU1MTkAAAAgcAwhpiXfTUDFUTyMq10vouDWvR5pN1TOvk19TllUzZ0AAABTAAAAC3NzaC1lZDI1NTE5AAAAQCMpFu+ZKW1o8g8wFjZprP7uv3nBpH3WApH9',
  'kOW0u9EOfHn0clnIb4FGjilXSx/5GNzWaVx00LhpZhOK+blGJwM=',
)

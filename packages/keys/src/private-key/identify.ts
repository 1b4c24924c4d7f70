const REWRITE = '; `ssh-keygen -p -f FILE` rewrites it'

/** What people pass for an OpenSSH private key, by how it begins. The first that fits counts. */
const TEXT_FILES: readonly (readonly [begins: RegExp, what: string])[] = [
  [/^$/, 'an empty file'],
  [/^-----BEGIN RSA PRIVATE KEY-----/, `a PKCS#1 RSA key in PEM${REWRITE}`],
  [/^-----BEGIN DSA PRIVATE KEY-----/, 'a DSA key in PEM'],
  [/^-----BEGIN EC (?:PRIVATE KEY|PARAMETERS)-----/, `a SEC 1 EC key in PEM${REWRITE}`],
  [/^-----BEGIN PRIVATE KEY-----/, `a PKCS#8 key in PEM${REWRITE}`],
  [/^-----BEGIN ENCRYPTED PRIVATE KEY-----/, `an encrypted PKCS#8 key in PEM${REWRITE}`],
  [/^-----BEGIN (?:RSA )?PUBLIC KEY-----/, 'a public key in PEM, without its private half'],
  [/^-----BEGIN CERTIFICATE/, 'an X.509 certificate'],
  [/^-----BEGIN SSH SIGNATURE-----/, 'an SSH signature'],
  [/^-----BEGIN PGP /, 'an OpenPGP file'],
  [/^-----BEGIN OPENSSH PRIVATE KEY/, 'one whose first line is damaged'],
  [/^-----BEGIN [^\n]*-----/, 'another file in PEM'],
  [/^PuTTY-User-Key-File-/, 'a PuTTY PPK file; `puttygen FILE -O private-openssh-new -o OUTPUT` converts it'],
  [/^---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----/, 'a private key of ssh.com'],
  [/^---- BEGIN SSH2 PUBLIC KEY ----/, 'a public key in the form of RFC 4716, without its private half'],
  [/^SSH PRIVATE KEY FILE FORMAT 1\.1/, 'a key of SSH version 1'],
  [/^(?:ssh|ecdsa|sk)-[^ \t]+[ \t]+AAAA/, 'a public key, without its private half'],
]

/** Files that are no text, by what stands at an offset of theirs. */
const BINARY_FILES: readonly (readonly [offset: number, bytes: string, what: string])[] = [
  [0, 'openssh-key-v1\0', 'one without its lines of BEGIN and END'],
  [1, 'PNG\r\n', 'a PNG image'],
  [0, '%PDF-', 'a PDF document'],
  [0, 'PK\u0003\u0004', 'a ZIP archive'],
  [0, '\u001f\u008b', 'a gzip archive'],
  [0, '\u00ff\u00fe', 'text in UTF-16; save it in UTF-8'],
  [0, '\u00fe\u00ff', 'text in UTF-16; save it in UTF-8'],
  [0, '0\u0081', 'a key or certificate in DER'],
  [0, '0\u0082', 'a key or certificate in DER'],
]

/** What a file is that is no OpenSSH private key, for the error: a phrase of a sentence. */
export function identifyFile(file: string | Uint8Array): string {
  const head = typeof file === 'string' ? file.slice(0, 128) : String.fromCharCode(...file.subarray(0, 128))
  const text = head.trimStart()
  return (
    TEXT_FILES.find(([begins]) => begins.test(text))?.[1] ??
    BINARY_FILES.find(([offset, bytes]) => head.startsWith(bytes, offset))?.[2] ??
    (isText(head) ? 'other text' : 'binary data')
  )
}

/** Whether there is no control character but white space. */
function isText(head: string): boolean {
  return /^[\s\P{Cc}]*$/u.test(head)
}

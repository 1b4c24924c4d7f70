import type { Target } from '../target.ts'
import { certificates } from './certificates.ts'
import { inflate } from './compression.ts'
import { connectionClient, connectionServer } from './connection.ts'
import { kexCurve25519, kexCurve448, kexDh, kexEcdh, kexMlkem, kexSntrup } from './kex.ts'
import { kexGroupExchange, kexRsa } from './kex-scripted.ts'
import { kexInitMessage } from './kexinit.ts'
import { authorizedKeys, knownHosts, privateKeyFile, privateKeySection, publicKeyLine } from './keys.ts'
import { packets } from './packets.ts'
import { curveKeys, dsaKeys, mldsaKeys, rsaKeys, skKeys } from './public-keys.ts'
import { moduli, selectExpressions, terminalModes } from './text.ts'
import { transportClient, transportServer } from './transport.ts'
import { userauthClient, userauthServer } from './userauth.ts'
import { versionClient, versionServer } from './version.ts'
import { wireReader } from './wire.ts'

/** Everything that is fuzzed. */
export const targets: readonly Target[] = [
  wireReader,
  versionClient,
  versionServer,
  packets,
  kexInitMessage,
  kexCurve25519,
  kexCurve448,
  kexEcdh,
  kexDh,
  kexGroupExchange,
  kexMlkem,
  kexSntrup,
  kexRsa,
  curveKeys,
  rsaKeys,
  dsaKeys,
  mldsaKeys,
  skKeys,
  certificates,
  transportClient,
  transportServer,
  userauthClient,
  userauthServer,
  connectionClient,
  connectionServer,
  privateKeyFile,
  privateKeySection,
  publicKeyLine,
  knownHosts,
  authorizedKeys,
  moduli,
  terminalModes,
  selectExpressions,
  inflate,
]

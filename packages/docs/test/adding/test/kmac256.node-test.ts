// test/kmac256.node-test.ts
import { describe, it } from 'node:test'
import { macChecks, register } from '@seashell/conformance'
import { kmac256 } from '../src/kmac256.ts'

const checks = macChecks(kmac256, { unverified: 'the known answers are in kmac256.test.ts' })
void describe(kmac256.name, () => register(checks, it))

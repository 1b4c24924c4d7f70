// test/deflate-packets.test.ts
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { compressionChecks, register } from '@seashell/conformance'
import { describe, it } from 'vitest'
import { deflatePackets } from '../src/deflate-packets.ts'

const checks = compressionChecks(deflatePackets, {
  reference: {
    create: () => ({
      compress: (data) => deflateRawSync(data),
      decompress: (data, limit) => inflateRawSync(data, { maxOutputLength: limit }),
    }),
  },
})
describe(deflatePackets.name, () => register(checks, it))

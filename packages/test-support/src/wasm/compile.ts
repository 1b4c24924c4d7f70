import loadWabt from 'wabt'

/** Translates WebAssembly's text format into its binary format, as it stands: WABT optimizes nothing, so the same text gives the same bytes. */
export async function compile(text: string): Promise<Uint8Array> {
  const wabt = await loadWabt()
  const module = wabt.parseWat('module.wat', text, { simd: true, bulk_memory: true })
  try {
    module.validate()
    return module.toBinary({}).buffer
  } finally {
    module.destroy()
  }
}

const LINE_LENGTH = 136

/** What `src/module-hex.ts` of a package is: the module's bytes in TypeScript. */
export function moduleSource(packageName: string, bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  const lines = hex.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? []
  return [
    '/**',
    ` * The WebAssembly module in hexadecimal. Made from \`wasm/\` in the repository, by \`pnpm --filter ${packageName}`,
    ` * build:wasm\`; a test makes it again and compares. ${bytes.length} bytes.`,
    ' */',
    'export const moduleHex: string = `',
    ...lines,
    '`',
    '',
  ].join('\n')
}

// Targets that each break one thing when the first byte of the input is BAD, for the tests of what watches them.

export const BAD = 0xbd

/** Does what instrumented code does: passes an edge. @param {number} edge */
function pass(edge) {
  const { counters } = /** @type {NonNullable<typeof globalThis.seashellProbes>} */ (globalThis.seashellProbes)
  counters[edge % counters.length] = (counters[edge % counters.length] ?? 0) + 1
}

/**
 * @param {string} name
 * @param {(data: Uint8Array) => void} misbehave
 * @returns {import('../../src/target.ts').Target}
 */
function define(name, misbehave) {
  return {
    name,
    maxLength: 8,
    seeds: () => [Uint8Array.of(1), Uint8Array.of(2, 2)],
    run(data) {
      pass(data[0] ?? 0)
      if (data[0] === BAD) misbehave(data)
      return data.length > 1 ? 'accepted' : 'refused'
    },
  }
}

export const targets = [
  define('well', () => {}),
  define('well-too', () => {}),
  define('throws', () => {
    throw new TypeError('thrown by a target')
  }),
  define('rejects', () => void Promise.reject(new Error('rejected, and nobody looks'))),
  define('throws-later', () => {
    setImmediate(() => {
      throw new Error('thrown where nobody catches it')
    })
  }),
  define('hangs', () => {
    for (;;);
  }),
  define('takes-memory', () => {
    for (const kept = []; ;) kept.push(Array.from({ length: 1000 }, (_, index) => ({ index })))
  }),
  define('leaves', () => process.exit(3)),
]

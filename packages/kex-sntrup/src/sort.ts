/**
 * Sorts numbers of 32 bits with signs, by a network: which places are compared, and in which order, does not depend on what is there. It is
 * Batcher's odd-even merge sort for any length, which Knuth calls merge exchange (The Art of Computer Programming 5.2.2, algorithm M).
 */
export function sortInt32(values: Int32Array): void {
  let top = 1
  while (top * 2 < values.length) top *= 2
  for (let p = top; p > 0; p >>= 1) {
    mergeExchange(values, p, 0, p)
    for (let q = top; q > p; q >>= 1) mergeExchange(values, p, p, q - p)
  }
}

/** Puts into order what is `distance` apart, from each place whose bit p is as in `bit`. */
function mergeExchange(values: Int32Array, p: number, bit: number, distance: number): void {
  for (let i = 0; i < values.length - distance; i++) if ((i & p) === bit) compareExchange(values, i, i + distance)
}

/** Puts the smaller of two numbers first, without a branch. */
function compareExchange(values: Int32Array, first: number, second: number): void {
  const left = values[first]!
  const right = values[second]!
  // right < left: the sign of the difference, corrected where it does not fit into 32 bits.
  const difference = (right - left) | 0
  const isDescending = (difference ^ ((right ^ left) & (difference ^ right))) >> 31
  const exchanged = isDescending & (left ^ right)
  values[first] = left ^ exchanged
  values[second] = right ^ exchanged
}

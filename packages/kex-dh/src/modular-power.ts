/**
 * `base` to the power of `exponent`, modulo `modulus`.
 *
 * It takes four bits of the exponent at a time, and does the same steps whatever they are: four squarings and one multiplication. That is
 * not constant time, since the engine's own arithmetic takes longer for longer numbers; README.md says what follows from that.
 *
 * @param exponent big-endian
 */
export function modularPower(base: bigint, exponent: Uint8Array, modulus: bigint): bigint {
  const powers = [1n]
  for (let index = 1; index < 16; index++) powers.push((powers[index - 1]! * base) % modulus)
  let result = 1n
  for (const byte of exponent) {
    result = (raiseTo16(result, modulus) * powers[byte >> 4]!) % modulus
    result = (raiseTo16(result, modulus) * powers[byte & 15]!) % modulus
  }
  return result
}

function raiseTo16(value: bigint, modulus: bigint): bigint {
  let result = value
  for (let times = 0; times < 4; times++) result = (result * result) % modulus
  return result
}

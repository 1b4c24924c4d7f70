export { fromHex, toHex } from './hex.ts'
export { seededRandom } from './random.ts'
export { wycheproof } from './wycheproof.ts'
export type { WycheproofFile, WycheproofGroup } from './wycheproof.ts'

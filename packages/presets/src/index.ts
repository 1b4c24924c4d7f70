/**
 * Lists of algorithms, nothing else. Order is preference, decided here and recorded in the README with date and reason.
 *
 * @module
 */
export { compatible } from './compatible.ts'
export { fips } from './fips.ts'
export { legacy } from './legacy.ts'
export { modern } from './modern.ts'

/**
 * SSH's transport protocol (RFC 4253), with five registries for algorithms and none of them built in.
 *
 * @module
 */
export * from './algorithms/definition.ts'
export * from './errors.ts'
export * from './messages.ts'

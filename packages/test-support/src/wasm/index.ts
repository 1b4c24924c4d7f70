export * from './wat.ts'
export { compile, moduleSource } from './compile.ts'

// The package has no types of its own; `src/libsodium-module.ts` says what an instance has.
declare module 'libsodium' {
  export default function instantiate(options: { readonly getRandomValue: () => number }): Promise<unknown>
}

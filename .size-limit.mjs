/** What a browser would have to be given a polyfill for, and whatever else a bundler complains of, ends the build. */
const warningsAreErrors = {
  name: 'warnings are errors',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onEnd(({ warnings }) => ({ errors: warnings }))
  },
}

export default [
  {
    name: 'the minimal client, in a browser',
    path: 'packages/interop/src/minimal-client.ts',
    gzip: true,
    limit: '60 kB',
    /** @param {import('esbuild').BuildOptions} config */
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'browser', format: 'esm', target: 'es2022', plugins: [warningsAreErrors] }),
  },
]

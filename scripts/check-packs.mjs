// Packs every package as it would be published, and has publint and Are The Types Wrong look at the result.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { problemAffectsResolutionKind, problemKindInfo } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { conclude, workspacePackages } from './packages.mjs'

const published = workspacePackages().filter(({ manifest }) => !manifest.private)
const destination = mkdtempSync(join(tmpdir(), 'seashell-pack-'))
try {
  const problems = []
  for (const { folder } of published) {
    const found = await problemsOf(pack(folder))
    problems.push(...found.map((problem) => `${folder}: ${problem}`))
  }
  conclude(problems, `${published.length} packages are packed as they should be`)
} finally {
  rmSync(destination, { recursive: true })
}

/** @param {string} folder */
function pack(folder) {
  const report = execFileSync('pnpm', ['pack', '--json', '--pack-destination', destination], { cwd: folder, encoding: 'utf8' })
  return new Uint8Array(readFileSync(JSON.parse(report).filename))
}

/** @param {Uint8Array<ArrayBuffer>} tarball */
async function problemsOf(tarball) {
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true })
  return [...messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code), ...(await typeProblems(tarball))]
}

/** As `attw --profile esm-only`: how require() and TypeScript's resolution of 2015 see an ESM-only package is no problem. @param {Uint8Array} tarball */
async function typeProblems(tarball) {
  const analysis = await checkPackage(createPackageFromTarballData(tarball))
  if (!analysis.types) return ['contains no types']
  const resolutions = /** @type {const} */ (['node16-esm', 'bundler'])
  return analysis.problems
    .filter((problem) => resolutions.some((resolution) => problemAffectsResolutionKind(problem, resolution, analysis)))
    .map((problem) => `${problemKindInfo[problem.kind].title}: ${JSON.stringify(problem)}`)
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'

/**
 * @typedef {object} Manifest what our scripts read of a package.json
 * @property {string} name
 * @property {boolean} [private]
 * @property {string} [description]
 * @property {string} [license]
 * @property {string} [type]
 * @property {boolean} [sideEffects]
 * @property {string[]} [files]
 * @property {{ node?: string }} [engines]
 * @property {{ directory?: string }} [repository]
 * @property {{ access?: string }} [publishConfig]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {Record<string, string>} [dependencies]
 */

/**
 * The packages of this workspace: bench, and every folder of packages/ and examples/ that has a package.json. Folders are relative to the root, which
 * is where scripts run.
 *
 * @returns {{ folder: string, manifest: Manifest }[]}
 */
export function workspacePackages() {
  return ['packages', 'examples']
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`))
    .concat('bench')
    .filter((folder) => existsSync(`${folder}/package.json`))
    .map((folder) => ({ folder, manifest: readJSON(`${folder}/package.json`) }))
}

/**
 * @param {string} path
 * @returns {any}
 */
export function readJSON(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * Ends a check: prints what is wrong, one thing a line, and fails; or says what was found clean.
 *
 * @param {string[]} problems
 * @param {string} clean
 */
export function conclude(problems, clean) {
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log(clean)
}

import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { contendersFolder } from './paths.ts'

/** ssh2's add-on, where npm has built it: for one release line of Node. */
const BUILT = join(contendersFolder, 'node_modules/ssh2/lib/protocol/crypto/build')

/**
 * Installs the contenders of npm, once, with what their lockfile says, and builds ssh2's add-on as npm does; again where it was built for
 * another Node than this.
 *
 * Where the add-on cannot be built ssh2 is installed all the same, and its contestants with the add-on are reported as not measured.
 */
export function installContenders(log: (line: string) => void): void {
  if (!existsSync(join(contendersFolder, 'node_modules/ssh2'))) {
    log('installing the contenders of npm into bench/contenders/node_modules')
    if (!npm('ci', '--no-audit', '--no-fund')) log('npm ci failed: ssh2 and dev-tunnels-ssh are not measured')
  } else if (existsSync(BUILT) && !addOnLoads()) {
    log(`building ssh2's add-on again, for Node ${process.version}`)
    npm('rebuild')
  }
  if (!addOnLoads())
    log(
      "ssh2's add-on could not be built here (it wants Python, make, a C++ compiler and Node's headers): ssh2 is measured without it alone",
    )
}

/** @returns whether it went well */
function npm(...line: readonly string[]): boolean {
  return spawnSync('npm', line, { cwd: contendersFolder, stdio: 'inherit', env: buildEnvironment() }).status === 0
}

/** node-gyp downloads Node's headers, unless it is told where they are: as a rule Node has them beside itself. */
function buildEnvironment(): NodeJS.ProcessEnv {
  const nodedir = dirname(dirname(realpathSync(process.execPath)))
  return existsSync(join(nodedir, 'include/node/node.h')) ? { ...process.env, npm_config_nodedir: nodedir } : process.env
}

/** Asks a process of its own: what was loaded once, or was not, is so for good. */
function addOnLoads(): boolean {
  const question = "process.exit(require('ssh2/lib/protocol/crypto.js').bindingAvailable ? 0 : 1)"
  return spawnSync(process.execPath, ['-e', question], { cwd: contendersFolder, stdio: 'ignore' }).status === 0
}

import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { contendersFolder } from './paths.ts'

/**
 * Installs the contenders of npm, once, with what their lockfile says, and builds ssh2's add-on as npm does.
 *
 * Where the add-on cannot be built ssh2 is installed all the same, and its contestants with the add-on are reported as not measured.
 */
export function installContenders(log: (line: string) => void): void {
  if (!existsSync(join(contendersFolder, 'node_modules/ssh2'))) {
    log('installing the contenders of npm into bench/contenders/node_modules')
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: contendersFolder,
      stdio: 'inherit',
      env: buildEnvironment(),
    })
    if (status !== 0) log('npm ci failed: ssh2 and dev-tunnels-ssh are not measured')
  }
  if (!addOnLoads())
    log(
      "ssh2's add-on could not be built here (it wants Python, make, a C++ compiler and Node's headers): ssh2 is measured without it alone",
    )
}

/** node-gyp downloads Node's headers, unless it is told where they are: a distribution's Node has them beside itself. */
function buildEnvironment(): NodeJS.ProcessEnv {
  const nodedir = dirname(dirname(realpathSync(process.execPath)))
  return existsSync(join(nodedir, 'include/node/node.h')) ? { npm_config_nodedir: nodedir, ...process.env } : process.env
}

function addOnLoads(): boolean {
  try {
    const require = createRequire(join(contendersFolder, 'package.json'))
    return (require('ssh2/lib/protocol/crypto.js') as { bindingAvailable: boolean }).bindingAvailable
  } catch {
    return false
  }
}

import { SingleBar } from 'cli-progress'
import { style } from './style.ts'

/** Shows how far a transfer has come. */
export interface Progress {
  /** So many bytes by now. */
  update(bytes: number): void
  /** That was all: so many bytes have arrived. */
  stop(bytes: number): void
}

const MEBIBYTE = 1024 * 1024

/** A bar on a terminal; elsewhere one line at the end. */
export function startProgress(what: string, total: number): Progress {
  const begun = performance.now()
  const rate = (bytes: number): string => `${(bytes / MEBIBYTE / ((performance.now() - begun) / 1000)).toFixed(1)} MiB/s`
  const size = `${total / MEBIBYTE} MiB`
  if (!process.stdout.isTTY) return { update: () => undefined, stop: (bytes) => console.log(`  ${what.padEnd(9)} ${size}  ${rate(bytes)}`) }
  const bar = new SingleBar({
    stream: process.stdout,
    format: `  ${what.padEnd(9)} ${size}  ${style('cyan', '{bar}')} {percentage} %  {rate}`,
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    barsize: 32,
    hideCursor: true,
    gracefulExit: false,
  })
  // A signal ends the process here: cursor and line wrap come back all the same.
  const restore = (): void => bar.stop()
  process.once('exit', restore)
  bar.start(total, 0, { rate: '' })
  return {
    update: (bytes) => bar.update(bytes, { rate: rate(bytes) }),
    stop(bytes) {
      bar.update(bytes, { rate: rate(bytes) })
      process.off('exit', restore)
      bar.stop()
    },
  }
}

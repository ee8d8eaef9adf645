// Restarts the intake process with a small heap, on request. By default V8 reserves 130 MB for the
// young generation and lets the old one double before it collects. The small heap costs two thirds
// more CPU time per report, so it is opt-in.

import process from 'node:process'

/** Young generation: 3 × 4 MiB. The old generation may grow by a quarter before it is collected. */
const v8Flags = ['--max-semi-space-size=4', '--heap-growing-percent=25']
/** One malloc arena for all threads: an arena per thread would keep its own peak. */
const mallocSettings = { MALLOC_ARENA_MAX: '1' }

/** How the process was started. */
export interface Started {
  /** Arguments of the command, without Node and the file. */
  readonly args: readonly string[]
  /** Options of Node itself. */
  readonly execArgv: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/**
 * Options to restart with; null if no restart is needed: the command is not `intake`, a small heap
 * was not requested, or V8's heap options are already set, by this function or by the operator.
 * Pure.
 */
export function planSmallHeapStart({
  args,
  execArgv,
  env
}: Started): Pick<Started, 'execArgv' | 'env'> | null {
  if (args[0] !== 'intake' || env.TOCSIN_INTAKE_MEMORY !== 'small') return null
  const told = `${execArgv.join(' ')} ${env.NODE_OPTIONS ?? ''}`.replaceAll('_', '-')
  if (/--(?:(?:max|min)-semi-space-size|heap-growing-percent)\b/.test(told)) return null
  return { execArgv: [...execArgv, ...v8Flags], env: { ...mallocSettings, ...env } }
}

/**
 * Replaces this process by one with a small heap if that was requested. The process id stays the
 * same, so supervisors see no difference. Returns if no restart is needed, or where the system has no
 * execve.
 */
export function restartWithSmallHeap(): void {
  const [node, file, ...args] = process.argv
  const start = planSmallHeapStart({ args, execArgv: process.execArgv, env: process.env })
  if (start === null || process.execve === undefined || process.platform === 'win32') return
  process.execve(
    process.execPath,
    [node as string, ...start.execArgv, file as string, ...args],
    start.env
  )
}

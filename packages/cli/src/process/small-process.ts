// How much memory the process of intake lets V8 and malloc keep in reserve. By itself V8 keeps 130 MB for young objects and doubles the old ones before
// it collects; a machine that takes reports has better use for that. To do with less takes two thirds more processor time for each
// report, so it must be asked for.

import process from 'node:process'

/** Young objects get 3 × 4 MiB; old ones may grow by a quarter before they are collected. */
const v8Flags = ['--max-semi-space-size=4', '--heap-growing-percent=25']
/** Threads share one arena of malloc: each of its own would keep what it once needed. */
const mallocSettings = { MALLOC_ARENA_MAX: '1' }

/** What a process was started with. */
export interface Started {
  /** Of the command, without Node and the file. */
  readonly args: readonly string[]
  /** Of Node itself. */
  readonly execArgv: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/**
 * What to start the process of a command with instead; null where it may run as it is: it is not intake alone, was not asked to be small, or was told already, here or by
 * whoever runs it, how much V8 may keep. Pure.
 */
export function smallerStart({ args, execArgv, env }: Started): Pick<Started, 'execArgv' | 'env'> | null {
  if (args[0] !== 'intake' || env.TOCSIN_INTAKE_MEMORY !== 'small') return null
  const told = `${execArgv.join(' ')} ${env.NODE_OPTIONS ?? ''}`.replaceAll('_', '-')
  if (/--(?:(?:max|min)-semi-space-size|heap-growing-percent)\b/.test(told)) return null
  return { execArgv: [...execArgv, ...v8Flags], env: { ...mallocSettings, ...env } }
}

/**
 * Starts this process anew where it is to be a smaller one: the same process for whoever watches it, for nothing but its program is replaced. Returns
 * where it may go on, also on a system that can't do so.
 */
export function becomeSmaller(): void {
  const [node, file, ...args] = process.argv
  const start = smallerStart({ args, execArgv: process.execArgv, env: process.env })
  if (start === null || process.execve === undefined || process.platform === 'win32') return
  process.execve(process.execPath, [node as string, ...start.execArgv, file as string, ...args], start.env)
}

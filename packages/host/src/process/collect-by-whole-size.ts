// When V8 collects. By default the first 64 MB of new buffers since the last collection begin
// another, of the whole heap, however much room there is. A log is read through buffers: with
// 100,000 alerts in memory each 64 MB that were read blocked the thread for 0.6 s, every 250 reads of
// an old alert, and 26 times in a start.

import process from 'node:process'
import { setFlagsFromString } from 'node:v8'

/** Buffers count towards the one limit of the heap, which grows with what is alive. */
const v8Flag = '--external-memory-accounted-in-global-limit'
/** Where the option exists and does this. */
const v8Known = '13.'

/** How the process was started. */
export interface Running {
  /** Options of Node itself. */
  readonly execArgv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Version of V8. */
  readonly v8: string
}

/**
 * The option to set; null where it is not known, where the operator chose, and where a small memory
 * was requested. Pure.
 */
export function buildCollectingFlag({ execArgv, env, v8 }: Running): string | null {
  if (!v8.startsWith(v8Known) || env.TOCSIN_INTAKE_MEMORY === 'small') return null
  const told = `${execArgv.join(' ')} ${env.NODE_OPTIONS ?? ''}`.replaceAll('_', '-')
  return told.includes('external-memory-accounted-in-global-limit') ? null : v8Flag
}

/** For this process, with all its threads. */
export function collectByWholeSize(): void {
  const flag = buildCollectingFlag({
    execArgv: process.execArgv,
    env: process.env,
    v8: process.versions.v8
  })
  if (flag !== null) setFlagsFromString(flag)
}

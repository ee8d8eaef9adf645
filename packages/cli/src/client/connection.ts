// How a command reaches a running suite: its address, and a key from a file or from the suite's
// data folder. Keys are never taken from the command line, where every user of the machine could
// read them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import { UsageError } from '../terminal/output.ts'

export interface ConnectionOptions {
  readonly url?: string
  readonly port?: string
  readonly keyFile?: string
  readonly data?: string
}

/**
 * A client for the suite given by the options; `timeoutMs` overrides the usual timeout of an
 * answer. Throws UsageError without a key.
 */
export function connect(
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv,
  timeoutMs?: number
): SuiteApi {
  return new SuiteApi({
    url: resolveUrl(options, env),
    key: resolveKey(options, env),
    ...(timeoutMs === undefined ? {} : { timeoutMs })
  })
}

/** `--url`, else loopback at `--port`, TOCSIN_PORT or 8080. */
export function resolveUrl(options: ConnectionOptions, env: NodeJS.ProcessEnv): string {
  return options.url ?? `http://127.0.0.1:${options.port ?? env.TOCSIN_PORT ?? '8080'}`
}

/** The key of the options. Throws UsageError without one. */
export function resolveKey(options: ConnectionOptions, env: NodeJS.ProcessEnv): string {
  if (options.keyFile !== undefined) return readKey(options.keyFile)
  if (env.TOCSIN_OWNER_KEY) return env.TOCSIN_OWNER_KEY
  return readKey(join(options.data ?? env.TOCSIN_DATA ?? './data', 'owner.key'))
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new UsageError(
      `no key in ${file}: name a file with --key-file, or the suite's folder with --data`,
      { cause }
    )
  }
}

// Tools that are not installed by this repository: Python, Go, openssl, curl. Without one its tests
// are skipped with a message that cannot be missed; on CI they fail.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/**
 * True if each of these commands exits with 0. Otherwise says loudly what is skipped; on CI it
 * throws.
 */
export function isThere(
  what: string,
  ...commands: readonly (readonly [string, ...string[]])[]
): boolean {
  for (const [program, ...args] of commands) {
    const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    if (error === undefined && status === 0) continue
    return skipped(
      what,
      `${program} ${args.join(' ')}: ${error?.message ?? stderr.trim().slice(-300)}`
    )
  }
  return true
}

/** Says loudly that tests are skipped, and returns false. Throws on CI. */
export function skipped(what: string, why: string): false {
  if (process.env.CI) throw new Error(`On CI ${what} is never skipped: ${why}`)
  const line = '!'.repeat(100)
  console.warn(`${line}\n!! SKIPPED: ${what}: ${why}\n${line}`)
  return false
}

/**
 * The environment for Go: no C, no other version than the one that is there. What was compiled is
 * kept for the next run: the first takes most of a minute.
 */
export function goEnv(): NodeJS.ProcessEnv {
  const cache = join(tmpdir(), `tocsin-test-go-${userInfo().uid}`)
  return {
    ...process.env,
    GOCACHE: cache,
    GOFLAGS: '-mod=mod',
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    CGO_ENABLED: '0'
  }
}

export interface Ran {
  readonly code: number
  readonly output: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a command to its end. Never rejects: a command that does not exist has the code 127. */
export function run(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env = {} }: RunOptions
): Promise<Ran> {
  return new Promise(resolve => {
    execFile(
      program,
      args,
      { cwd, env: { ...process.env, ...env }, encoding: 'utf8' },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127
        resolve({ code, output: stdout + stderr })
      }
    )
  })
}

/** A running command with what it has said. */
export class Running {
  #output = ''
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>

  constructor([program, ...args]: readonly [string, ...string[]], { cwd, env = {} }: RunOptions) {
    this.#child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    this.#exited = new Promise(resolve => this.#child.once('close', resolve).once('error', resolve))
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString('utf8')
      })
  }

  get output(): string {
    return this.#output
  }

  /** Ids of the events that it has printed. */
  get events(): readonly string[] {
    return [...this.#output.matchAll(/^event (\S+)$/gm)].map(match => match[1] as string)
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }
}

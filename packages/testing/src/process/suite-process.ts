// A suite, or one service of it, as a real process of its own: started, waited for, killed, stopped. What it printed is kept for the error.

import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitFor } from './wait-for.ts'

const mainFile = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))
const outputBytesDefault = 200_000

export type SuiteRole = 'up' | 'intake' | 'rules' | 'notifier' | 'start'

export interface SuiteProcessOptions {
  readonly role: SuiteRole
  readonly dataDir: string
  readonly port: number
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** For Node itself. */
  readonly nodeArgs?: readonly string[]
  /** How much of what it prints is kept, the last of it. */
  readonly outputBytesMax?: number
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export class SuiteProcess {
  readonly options: SuiteProcessOptions
  readonly exited: Promise<Exit>
  readonly #child: ChildProcess
  #output = ''
  #exit: Exit | null = null

  constructor(options: SuiteProcessOptions) {
    this.options = options
    const command = [...(options.nodeArgs ?? []), mainFile, options.role]
    const args = [...command, '--data', options.dataDir, '--port', String(options.port), ...(options.args ?? [])]
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...cleanEnv(), ...options.env } })
    const outputBytesMax = options.outputBytesMax ?? outputBytesDefault
    const keep = (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString('utf8')).slice(-outputBytesMax)
    }
    this.#child.stdout?.on('data', keep)
    this.#child.stderr?.on('data', keep)
    this.exited = new Promise(resolve => {
      this.#child.once('exit', (code, signal) => {
        this.#exit = { code, signal }
        resolve(this.#exit)
      })
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** The last of what it wrote to both its outputs. */
  get output(): string {
    return this.#output
  }

  get running(): boolean {
    return this.#exit === null
  }

  /** Resolves when /readyz answers 200. Rejects with its output when it ends before, or is not ready in time. */
  async ready(timeoutMs = 30_000): Promise<this> {
    try {
      await waitFor(() => this.#probe(), { what: `readiness of ${this.options.role}`, timeoutMs, intervalMs: 25 })
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.#output}`)
    }
    return this
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** kill -9: no handler runs. Resolves when the process is gone. */
  async kill9(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exited
  }

  /** SIGTERM, and waits for the end. Rejects when that takes longer than `timeoutMs`; the process is then killed. */
  async stop(timeoutMs = 20_000): Promise<Exit> {
    if (this.#exit) return this.#exit
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs)
    const exit = await this.exited
    clearTimeout(timer)
    if (exit.signal === 'SIGKILL') throw new Error(`${this.options.role} did not stop within ${timeoutMs} ms\n${this.#output}`)
    return exit
  }

  async #probe(): Promise<boolean> {
    if (this.#exit) throw new Error(`${this.options.role} ended with ${JSON.stringify(this.#exit)}`)
    try {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2000) })
      await answer.arrayBuffer()
      return answer.status === 200
    } catch {
      // Not listening yet: the wait goes on, and its end names what was waited for.
      return false
    }
  }
}

/** Starts a process and waits until it is ready. */
export async function spawnSuite(options: SuiteProcessOptions): Promise<SuiteProcess> {
  const suite = new SuiteProcess(options)
  try {
    return await suite.ready()
  } catch (error) {
    await suite.kill9()
    throw error
  }
}

/** The owner's key of a data folder, as the suite made it. */
export async function ownerKeyOf(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim()
}

/** The environment without any setting of a suite: a developer's own settings must not change a test. */
function cleanEnv(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !name.startsWith('TOCSIN_') && !name.startsWith('VITEST') && name !== 'NODE_ENV'
  )
  return Object.fromEntries(kept) as Record<string, string>
}

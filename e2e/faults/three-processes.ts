// The three services as three real processes on one data folder, each on its own port.

import { freePorts } from '@tocsin/testing/process/free-port'
import { readOwnerKey, type SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { webhooksHere } from '../harness/whole-suite.ts'

export const roles = ['intake', 'rules', 'notifier'] as const
export type Role = (typeof roles)[number]

export class ThreeProcesses {
  readonly dataDir: string
  readonly key: string
  readonly #processes: Record<Role, SuiteProcess>

  private constructor(dataDir: string, key: string, processes: Record<Role, SuiteProcess>) {
    this.dataDir = dataDir
    this.key = key
    this.#processes = processes
  }

  /** Starts all three, together, on a folder that is yet empty. */
  static async start(dataDir: string): Promise<ThreeProcesses> {
    const ports = await freePorts(roles.length)
    const started = await Promise.all(
      roles.map((role, i) => spawnSuite({ role, dataDir, port: ports[i]!, env: webhooksHere }))
    )
    const [intake, rules, notifier] = started as [SuiteProcess, SuiteProcess, SuiteProcess]
    return new ThreeProcesses(dataDir, await readOwnerKey(dataDir), { intake, rules, notifier })
  }

  url(role: Role): string {
    return this.#processes[role].url
  }

  /** kill -9 of one, and a new one in its place at once. Resolves when that is ready. */
  async killAndRestart(role: Role): Promise<void> {
    const old = this.#processes[role]
    await old.kill9()
    this.#processes[role] = await spawnSuite(old.options)
  }

  signal(role: Role, signal: NodeJS.Signals): void {
    this.#processes[role].signal(signal)
  }

  /** The last output of each, for error messages. */
  outputs(): string {
    return roles.map(role => `--- ${role}\n${this.#processes[role].output.slice(-3000)}`).join('\n')
  }

  async stop(): Promise<void> {
    const exits = await Promise.all(roles.map(role => this.#processes[role].stop()))
    exits.forEach((exit, i) => {
      if (exit.code !== 0)
        throw new Error(`${roles[i]} ended with ${JSON.stringify(exit)}\n${this.outputs()}`)
    })
  }

  async kill(): Promise<void> {
    await Promise.all(roles.map(role => this.#processes[role].kill9()))
  }
}

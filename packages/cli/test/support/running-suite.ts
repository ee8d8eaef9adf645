// A suite in this process, and commands typed at it: what the tests of the commands share.

import type { Clock } from '@tocsin/domain/ports'
import { systemClock, systemRandom } from '@tocsin/service-kit/process/clock'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { Registry } from 'prom-client'
import { runCommand } from '../../src/run-command.ts'
import { type Suite, startSuite, suiteRoles } from '../../src/suite/suite.ts'
import { suiteSettings } from '../../src/suite/suite-settings.ts'

export interface CommandEnd {
  readonly code: number
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  /** True where it let other processes of the machine go first. */
  readonly gaveWay: boolean
}

/** What a command prints and how it ends. */
export async function runTocsin(...args: string[]): Promise<CommandEnd> {
  const lines: string[] = []
  const notes: string[] = []
  const output = { line: (text: string) => lines.push(text), note: (text: string) => notes.push(text), isTerminal: false }
  let gaveWay = false
  const giveWay = () => {
    gaveWay = true
  }
  const code = await runCommand({ args, output, env: {}, stop: () => new AbortController().signal, giveWay })
  return { code, lines, notes, gaveWay }
}

/** All three services on a data folder of their own. */
export class RunningSuite {
  readonly suite: Suite
  readonly dataDir: string

  private constructor(suite: Suite, dataDir: string) {
    this.suite = suite
    this.dataDir = dataDir
  }

  /** On a new data folder unless one is given; it is removed at the end. */
  static async start({
    clock = systemClock,
    data
  }: {
    readonly clock?: Clock
    readonly data?: string
  } = {}): Promise<RunningSuite> {
    const dataDir = data ?? (await makeTempDir())
    const config = defaultConfig(suiteSettings, { data: dataDir, port: 0, logLevel: 'silent' })
    const logger = createLogger({ level: 'silent', name: 'test' })
    const ports = { logger, metrics: new Registry(), clock, random: systemRandom }
    try {
      return new RunningSuite(await startSuite({ roles: suiteRoles, config, ...ports }), dataDir)
    } catch (error) {
      await removeDir(dataDir)
      throw error
    }
  }

  /** The options that lead a command here. */
  get here(): readonly string[] {
    return ['--url', this.suite.url, '--data', this.dataDir]
  }

  /** Ends the suite and leaves its data. */
  async stop(): Promise<void> {
    await this.suite.host.close()
  }

  async end(): Promise<void> {
    await this.suite.host.close()
    await removeDir(this.dataDir)
  }
}

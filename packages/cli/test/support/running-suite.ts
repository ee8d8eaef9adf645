// A suite in this process, and commands against it; shared by the tests of the commands.

import { PassThrough } from 'node:stream'

import { systemClock, systemRandom } from '@tocsin/service-kit/process/clock'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { Registry } from 'prom-client'
import { connect } from '../../src/client/connection.ts'
import type { SuiteApi } from '../../src/client/suite-api.ts'
import { runCommand } from '../../src/run-command.ts'
import { type Suite, type SuiteOptions, startSuite, suiteRoles } from '../../src/suite/suite.ts'
import { suiteSettings } from '../../src/suite/suite-settings.ts'

export interface CommandEnd {
  readonly code: number
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  /** What a file asked for as output holds. */
  readonly text: string
  /** True if it lowered its priority. */
  readonly gaveWay: boolean
}

/** Runs a command; resolves with its output and exit code. */
export async function runTocsin(...args: string[]): Promise<CommandEnd> {
  const lines: string[] = []
  const notes: string[] = []
  const bytes: Buffer[] = []
  const output = {
    line: (text: string) => lines.push(text),
    note: (text: string) => notes.push(text),
    bytes: new PassThrough().on('data', (chunk: Buffer) => bytes.push(chunk)),
    isTerminal: false,
    notesOnTerminal: false
  }
  let gaveWay = false
  const giveWay = () => {
    gaveWay = true
  }
  const code = await runCommand({
    args,
    output,
    env: {},
    stop: () => new AbortController().signal,
    giveWay
  })
  return { code, lines, notes, gaveWay, text: Buffer.concat(bytes).toString('utf8') }
}

interface Given extends Partial<Pick<SuiteOptions, 'clock' | 'logger' | 'roles' | 'rulesThread'>> {
  readonly data?: string
  readonly settings?: Readonly<Record<string, unknown>>
}

/** All three services on a temporary data folder. */
export class RunningSuite {
  readonly suite: Suite
  readonly dataDir: string
  /** With the owner's key. */
  readonly api: SuiteApi

  private constructor(suite: Suite, dataDir: string) {
    this.suite = suite
    this.dataDir = dataDir
    this.api = connect({ url: suite.url, data: dataDir }, {})
  }

  /** On a new data folder unless one is given; it is removed at the end. */
  static async start({ data, settings, ...given }: Given = {}): Promise<RunningSuite> {
    const dataDir = data ?? (await makeTempDir())
    const config = defaultConfig(suiteSettings, {
      data: dataDir,
      port: 0,
      logLevel: 'silent',
      ...settings
    })
    const logger = createLogger({ level: 'silent', name: 'test' })
    const ports = { logger, metrics: new Registry(), clock: systemClock, random: systemRandom }
    try {
      return new RunningSuite(
        await startSuite({ roles: suiteRoles, config, ...ports, ...given }),
        dataDir
      )
    } catch (error) {
      await removeDir(dataDir)
      throw error
    }
  }

  /** The options that point a command to this suite. */
  get here(): readonly string[] {
    return ['--url', this.suite.url, '--data', this.dataDir]
  }

  /** Ends the suite and leaves its data. */
  async stop(): Promise<void> {
    await this.suite.host.close()
  }

  async end(): Promise<void> {
    await this.api.close()
    await this.suite.host.close()
    await removeDir(this.dataDir)
  }
}

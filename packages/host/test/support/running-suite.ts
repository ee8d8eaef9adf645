// A suite in this process, on a temporary data folder.

import { systemClock, systemRandom } from '@tocsin/service/process/clock'
import { defaultConfig } from '@tocsin/service/settings/settings'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { Registry } from 'prom-client'
import { SuiteApi } from '../../src/client/suite-api.ts'
import { type Suite, type SuiteOptions, startSuite, suiteRoles } from '../../src/suite/suite.ts'
import { suiteSettings } from '../../src/suite/suite-settings.ts'

// A disk that stands still for a second or two is no fault of what these tests look at.
const patient = { 'intake.logPatienceMs': 30_000, 'intake.requestDeadlineMs': 60_000 }

interface Given extends Partial<SuiteOptions> {
  readonly data?: string
  readonly settings?: Readonly<Record<string, unknown>>
}

/** All three services, unless other roles are given. */
export class RunningSuite {
  readonly suite: Suite
  readonly dataDir: string
  /** With the owner's key. */
  readonly api: SuiteApi

  private constructor(suite: Suite, dataDir: string) {
    this.suite = suite
    this.dataDir = dataDir
    this.api = new SuiteApi({ url: suite.url, key: suite.secrets.ownerKey })
  }

  /** On a new data folder unless one is given; it is removed at the end. */
  static async start({ data, settings, ...given }: Given = {}): Promise<RunningSuite> {
    const dataDir = data ?? (await makeTempDir())
    const config = defaultConfig(suiteSettings, {
      data: dataDir,
      port: 0,
      logLevel: 'silent',
      ...patient,
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

// A thread of rules whose brokers are away: it says so, and ends at once when it is told to stop.

import { systemClock } from '@tocsin/service-kit/process/clock'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RulesThread } from '../../src/rules-thread/rules-thread.ts'
import { suiteSettings } from '../../src/suite/suite-settings.ts'

let data: string
beforeEach(async () => {
  data = await makeTempDir()
})
afterEach(() => removeDir(data))

function awayFromBrokers(): { readonly thread: RulesThread; readonly started: Promise<void> } {
  // Nothing listens there, and it would wait for ten minutes.
  const settings = { data, log: 'kafka', brokers: ['127.0.0.1:1'], logLevel: 'silent' }
  const config = defaultConfig(suiteSettings, settings)
  const logger = createLogger({ level: 'silent', name: 'test' })
  const secrets = { ownerKey: '', fingerprint: '', derive: () => Buffer.alloc(32) }
  const thread = new RulesThread({ config, logger, secrets, clock: systemClock })
  const started = thread.start({ index: 0, of: 1 })
  started.catch(() => {})
  return { thread, started }
}

it('ends at once if its brokers are away, also when both words came one after the other', async () => {
  const { thread, started } = awayFromBrokers()
  await thread.close()
  await expect(started).rejects.toThrow('closed before it answered')
}, 60_000)

it('says in its readiness that its log is not reached, while it waits for it', async () => {
  const { thread, started } = awayFromBrokers()
  const readiness = await waitFor(
    () => thread.readiness().checks.log !== undefined && thread.readiness(),
    {
      what: 'word of its log',
      intervalMs: 50
    }
  )
  expect(readiness).toEqual({
    ready: false,
    checks: { incidents: 'starting', log: expect.stringMatching(/^not reached since /) }
  })
  await thread.close()
  await expect(started).rejects.toThrow('closed before it answered')
}, 60_000)

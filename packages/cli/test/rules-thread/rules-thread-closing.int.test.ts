// A thread of rules that is told to stop while it starts.

import { systemClock } from '@tocsin/service-kit/process/clock'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { expect, it } from 'vitest'
import { RulesThread } from '../../src/rules-thread/rules-thread.ts'
import { suiteSettings } from '../../src/suite/suite-settings.ts'

it('ends at once if its brokers are away, also when both words came one after the other', async () => {
  const data = await makeTempDir()
  try {
    // Nothing listens there, and it would wait for ten minutes.
    const settings = { data, log: 'kafka', brokers: ['127.0.0.1:1'], logLevel: 'silent' }
    const config = defaultConfig(suiteSettings, settings)
    const logger = createLogger({ level: 'silent', name: 'test' })
    const secrets = { ownerKey: '', fingerprint: '', derive: () => Buffer.alloc(32) }
    const thread = new RulesThread({ config, logger, secrets, clock: systemClock })
    const started = thread.start({ index: 0, of: 1 })
    started.catch(() => {})
    await thread.close()
    await expect(started).rejects.toThrow('closed before it answered')
  } finally {
    await removeDir(data)
  }
}, 30_000)

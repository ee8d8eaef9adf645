// A process with one service that behaves as TOCSIN_TEST_MODE says. Started by
// run-service.int.test.ts.

import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { systemClock, systemRandom } from '@tocsin/service/process/clock'
import { runService } from '@tocsin/service/process/run-service'
import { baseSettings } from '@tocsin/service/settings/base-settings'
import { buildHost } from '../../src/host/host.ts'
import { controlOf, fakeService, ownerKey } from './fakes.ts'

const mode = process.env.TOCSIN_TEST_MODE
const forever = () => new Promise<void>(() => {})

await runService({
  name: 'fixture',
  settings: baseSettings,
  overrides: [{ key: 'port', value: process.env.TOCSIN_TEST_PORT ?? '0', origin: '--port' }],
  async start({ config, logger, metrics }) {
    if (mode === 'start-fails') throw new Error('no log')
    if (mode === 'slow-start') {
      logger.info('starting slowly')
      await systemClock.sleep(300)
    }
    const service = fakeService(
      'rules',
      async () => {},
      mode === 'hung-close' ? { close: forever } : {}
    )
    const secrets = secretsFrom(new Uint8Array(32), ownerKey)
    const thenClose = [{ name: 'log', close: async () => void logger.info('the log is closed') }]
    const host = await buildHost({
      services: [service],
      secrets,
      control: controlOf(),
      config: { ...config, closeDeadlineMs: Number(process.env.TOCSIN_TEST_CLOSE_MS ?? 10_000) },
      logger,
      clock: systemClock,
      random: systemRandom,
      metrics,
      thenClose
    })
    logger.info({ url: await host.listen() }, 'listening')
    await host.start()
    if (mode === 'chatty')
      for (let i = 0; i < 20_000; i++) logger.info({ fill: 'x'.repeat(300) }, 'chatter')
    if (mode === 'service-fails') service.fail(new Error('the loop ended'))
    if (mode === 'rejection') void Promise.reject(new Error('nobody looked'))
    if (mode === 'exception') setTimeout(() => (undefined as unknown as { boom(): void }).boom(), 1)
    return host
  }
})

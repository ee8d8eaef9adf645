// The last use of a key outlives the process that saw it.

import { systemClock, systemRandom } from '@tocsin/service-kit/process/clock'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { startSuite, suiteRoles } from '../../src/suite/suite.ts'
import { suiteSettings } from '../../src/suite/suite-settings.ts'

it('is known after a restart, to the hour, and a key that nobody used has none', async () => {
  const data = await makeTempDir()
  const start = () =>
    startSuite({
      roles: suiteRoles,
      config: defaultConfig(suiteSettings, { data, port: 0 }),
      logger: createLogger({ level: 'silent', name: 'test' }),
      metrics: new Registry(),
      clock: systemClock,
      random: systemRandom
    })
  const ask = async (
    suite: Awaited<ReturnType<typeof start>>,
    method: 'GET' | 'POST',
    url: string,
    key: string,
    payload?: object
  ) => {
    const headers = { host: 'localhost', authorization: `Bearer ${key}` }
    const answer = await suite.host.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
    expect(answer.statusCode).toBeLessThan(300)
    return answer.json()
  }
  const first = await start()
  const make = (name: string) => ask(first, 'POST', '/v1/keys', first.secrets.ownerKey, { name, scopes: ['alerts:read'] })
  const [used, unused] = [await make('used'), await make('unused')]
  const hour = () => new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString()
  const before = hour()
  await ask(first, 'GET', '/v1/alerts', used.secret)
  const after = hour()
  await first.host.close()

  const second = await start()
  const { items } = await ask(second, 'GET', '/v1/keys', second.secrets.ownerKey)
  const lastUsed = new Map(items.map((key: { keyId: string; lastUsedAt: string | null }) => [key.keyId, key.lastUsedAt]))
  expect([before, after]).toContain(lastUsed.get(used.keyId))
  expect(lastUsed.get(unused.keyId)).toBeNull()
  await second.host.close()
  await removeDir(data)
}, 30_000)

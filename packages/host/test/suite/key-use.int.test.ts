// The last use of a key outlives the process that saw it.

import { expect, it } from 'vitest'
import { RunningSuite } from '../support/running-suite.ts'

it('is known after a restart, to the hour, and absent for an unused key', async () => {
  const ask = async (
    { suite }: RunningSuite,
    method: 'GET' | 'POST',
    url: string,
    key: string,
    payload?: object
  ) => {
    const headers = { host: 'localhost', authorization: `Bearer ${key}` }
    const answer = await suite.host.app.inject({
      method,
      url,
      headers,
      ...(payload ? { payload } : {})
    })
    expect(answer.statusCode).toBeLessThan(300)
    return answer.json()
  }
  const first = await RunningSuite.start()
  const make = (name: string) =>
    ask(first, 'POST', '/v1/keys', first.suite.secrets.ownerKey, { name, scopes: ['alerts:read'] })
  const [used, unused] = [await make('used'), await make('unused')]
  const hour = () => new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString()
  const before = hour()
  await ask(first, 'GET', '/v1/alerts', used.secret)
  const after = hour()
  await first.stop()

  const second = await RunningSuite.start({ data: first.dataDir })
  const { items } = await ask(second, 'GET', '/v1/keys', second.suite.secrets.ownerKey)
  const lastUsed = new Map(
    items.map((key: { keyId: string; lastUsedAt: string | null }) => [key.keyId, key.lastUsedAt])
  )
  expect([before, after]).toContain(lastUsed.get(used.keyId))
  expect(lastUsed.get(unused.keyId)).toBeNull()
  await second.end()
})

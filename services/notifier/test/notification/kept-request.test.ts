// What was sent, shown to who may read it.

import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, failing } from '../support/notifier-harness.ts'

const body = {
  url: 'https://partner.example/hook?token=s3cret-value',
  order: 'strict',
  filter: { minSeverity: 'minor' }
}

describe('the request of a delivery', () => {
  const started = async () => {
    const suite = await Suite.start()
    const { id } = (await suite.ask('POST', '/v1/subscriptions', { body })).body
    const of = async (sequence: number, key?: string) =>
      (
        await suite.ask(
          'GET',
          `/v1/subscriptions/${id}/deliveries?sequence=${sequence}`,
          key === undefined ? {} : { key }
        )
      ).body.items[0]
    return { suite, id, of }
  }

  it('is what was sent, byte for byte, without secrets', async () => {
    const { suite, id, of } = await started()
    suite.h.network.answer = () => failing
    await suite.h.alerts.write('raised', 'a1', { headline: 'Dzwonek „ostrzegawczy” — ڀ 🔔' })
    await suite.h.alerts.write('revised', 'a1')
    await settle(40)
    // Another instance, or another filter, rebuilds the same.
    await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: { filter: {} } })
    suite.h.network.answer = () => accepted
    await suite.h.clock.advance(10_000)
    expect(suite.h.network.requests.length).toBeGreaterThan(2)
    for (const [request, i] of [...suite.h.network.requests.entries()].map(
      ([at, each]) => [each, at] as const
    )) {
      const { sequence } = suite.h.network.events[i] as { readonly sequence: number }
      const shown = await of(sequence)
      expect(shown.request.body).toBe(Buffer.from(request.body).toString())
      for (const [name, value] of Object.entries(shown.request.headers))
        expect([name, request.headers[name]]).toEqual([name, value])
      expect(shown).toMatchObject({
        request: { method: 'POST', url: 'https://partner.example/hook?***' },
        last: { durationMs: 3 }
      })
      expect(JSON.stringify(shown)).not.toMatch(/s3cret|whsec|signature/)
    }
  })
})

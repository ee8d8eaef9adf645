// What a silence held is told at once when somebody ends it, or the key behind it: nobody waits
// until it is asked again.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
let desk: string
beforeEach(async () => {
  suite = await Suite.start()
  desk = await suite.key(['admin', 'alerts:read', 'alerts:operate'], { name: 'Desk' })
  await suite.ask('POST', '/v1/subscriptions', {
    body: { url: 'https://own.example/hook', policy: { groupWaitSeconds: 0 } }
  })
  await settle(20)
})

async function silenced(more: object = {}): Promise<string> {
  const body = { reason: 'Known.', minutes: 60, filter: { theatre: ['sahel'] }, ...more }
  const { status, body: made } = await suite.ask('POST', '/v1/silences', { body, key: desk })
  expect([status, made]).toEqual([201, expect.anything()])
  await settle(20)
  return made.id
}
const told = () => suite.h.network.events.map(({ data }) => data.alertId)
async function raised(...ids: readonly string[]): Promise<void> {
  for (const id of ids) await suite.h.alerts.write('raised', id)
  await settle(60)
}

describe('a silence that is ended before its time', () => {
  it('lets go at once of all that it held, with no time gone by', async () => {
    const id = await silenced()
    await raised('a1', 'a2')
    expect(told()).toEqual([])
    expect((await suite.ask('DELETE', `/v1/silences/${id}`, { key: desk })).status).toBe(204)
    await settle(60)
    expect(told().toSorted()).toEqual(['a1', 'a2'])
  })

  it('does so with the key behind it', async () => {
    await silenced()
    await raised('a1')
    const { items } = (await suite.ask('GET', '/v1/keys')).body
    await suite.ask(
      'DELETE',
      `/v1/keys/${items.find(({ name }: { name: string }) => name === 'Desk').keyId}`
    )
    await settle(60)
    expect(told()).toEqual(['a1'])
  })

  it('keeps what another silence is over still, and lets go of that with the other', async () => {
    const first = await silenced()
    const second = await silenced({ filter: { severity: ['moderate'] } })
    await raised('a1')
    await suite.ask('DELETE', `/v1/silences/${first}`, { key: desk })
    await settle(60)
    const isOverBoth = told().length === 0
    await suite.ask('DELETE', `/v1/silences/${second}`, { key: desk })
    await settle(60)
    expect([isOverBoth, told()]).toEqual([true, ['a1']])
  })
})

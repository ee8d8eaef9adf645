// After a restore of an older copy: sequences begin again under another epoch, and each alert that
// a partner may know otherwise is stated again.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { shortEpoch } from '@tocsin/service/projection/epochs'
import { expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

const control = { topic: topics.control, partitions: 1 }
const [old, next] = ['0a0a0a0a', '0b0b0b0b']
const resolved = { status: 'resolved', notify: 'update' } as const

const shown = ({ requests }: FakeNetwork) =>
  requests.map(({ body }) => {
    const { epoch, sequence, restated, data } = JSON.parse(Buffer.from(body).toString())
    const said = restated === true ? 'again' : 'first'
    return [epoch, sequence, data.alertId, data.status, data.notify, said].join(' ')
  })

for (const order of ['strict', 'newest-state'] as const)
  it(`a subscription in ${order} order states again what is open or owed, then goes on`, async () => {
    const [store, network] = [new MemoryStore(), new FakeNetwork()]
    const before = new FakeNetwork()
    const h = await new Harness({ store, network: before }).start()
    await h.declare({
      type: 'suite.begun',
      data: { masterKeyFingerprint: '0'.repeat(64), topics: [{ ...control, epoch: old }] }
    })
    await subscribed(h, { order })
    await h.alerts.write('raised', 'told')
    await h.alerts.write('revised', 'told')
    await h.alerts.write('raised', 'over')
    await h.alerts.write('resolved', 'over', resolved)
    await h.alerts.write('raised', 'owed-end')
    await settle(50)
    expect(shown(before).every(each => each.startsWith(shortEpoch(old)))).toBe(true)
    before.answer = () => failing
    await h.alerts.write('resolved', 'owed-end', resolved)
    await h.alerts.write('raised', 'owed')
    await h.alerts.write('revised', 'owed')
    await settle(50)
    await h.kill()

    const restarted = await new Harness({ store, network, clock: h.clock }).start()
    await restarted.declare({
      type: 'log.restored',
      data: { topics: [{ ...control, from: old, to: next, ends: null }], takenAt: null }
    })
    await restarted.clock.advance(30_000)
    expect(shown(network).toSorted()).toEqual([
      `${shortEpoch(next)} 1 told provisional update again`,
      `${shortEpoch(next)} 2 owed-end resolved update again`,
      `${shortEpoch(next)} 3 owed provisional page again`
    ])
    await restarted.alerts.write('raised', 'new', { theatre: 'sudan' })
    await settle(50)
    expect(shown(network).slice(3)).toEqual([`${shortEpoch(next)} 4 new provisional page first`])
    if (order === 'strict') checkChain(network)
    const ids = new Set(before.events.map(({ id }) => id))
    expect(network.events.filter(({ id }) => ids.has(id))).toEqual([])
    await restarted.kill()

    const again = new FakeNetwork()
    await using last = await new Harness({ store, network: again, clock: h.clock }).start()
    await settle(50)
    await last.clock.advance(60_000)
    expect(again.events).toEqual([])
  })

it('one that is made after the restore begins as any other', async () => {
  await using h = await new Harness().start()
  await h.alerts.write('raised', 'open')
  await h.declare({
    type: 'log.restored',
    data: { topics: [{ ...control, from: old, to: next, ends: null }], takenAt: null }
  })
  await subscribed(h)
  await h.alerts.write('raised', 'new')
  await settle(50)
  expect(shown(h.network)).toEqual([`${shortEpoch(next)} 1 new provisional page first`])
})

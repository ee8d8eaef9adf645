// What readers of lower levels get of alerts with hidden support: the same revision, content and id
// on every transport, and no trace of the rest.

import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'

const hiddenSupport = {
  incidentId: 'i3',
  revision: 1,
  role: 'support',
  handling: 'restricted'
} as const
const openTrigger = { incidentId: 'i1', revision: 1, role: 'trigger', handling: 'public' } as const
/**
 * The effect of a restricted report: one more item of support, which concerns only readers who may
 * see it.
 */
const hiddenRevision = {
  evidence: [openTrigger, hiddenSupport],
  concerns: 'restricted',
  notify: 'page'
} as const

async function suiteWithPartner() {
  const suite = await Suite.start()
  const key = await suite.key(['alerts:read', 'alerts:operate'], {
    handling: 'partners',
    theatres: ['sahel']
  })
  const ask = (url: string) => suite.ask('GET', url, { key })
  return { suite, alerts: suite.h.alerts, key, ask }
}

/**
 * What a reader of this level gets of alert a1 on each transport, as [revision, id of the event].
 */
async function toldOf(h: Harness) {
  const { session, socket } = h.connect(aPrincipal({ id: 'key_p', handling: 'partners' }))
  session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from: 'earliest' }))
  await settle(30)
  return socket.of('alert').map(({ event }) => [event.data.revision, event.id])
}

describe('an alert with hidden support', () => {
  it('is acted on with the operator revision, which every level is shown', async () => {
    const { suite, alerts, key, ask } = await suiteWithPartner()
    await alerts.write('raised', 'a1', { evidence: [openTrigger], operatorRevision: 1 })
    await alerts.write('revised', 'a1', { ...hiddenRevision, operatorRevision: 2 })
    await settle()
    const detail = await ask('/v1/alerts/a1')
    expect(detail.headers.etag).toBe('"2"')
    expect(detail.body.operatorRevision).toBe(2)
    const taken = await suite.ask('POST', '/v1/alerts/a1/acknowledgement', {
      key,
      headers: { 'if-match': '"2"' }
    })
    expect(taken).toMatchObject({ status: 200, body: { revision: 2, operatorRevision: 3 } })
  })
})

describe('lists', () => {
  it('continue the numbering of an alert that was evicted and is reopened', async () => {
    await using h = await new Harness({ config: { 'notifier.closedAlertsMax': 1 } }).start()
    await h.alerts.write('raised', 'a1', { evidence: [openTrigger] })
    await h.alerts.write('revised', 'a1', hiddenRevision)
    await h.alerts.write('resolved', 'a1', { status: 'resolved', concerns: 'public' })
    await h.alerts.write('raised', 'a2')
    await h.alerts.write('resolved', 'a2', { status: 'resolved' })
    await settle()
    expect(h.notifier.projection.alerts.get('a1')).toBeUndefined()
    await h.alerts.write('reopened', 'a1', { status: 'confirmed' })
    await settle()
    expect(h.notifier.projection.alerts.get('a1')?.shownAt('partners')?.revision).toBe(3)
    expect(
      (await toldOf(h)).filter((_, i) => i !== 2 && i !== 3).map(([revision]) => revision)
    ).toEqual([1, 2, 3])
  })
})

// What readers of lower levels get of alerts with hidden support: the same revision, content and id
// on every transport, and no trace of the rest.

import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

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
  it('shows a partner the last revision that it may see, numbered for its level, on every transport and after a restart', async () => {
    const { suite, alerts, ask } = await suiteWithPartner()
    await subscribed(suite.h, { handling: 'partners', theatres: ['sahel'] })
    await settle(30)
    await alerts.write('raised', 'a1', { evidence: [openTrigger] })
    await alerts.write('revised', 'a1', hiddenRevision)
    await settle(30)
    expect((await ask('/v1/alerts/a1')).body).toMatchObject({
      revision: 1,
      notify: 'page',
      event: { type: 'tocsin.alert.raised.v1', time: '2026-03-01T12:00:01.000Z' },
      evidence: [{ incidentId: 'i1' }],
      times: { detectedAt: '2026-03-01T12:00:00.000Z' },
      revisions: [{ cause: null, data: { revision: 1 } }],
      revisionsOmitted: 0
    })
    expect((await ask('/v1/alerts')).body.items).toMatchObject([
      { revision: 1, concerns: 'public' }
    ])
    await alerts.write('confirmed', 'a1', { status: 'confirmed', concerns: 'public' })
    await settle(30)
    const detail = (await ask('/v1/alerts/a1')).body
    expect(detail).toMatchObject({
      revision: 2,
      status: 'confirmed',
      evidence: [{ incidentId: 'i1' }],
      revisionsOmitted: 0
    })
    expect((await ask('/v1/alerts')).body.items).toMatchObject([{ revision: 2 }])
    const told = detail.revisions.map((event: { id: string; data: { revision: number } }) => [
      event.data.revision,
      event.id
    ])
    expect(told.map(([revision]: [number]) => revision)).toEqual([1, 2])
    const feed = (await ask('/v1/feed')).body.items
    expect(
      feed.map(({ event }: { event: { id: string; data: { revision: number } } }) => [
        event.data.revision,
        event.id
      ])
    ).toEqual(told)
    expect(await toldOf(suite.h)).toEqual(told)
    expect(
      suite.h.network.events.map(({ id, data }) => [
        (data as unknown as { revision: number }).revision,
        id
      ])
    ).toEqual(told)
    await using restarted = await new Harness({
      store: suite.h.store,
      config: { 'notifier.recentEventsMax': 0 }
    }).start()
    expect(await toldOf(restarted)).toEqual(told)
    // A reader who sees everything gets the content of the log.
    expect((await suite.ask('GET', '/v1/alerts/a1')).body).toMatchObject({
      revision: 3,
      seq: 3,
      revisions: { length: 3 }
    })
  })

  it('is in a snapshot as the last revision that the reader may see', async () => {
    await using h = await new Harness().start()
    await h.alerts.write('raised', 'a1', { evidence: [openTrigger] })
    await h.alerts.write('revised', 'a1', hiddenRevision)
    await settle()
    const { session, socket } = h.connect(aPrincipal({ id: 'key_p', handling: 'partners' }))
    session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from: 'latest' }))
    await settle()
    expect(socket.of('subscribed')[0]?.snapshot).toMatchObject([
      { alertId: 'a1', revision: 1, times: { detectedAt: '2026-03-01T12:00:00.000Z' } }
    ])
  })

  it('pages a partner with the first visible event that pages anybody, though others were paged before', async () => {
    await using h = await new Harness().start()
    await subscribed(h, { handling: 'partners' })
    await settle(30)
    await h.alerts.write('raised', 'a1', { evidence: [openTrigger], notify: 'quiet' })
    await h.alerts.write('revised', 'a1', hiddenRevision)
    // Others were paged before: for them this is an update; the partner does not get it.
    await h.alerts.write('confirmed', 'a1', {
      status: 'confirmed',
      notify: 'update',
      concerns: 'public'
    })
    await settle(30)
    expect(h.network.events).toEqual([])
    await h.alerts.write('revised', 'a1', {
      headline: 'Siege of Diosso, worse',
      notify: 'update',
      concerns: 'public'
    })
    await settle(30)
    expect(h.network.events).toMatchObject([
      { data: { alertId: 'a1', notify: 'page', revision: 3 } }
    ])
  })

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

/**
 * All that a partner gets of an alert whose incident is at this engine revision, and then at a
 * later one, as texts of each transport.
 */
async function toldOfIncidentAt(revision: number) {
  const { suite, alerts, ask } = await suiteWithPartner()
  await subscribed(suite.h, { handling: 'partners', theatres: ['sahel'] })
  const evidence = [{ ...openTrigger, revision }]
  await settle(30)
  await alerts.write('raised', 'a1', { evidence })
  // The only change: a hidden report has joined and left the incident. The twin has no such event.
  if (revision > 1)
    await alerts.write('revised', 'a1', { evidence: [{ ...openTrigger, revision: revision + 2 }] })
  await alerts.write('confirmed', 'a1', { status: 'confirmed', evidence })
  await settle(30)
  const streamOf = (h: Harness) => {
    const { session, socket } = h.connect(
      aPrincipal({ id: 'key_p', handling: 'partners', theatres: ['sahel'] })
    )
    session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from: 'earliest' }))
    return settle(30).then(() => socket.of('alert').map(({ event }) => [event.id, event.data]))
  }
  const { etag: _, ...detail } = (await ask('/v1/alerts/a1')).body
  const told = {
    list: (await ask('/v1/alerts')).body.items,
    evidence: detail.evidence,
    revisions: detail.revisions.map(({ id, data }: { id: string; data: unknown }) => [id, data]),
    feed: (await ask('/v1/feed')).body.items.map(
      ({ event }: { event: { id: string; data: unknown } }) => [event.id, event.data]
    ),
    stream: await streamOf(suite.h),
    webhooks: suite.h.network.events.map(({ id, data }) => [id, data])
  }
  const whole = (await suite.ask('GET', '/v1/alerts/a1')).body
  await using restarted = await new Harness({
    store: suite.h.store,
    config: { 'notifier.recentEventsMax': 0 }
  }).start()
  const again = await streamOf(restarted)
  return { told: { ...told, again }, whole }
}

describe('an alert whose incident a hidden report joined and left', () => {
  it('shows a partner no engine revision of the incident, on any transport, nor after a restart', async () => {
    const [there, twin] = [await toldOfIncidentAt(3), await toldOfIncidentAt(1)]
    expect(there.told).toEqual(twin.told)
    expect(there.told.list).toMatchObject([
      { evidence: [{ incidentId: 'i1', role: 'trigger', handling: 'public' }] }
    ])
    // A reader who sees everything gets the revision.
    expect(there.whole.evidence).toMatchObject([{ incidentId: 'i1', revision: 3 }])
  })
})

describe('a revised that changes nothing for a reader', () => {
  it('is not sent to that reader nor counted in its revision, and is sent to all others', async () => {
    await using h = await new Harness().start()
    await h.alerts.write('raised', 'hidden', { handling: 'restricted' })
    await h.alerts.write('raised', 'a1', { evidence: [openTrigger] })
    // It shares reports with a hidden alert, and only hidden evidence changed.
    await h.alerts.write('revised', 'a1', {
      references: ['hidden'],
      evidence: [openTrigger, hiddenSupport]
    })
    await h.alerts.write('revised', 'a1', { severity: 'severe' })
    await settle(30)
    const told = await toldOf(h)
    expect(told.map(([revision]) => revision)).toEqual([1, 2])
    const all = h.connect(aPrincipal())
    all.session.receive(
      JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from: 'earliest' })
    )
    await settle(30)
    expect(all.socket.of('alert').map(({ event }) => event.data.revision)).toEqual([1, 1, 2, 3])
    await using outlined = await new Harness({
      store: h.store,
      config: { 'notifier.recentEventsMax': 0 }
    }).start()
    expect(await toldOf(outlined)).toEqual(told)
  })

  it('is sent if the alert has left the view in between, although its content is the same', async () => {
    await using h = await new Harness().start()
    await h.alerts.write('raised', 'a1', { evidence: [openTrigger] })
    await h.alerts.write('revised', 'a1', { handling: 'restricted' })
    await h.alerts.write('revised', 'a1', { handling: 'public' })
    await settle(30)
    expect((await toldOf(h)).map(([revision]) => revision)).toEqual([1, undefined, 2])
  })
})

describe('lists', () => {
  it('are in the order in which alerts became visible, and hidden alerts evict nothing from them', async () => {
    await using h = await new Harness({ config: { 'notifier.closedAlertsMax': 2 } }).start()
    await h.alerts.write('raised', 'a1', { handling: 'restricted' })
    await h.alerts.write('raised', 'a2', { handling: 'public' })
    await h.alerts.write('revised', 'a1', { handling: 'public' })
    await h.alerts.write('resolved', 'a2', { status: 'resolved' })
    for (const id of ['h1', 'h2', 'h3']) {
      await h.alerts.write('raised', id, { handling: 'restricted' })
      await h.alerts.write('resolved', id, { status: 'resolved' })
      await h.alerts.write('raised', `far-${id}`, { theatre: 'coast', handling: 'public' })
      await h.alerts.write('resolved', `far-${id}`, { status: 'resolved' })
    }
    await settle()
    const { alerts } = h.notifier.projection
    const listed = [...alerts.newestFirst('public', null)].filter(
      entry => entry.theatre === 'sahel'
    )
    expect(listed.map(({ alertId }) => alertId)).toEqual(['a1', 'a2'])
    expect(alerts.get('h1')).toBeUndefined()
  })

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

// A notifier that begins on years of alerts folds the old ones without their evidence: what it tells of them is what one tells that read all of it.

import { encodeCursor } from '@tocsin/event-log/cursor'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { anAlert } from '../support/alert-builder.ts'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

const item = (incidentId: string) => ({ incidentId, revision: 1, role: 'trigger', handling: 'public' }) as const

/** Forty events of three alerts, with refusals and an officer's word among them, in a log that several notifiers may open. */
async function oldLog(): Promise<Harness> {
  const h = new Harness()
  for (let i = 0; i < 12; i++) {
    for (const alertId of ['one', 'two', 'three']) {
      const evidence = Array.from({ length: i + 1 }, (_, n) => item(`${alertId}-${n}`))
      const handling = alertId === 'two' && i > 6 ? 'restricted' : 'public'
      await h.alerts.write(i === 0 ? 'raised' : 'revised', alertId, { evidence, handling, headline: `"evidence":[ ${i}` })
    }
    if (i === 3) await h.alerts.refuse({ alertId: 'one', actionId: 'late' })
    if (i === 4) {
      const action = { actionId: 'taken', by: 'officer-1', text: null }
      await h.alerts.write('acknowledged', 'three', { action, operatorRevision: 1 })
    }
  }
  await h.alerts.write('resolved', 'one', { status: 'resolved', notify: 'quiet' })
  return h
}

/** All that a notifier knows of alerts, and all that its journal gives. */
async function known(h: Harness) {
  const { alerts, journal } = h.notifier.projection
  const { records } = await journal.read(journal.start, 1000)
  const entries = [...alerts.newestFirst('restricted', null)]
  return {
    outlines: entries.map(({ outline }) => ({ ...outline, evidence: null })),
    entries: entries.map(({ state, last, lastOperator, moments, firstTime }) => ({
      state,
      last,
      lastOperator,
      moments,
      firstTime
    })),
    openCount: alerts.openCount,
    outcomes: ['late', 'taken'].map(id => alerts.outcomeOf(id)),
    records
  }
}

async function startedOn(h: Harness, recentEventsMax: number): Promise<Harness> {
  return new Harness({ store: h.store, config: { 'notifier.recentEventsMax': recentEventsMax } }).start()
}

describe('old alerts', () => {
  it('are the same to who asks as if all of them had been read', async () => {
    const written = await oldLog()
    const [whole, half, outlined] = [await startedOn(written, 10_000), await startedOn(written, 20), await startedOn(written, 0)]
    expect(
      [...outlined.notifier.projection.alerts.newestFirst('restricted', null)].map(({ outline }) => outline.evidence)
    ).toEqual([[], [], []])
    expect((await known(whole)).records).toHaveLength(39)
    expect(await known(outlined)).toEqual(await known(whole))
    expect(await known(half)).toEqual(await known(whole))
    for (const h of [whole, half, outlined]) await h.close()
  })

  it('have their evidence read when somebody asks for it, and not before', async () => {
    const written = await oldLog()
    for (let i = 0; i < 6; i++) await written.alerts.write(i === 0 ? 'raised' : 'revised', 'later')
    const h = await startedOn(written, 5)
    const entry = h.notifier.projection.alerts.get('three')
    expect(entry?.outline.evidence).toEqual([])
    expect(entry?.state.evidence).toHaveLength(12)
    expect(entry?.outline.evidence).toHaveLength(12)
    await h.close()
  })

  it('are known again when they come twice, and told loudly when they come as something else', async () => {
    const written = await oldLog()
    const h = await startedOn(written, 5)
    const { alerts } = h.notifier.projection
    const page = await h.log.read(topics.alerts, 0, 0n, { recordsMax: 2, bytesMax: 1_000_000 })
    const { records } = await h.notifier.projection.journal.read([page.records[1]?.position ?? 0n], 1)
    const [second] = records
    expect(second).toMatchObject({ event: { data: { seq: 2 } } })
    expect(alerts.apply(second as NonNullable<typeof second>)).toBe('repeated')
    const other = { ...second, event: { type: 'alert.raised', data: anAlert({ seq: 2, alertId: 'two', headline: 'other' }) } }
    expect(alerts.apply(other as NonNullable<typeof second>)).toBe('conflicting')
    await h.close()
  })

  it('reach a partner who subscribed from the beginning, with all of their evidence', async () => {
    const written = await oldLog()
    const h = await startedOn(written, 5)
    const earliest = await h.log.cursorAt(topics.alerts, 'earliest')
    await subscribed(h, { from: encodeCursor(earliest) })
    await settle(200)
    expect(h.network.events).toHaveLength(39)
    const last = h.network.events.findLast(({ data }) => data.alertId === 'three')
    expect(last?.data).toMatchObject({ evidence: { length: 12 } })
    checkChain(h.network)
    await h.close()
  })
})

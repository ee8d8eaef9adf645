// A notifier that starts on alerts of earlier versions answers the same, whether it has their events in
// memory or reads them from the log.

import { encodeCursor } from '@tocsin/event-log/cursor'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

const item = (incidentId: string) =>
  ({ incidentId, revision: 1, role: 'trigger', handling: 'public' }) as const

/**
 * Forty events of three alerts, including refusals and an officer's action, in a log that several
 * notifiers may open. Rounds that are not `isWhole` are recorded by what they change.
 */
async function oldLog(isWhole: (round: number) => boolean = () => true): Promise<Harness> {
  const h = new Harness()
  for (let i = 0; i < 12; i++) {
    h.alerts.recordsWhole = isWhole(i)
    for (const alertId of ['one', 'two', 'three']) {
      const evidence = Array.from({ length: i + 1 }, (_, n) => item(`${alertId}-${n}`))
      const handling = alertId === 'two' && i > 6 ? 'restricted' : 'public'
      await h.alerts.write(i === 0 ? 'raised' : 'revised', alertId, {
        evidence,
        handling,
        headline: `"evidence":[ ${i}`
      })
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
  const { records } = await journal.read(journal.start, 1000, null)
  const found = [...alerts.search({ level: 'restricted', theatres: '*' })].flat()
  return {
    entries: found.map(({ alertId }) => {
      const { state, last, acts, moments, firstTime } = alerts.get(alertId)?.top ?? {}
      return { state, last, acts, moments, firstTime }
    }),
    openCount: alerts.openCount,
    outcomes: ['late', 'taken'].map(id => alerts.findOutcome(id)),
    // Of an event that states all no earlier one is read, from which its calls would follow.
    records: records.map(({ calls: _, ...record }) => record)
  }
}

async function startedOn(h: Harness, recentEventsMax: number): Promise<Harness> {
  return new Harness({
    store: h.store,
    config: { 'notifier.recentEventsMax': recentEventsMax }
  }).start()
}

describe('old alerts', () => {
  it('are answered the same from memory and from the log', async () => {
    const written = await oldLog()
    await using whole = await startedOn(written, 10_000)
    expect((await known(whole)).records).toHaveLength(39)
    for (const recent of [20, 0]) {
      await using h = await startedOn(written, recent)
      expect(await known(h)).toEqual(await known(whole))
    }
  })

  it.each([0, 1, 6])(
    'are answered the same if they are recorded by what they change, from event %i on',
    async wholeUntil => {
      const [written, asBefore] = [await oldLog(i => i < wholeUntil), await oldLog()]
      const wanted = await startedOn(asBefore, 10_000)
      const all = await known(wanted)
      for (const recent of [10_000, 20, 0]) {
        await using h = await startedOn(written, recent)
        const { records, ...found } = await known(h)
        const { records: _, ...rest } = all
        expect(found).toEqual(rest)
        // The chain of hashes is that of other bytes.
        const eventsOf = (list: typeof records) =>
          list.map(({ event, position }) => ({ event, position }))
        expect(eventsOf(records)).toEqual(eventsOf(all.records))
        for (const { position } of all.records.toReversed()) {
          const record = await h.notifier.projection.journal.at(0, position)
          expect(record?.event).toEqual(all.records.find(each => each.position === position)?.event)
        }
      }
      await wanted.close()
    }
  )

  it('are answered the same if an event between others states its evidence whole', async () => {
    const written = await oldLog(i => i === 6)
    await using h = await startedOn(written, 5)
    const { journal } = h.notifier.projection
    for (const round of [7, 8, 9]) {
      // One refusal and one act are between.
      const event = (await journal.at(0, BigInt(round * 3 + 2)))?.event
      expect(event?.data).toMatchObject({ alertId: 'one', evidence: { length: round + 1 } })
    }
  })

  it('reach a partner who subscribed from the beginning, with all of their evidence', async () => {
    const written = await oldLog()
    await using h = await startedOn(written, 5)
    const earliest = await h.log.cursorAt(topics.alerts, 'earliest')
    await subscribed(h, { from: encodeCursor(earliest) })
    await settle(200)
    expect(h.network.events).toHaveLength(39)
    const last = h.network.events.findLast(({ data }) => data.alertId === 'three')
    expect(last?.data).toMatchObject({ evidence: { length: 12 } })
    checkChain(h.network)
  })
})

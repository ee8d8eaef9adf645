// More evidence than an alert lists, part of it hidden, as readers of the notifier see it: events,
// numbers, counts and pages are those of the same story without the hidden reports.

import { digest } from '@tocsin/contracts/json/digest'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { AlertEvent } from '@tocsin/domain/alert/alert'
import { EvidenceByAlert } from '@tocsin/domain/evidence/known-evidence'
import type { Handling } from '@tocsin/domain/report/handling'
import { describe, expect, it } from 'vitest'
import {
  eventsOf,
  hiddenSupport,
  hiddenTrigger,
  lapsedSupport,
  type Tale
} from '../../../../packages/domain/test/alert/hidden-beyond-limit.ts'
import { AlertIndex } from '../../src/projection/alert-index.ts'
import { renderFor, stateInView } from '../../src/projection/record-judging.ts'
import { evidenceInView, type ReaderView } from '../../src/reader/reader-view.ts'

/** What readers of a level are told by each event, and what they see in the end. */
function seenBy(handling: Handling, tale: Tale, withHidden: boolean) {
  const view: ReaderView = { handling, theatres: ['sahel'] }
  const alerts = new AlertIndex()
  const written = new EvidenceByAlert()
  const told: unknown[] = []
  for (const [i, whole] of eventsOf(tale, withHidden).entries()) {
    const envelope = envelopeOf(whole)
    const place = { partition: 0, position: BigInt(i), envelope }
    const { event } = alerts.apply({ ...place, recorded: written.record(whole) })
    if (event === null || !('times' in event.data)) throw new Error('not folded')
    if (!alerts.concernedBy(event).includes(handling)) continue
    const isHidden = alerts.get(event.data.alertId)?.shownAt(handling) === null
    told.push(
      renderFor(alerts, { view, filter: {}, holdsQuiet: false }, isHidden ? 'left-view' : 'event', {
        ...place,
        event
      })
    )
  }
  const shown = [...alerts.newestFirst(handling, null)].flatMap(
    entry => entry.shownAt(handling) ?? []
  )
  const seen = shown.map(each => ({
    ...stateInView(alerts, view, each),
    pages: evidenceInView(view, each.state)
  }))
  return { told, seen }
}

function envelopeOf({ type, data }: AlertEvent): Envelope {
  return {
    specversion: '1.0',
    id: digest('alert', data.theatre, String(data.seq)),
    source: '/tocsin/rules',
    type: `tocsin.${type}.v1`,
    time: 'times' in data ? data.times.detectedAt : '',
    datacontenttype: 'application/json',
    cause: null,
    engine: '0.8.0',
    theatre: data.theatre,
    data
  }
}

describe.each(['public', 'partners', 'internal'] as const)('readers of %s', level => {
  it.each([hiddenSupport, lapsedSupport])('see of $name what they would see without it', tale => {
    const [beside, alone] = [seenBy(level, tale, true), seenBy(level, tale, false)]
    expect(alone.told.length).toBeGreaterThan(0)
    expect(beside).toEqual(alone)
  })

  it('are told of a hidden trigger beyond what is listed that the alert has left their view', () => {
    const { told, seen } = seenBy(level, hiddenTrigger(500), true)
    expect(told.at(-1)).toMatchObject({ type: 'tocsin.alert.left-view.v1' })
    expect(seen).toEqual([])
  })
})

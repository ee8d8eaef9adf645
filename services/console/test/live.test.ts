// What the page knows, whether it is current, and what was missed while it was not.

import type { AlertEvent } from '@tocsin/client'
import { describe, expect, it } from 'vitest'
import {
  changesBetween,
  gravestFirst,
  historyOf,
  missedBetween
} from '../src/change/alert-changes.ts'
import { pauseAfter } from '../src/live/drawing-pace.ts'
import { freshnessOf, linkOfAnswers, silenceMs, triedOutcome } from '../src/live/freshness.ts'
import { closedHeldMax, Picture } from '../src/live/picture.ts'
import type { Severity, ShownAlert } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'

const openedAt = Date.parse('2026-03-01T12:00:00Z')
const live = { kind: 'live', transport: 'websocket', isCaughtUp: true } as const
const waiting = {
  kind: 'waiting',
  why: '',
  retryAt: openedAt,
  heardAt: openedAt,
  staleSince: null
} as const

describe('the page', () => {
  it('is live only while the server is heard', () => {
    expect(freshnessOf(live, openedAt, openedAt, openedAt + silenceMs - 1)).toEqual({
      kind: 'live'
    })
    expect(freshnessOf(live, openedAt, openedAt, openedAt + silenceMs)).toMatchObject({
      kind: 'stale',
      sinceMs: openedAt
    })
  })

  it('knows within five seconds that its link was cut, by whatever transport', () => {
    expect(freshnessOf(live, openedAt, openedAt, openedAt + 5_000).kind).toBe('stale')
    const pulled = { kind: 'live', transport: 'pull', isCaughtUp: true } as const
    expect(freshnessOf(pulled, openedAt, openedAt, openedAt + silenceMs - 1).kind).toBe('live')
    expect(freshnessOf(pulled, openedAt, openedAt, openedAt + 5_000).kind).toBe('stale')
  })

  it('is not live when its clock was set back, however young the last word then seems', () => {
    expect(freshnessOf(live, openedAt, openedAt, openedAt - 3_600_000).kind).toBe('stale')
  })

  it('says since when: the earlier of the last word and what the server says of itself', () => {
    const staleSince = '2026-03-01T11:59:30.000Z'
    const told = freshnessOf({ ...waiting, staleSince }, openedAt, openedAt, openedAt + 1_000)
    expect(told).toMatchObject({
      kind: 'stale',
      sinceMs: openedAt - 30_000,
      isCutOff: true,
      isOver: false
    })
  })

  it('says within five seconds that it has never heard anything', () => {
    const connecting = { kind: 'connecting', transport: 'websocket', heardAt: null } as const
    expect(freshnessOf(connecting, null, openedAt, openedAt + 1_000).kind).toBe('beginning')
    expect(freshnessOf(connecting, null, openedAt, openedAt + 5_000)).toMatchObject({
      kind: 'stale',
      sinceMs: null
    })
  })

  it('without a stream is as live as the last answer, and says within five seconds that none comes', () => {
    const at = (answeredAtMs: number | null, nowMs: number, offlineSinceMs: number | null = null) =>
      freshnessOf(linkOfAnswers(answeredAtMs), answeredAtMs, openedAt, nowMs, offlineSinceMs)
    expect(at(null, openedAt + 1_000).kind).toBe('beginning')
    expect(at(null, openedAt + 5_000)).toMatchObject({ kind: 'stale', sinceMs: null })
    expect(at(openedAt, openedAt + silenceMs - 1).kind).toBe('live')
    expect(at(openedAt, openedAt + 5_000)).toMatchObject({
      kind: 'stale',
      sinceMs: openedAt,
      isOver: false
    })
    expect(at(openedAt, openedAt + 1_000, openedAt + 500).kind).toBe('stale')
    expect(at(openedAt + 1_000, openedAt + 1_500, openedAt + 500).kind).toBe('live')
  })

  it('that is told of no network counts what it hears since, and nothing from before', () => {
    const at = (heardAtMs: number, nowMs: number) =>
      freshnessOf(live, heardAtMs, openedAt - 9_000, nowMs, openedAt)
    // The machine went off, and nothing has come since.
    expect(at(openedAt - 500, openedAt).kind).toBe('stale')
    // The suite is on this machine, or in its building.
    expect(at(openedAt + 1_500, openedAt + 1_600).kind).toBe('live')
    expect(at(openedAt + 3_600_000, openedAt + 3_600_000 + silenceMs - 1).kind).toBe('live')
    // It was heard since, and is not any more.
    expect(at(openedAt + 1_500, openedAt + 1_500 + silenceMs).kind).toBe('stale')
  })

  it('says that it does not come back by itself', () => {
    const ended = { kind: 'ended', why: 'revoked', code: 4504, heardAt: openedAt } as const
    expect(freshnessOf(ended, openedAt, openedAt, openedAt + 1_000)).toMatchObject({
      kind: 'stale',
      isOver: true
    })
  })
})

const eventOf = (data: ShownAlert, name = 'revised'): AlertEvent => ({
  specversion: '1.0',
  id: `${data.alertId}-${data.revision}`,
  source: '/tocsin/rules',
  type: `tocsin.alert.${name}.v1`,
  time: data.times.detectedAt,
  subject: data.alertId,
  theatre: data.theatre,
  data
})

describe('the picture', () => {
  it('is replaced by a snapshot and whole with its last part; until then what was known stays', () => {
    const picture = new Picture(() => {})
    picture.takePart([anAlert({ alertId: 'old' })], { isFirst: true, isLast: true })
    picture.takePart([anAlert({ alertId: 'a' })], { isFirst: true, isLast: false })
    expect([[...picture.alerts.keys()], picture.isWhole]).toEqual([['old', 'a'], false])
    picture.takeEvent(eventOf(anAlert({ alertId: 'raised meanwhile' })))
    picture.takePart([anAlert({ alertId: 'b' })], { isFirst: false, isLast: true })
    expect([[...picture.alerts.keys()], picture.isWhole]).toEqual([
      ['a', 'raised meanwhile', 'b'],
      true
    ])
  })

  it('forgets what has left the view of its reader', () => {
    const picture = new Picture(() => {})
    picture.takeEvent(eventOf(anAlert()))
    picture.takeEvent({
      ...eventOf(anAlert(), 'left-view'),
      data: { alertId: 'a1', revision: 3, status: 'retracted' } as never
    })
    expect(picture.alerts.size).toBe(0)
  })

  it('counts what is open by severity, whatever comes, changes, closes or leaves', () => {
    const picture = new Picture(() => {})
    const ids = ['a', 'b', 'c', 'd']
    picture.takePart(
      ids.map(alertId => anAlert({ alertId })),
      { isFirst: true, isLast: true }
    )
    picture.takeEvent(eventOf(anAlert({ alertId: 'a', severity: 'extreme' })))
    picture.takeEvent(eventOf(anAlert({ alertId: 'b', status: 'resolved' })))
    picture.takeEvent({
      ...eventOf(anAlert({ alertId: 'c' }), 'left-view'),
      data: { alertId: 'c', revision: 3 } as never
    })
    expect([picture.openBy, picture.openCount]).toEqual([
      { extreme: 1, severe: 0, moderate: 1, minor: 0 },
      2
    ])
    picture.takePart([anAlert({ alertId: 'b', severity: 'minor' })], {
      isFirst: true,
      isLast: true
    })
    expect([picture.openBy, picture.openCount]).toEqual([
      { extreme: 0, severe: 0, moderate: 0, minor: 1 },
      1
    ])
  })

  it('does not grow with what closes: the earliest go, open ones never', () => {
    const picture = new Picture(() => {})
    picture.takeEvent(eventOf(anAlert({ alertId: 'open' })))
    for (let i = 0; i < closedHeldMax + 50; i++)
      picture.takeEvent(eventOf(anAlert({ alertId: `c${i}`, status: 'resolved' })))
    expect(picture.alerts.size).toBe(closedHeldMax + 1)
    expect(picture.alerts.has('open')).toBe(true)
    expect(picture.alerts.has('c49')).toBe(false)
  })

  it('takes an answer to a question only where nothing newer is known', () => {
    const picture = new Picture(() => {})
    picture.takeEvent(eventOf(anAlert({ revision: 5 })))
    picture.addKnown([anAlert({ revision: 4 })])
    expect(picture.alerts.get('a1')?.revision).toBe(5)
    picture.addKnown([anAlert({ revision: 6, status: 'resolved' })])
    expect(picture.alerts.get('a1')?.status).toBe('resolved')
  })
})

describe('what was missed', () => {
  const fromMs = Number.POSITIVE_INFINITY
  const held = (...alerts: readonly ShownAlert[]) =>
    new Map(alerts.map(alert => [alert.alertId, alert]))

  it('is what was raised, changed or closed, with what each changed', () => {
    const [changed, closed, same] = ['changed', 'closed', 'same'].map(alertId =>
      anAlert({ alertId })
    ) as [ShownAlert, ShownAlert, ShownAlert]
    const after = held(
      { ...changed, revision: 3, severity: 'extreme' },
      { ...closed, revision: 3, status: 'resolved' },
      same,
      anAlert({ alertId: 'new', revision: 1 })
    )
    const missed = missedBetween(held(changed, closed, same), after, fromMs)
    expect(missed.map(({ kind, alert }) => [kind, alert.alertId])).toEqual([
      ['raised', 'new'],
      ['changed', 'changed'],
      ['gone', 'closed']
    ])
    expect(missed[1]?.changes).toEqual([{ what: 'severity', before: 'moderate', after: 'extreme' }])
  })

  it('is read with the gravest first, of equals the one that changed last, whatever it came after', () => {
    const at = (detectedAt: string) => ({ times: { detectedAt } })
    const minor = Array.from({ length: 60 }, (_, i) =>
      anAlert({ alertId: `m${i}`, severity: 'minor' })
    )
    const late = anAlert({ alertId: 'late', severity: 'minor', ...at('2026-03-01T12:30:00.000Z') })
    const after = held(
      ...minor,
      late,
      anAlert({ alertId: 'grave', severity: 'extreme', ...at('2026-03-01T11:00:00.000Z') })
    )
    const read = gravestFirst(missedBetween(held(), after, fromMs)).map(
      ({ alert }) => alert.alertId
    )
    expect([read.slice(0, 3), read.length]).toEqual([['grave', 'late', 'm0'], 62])
  })

  it('has what is no longer there at all, and a reopened one as new', () => {
    const closed = anAlert({ status: 'retracted' })
    expect(missedBetween(held(anAlert()), held(), fromMs)).toMatchObject([{ kind: 'gone' }])
    expect(
      missedBetween(held(closed), held({ ...closed, revision: 3, status: 'provisional' }), fromMs)
    ).toMatchObject([{ kind: 'raised' }])
    expect(missedBetween(held(closed), held(), fromMs)).toEqual([])
  })

  it('has what was raised and closed meanwhile, and not what was closed before it was known here', () => {
    const ended = anAlert({ alertId: 'ended', status: 'retracted' })
    // Its first report is from before the gap.
    const closedMs = Date.parse(ended.times.detectedAt)
    expect(Date.parse(ended.times.firstReportedAt)).toBeLessThan(closedMs)
    expect(missedBetween(held(), held(ended), closedMs)).toMatchObject([
      { kind: 'gone', alert: { alertId: 'ended' } }
    ])
    expect(missedBetween(held(), held(ended), closedMs + 1)).toEqual([])
  })
})

describe('changes', () => {
  it('are told with what was and what is, unknown deaths never as none', () => {
    const after = anAlert({
      fatalities: { low: 3, best: null, high: null },
      evidenceCount: { triggers: 3, support: 0 }
    })
    expect(changesBetween(anAlert(), after)).toEqual([
      { what: 'evidence', before: '2', after: '3' },
      { what: 'deaths', before: 'not known', after: 'at least 3' }
    ])
    expect(changesBetween(null, after)).toEqual([])
  })
})

describe('drawing', () => {
  it('is ten times a second where it costs little, and leaves time where it costs much, but never more than a second', () => {
    expect([0, 3, 10, 500].map(pauseAfter)).toEqual([100, 100, 300, 1_000])
  })
})

it('the history of an alert tells what each event changed, but of the first that was loaded where others came before', () => {
  const event = (id: string, severity: Severity) => ({
    id,
    type: 'revised',
    time: '',
    data: anAlert({ severity })
  })
  const revisions = [event('one', 'minor'), event('two', 'severe')]
  const told = (omitted: number) =>
    historyOf(revisions, omitted).map(({ revision, changes }) => [revision.id, changes?.length])
  expect(told(0)).toEqual([
    ['two', 1],
    ['one', 0]
  ])
  expect(told(3)).toEqual([
    ['two', 1],
    ['one', undefined]
  ])
})

describe('a try that an officer asks for', () => {
  it('is told with its outcome, and not after another gap', () => {
    expect([
      triedOutcome(null, 5, 1),
      triedOutcome(2, null, 1),
      triedOutcome(2, 1, 1),
      triedOutcome(2, 3, 1)
    ]).toEqual([...[null, 'unanswered', 'unanswered'], 'answered'])
    expect([triedOutcome(2, 3, 9), triedOutcome(2, null, null)]).toEqual([null, 'unanswered'])
  })
})

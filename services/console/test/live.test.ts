// What the page knows, whether it is current, and what was missed while it was not.

import type { AlertEvent } from '@tocsin/client'
import { beforeEach, describe, expect, it } from 'vitest'
import { gravestFirst, listHistory, missedBetween } from '../src/change/alert-changes.ts'
import { closedHeldMax, Picture } from '../src/live/picture.ts'
import { computeFreshness, pauseAfter, silenceMs } from '../src/live/standing.ts'
import type { Severity, ShownAlert } from '../src/shown/shown-alert.ts'
import { type AlertMembers, anAlert } from './support/an-alert.ts'

const openedAt = Date.parse('2026-03-01T12:00:00Z')
const live = { kind: 'live', transport: 'websocket', isCaughtUp: true } as const
const stale = (sinceMs: number | null) => ({ kind: 'stale', sinceMs })

describe('the page', () => {
  /** With a stream; times are after it was opened, ms. */
  const at = (
    heardMs: number | null,
    nowMs: number,
    link: Parameters<typeof computeFreshness>[0] = live
  ) =>
    computeFreshness(link, heardMs === null ? null : openedAt + heardMs, openedAt, openedAt + nowMs)

  it('is live only while the server is heard, and says within five seconds that it is not, by whatever transport', () => {
    for (const link of [live, { ...live, transport: 'pull' } as const]) {
      expect(at(0, silenceMs - 1, link)).toEqual({ kind: 'live' })
      expect(at(0, silenceMs, link)).toMatchObject(stale(openedAt))
      expect(at(0, 5_000, link).kind).toBe('stale')
    }
    // Its clock was set back: however young the last word then seems.
    expect(at(0, -3_600_000).kind).toBe('stale')
  })

  it('says since when: the earlier of the last word and what the server says of itself', () => {
    const staleSince = '2026-03-01T11:59:30.000Z'
    const waiting = { kind: 'waiting', why: '', retryAt: openedAt, heardAt: openedAt } as const
    expect(at(0, 1_000, { ...waiting, staleSince })).toMatchObject({
      ...{ ...stale(openedAt - 30_000), isCutOff: true, isOver: false }
    })
  })

  it('says within five seconds that it has never heard anything', () => {
    const connecting = { kind: 'connecting', transport: 'websocket', heardAt: null } as const
    expect(at(null, 1_000, connecting).kind).toBe('beginning')
    expect(at(null, 5_000, connecting)).toMatchObject(stale(null))
  })

  it('says that it does not come back by itself', () => {
    const ended = { kind: 'ended', why: 'revoked', code: 4504, heardAt: openedAt } as const
    expect(at(0, 1_000, ended)).toMatchObject({ kind: 'stale', isOver: true })
  })
})

describe('the picture', () => {
  let picture = new Picture(() => {})
  beforeEach(() => {
    picture = new Picture(() => {})
  })
  const take = (data: ShownAlert, name = 'revised') =>
    picture.takeEvent({
      ...{ specversion: '1.0', id: `${data.alertId}-${data.revision}`, source: '/tocsin/rules' },
      ...{
        type: `tocsin.alert.${name}.v1`,
        time: '2026-03-01T12:00:00.000Z',
        subject: data.alertId
      },
      ...{ theatre: data.theatre, data }
    } as AlertEvent)
  const takeAll = (
    alertIds: readonly string[],
    isFirst = true,
    isLast = true,
    more: AlertMembers = {}
  ) =>
    picture.takePart(
      alertIds.map(alertId => anAlert({ alertId, ...more })),
      { isFirst, isLast }
    )
  const leavesView = (alertId: string) => take({ alertId, revision: 3 } as ShownAlert, 'left-view')
  const known = () => [...picture.alerts.keys()]

  it('is replaced by a snapshot and whole with its last part; until then what was known stays', () => {
    takeAll(['old'])
    takeAll(['a'], true, false)
    expect([known(), picture.isWhole]).toEqual([['old', 'a'], false])
    take(anAlert({ alertId: 'raised meanwhile' }))
    takeAll(['b'], false, true)
    expect([known(), picture.isWhole]).toEqual([['a', 'raised meanwhile', 'b'], true])
  })

  it('counts what is open by severity, whatever comes, changes, closes or leaves', () => {
    takeAll(['a', 'b', 'c', 'd'])
    take(anAlert({ alertId: 'a', severity: 'extreme' }))
    take(anAlert({ alertId: 'b', status: 'resolved' }))
    leavesView('c')
    expect(known().sort()).toEqual(['a', 'b', 'd'])
    const none = { extreme: 0, severe: 0, moderate: 0, minor: 0 }
    expect([picture.openBy, picture.openCount]).toEqual([{ ...none, extreme: 1, moderate: 1 }, 2])
    takeAll(['b'], true, true, { severity: 'minor' })
    expect([picture.openBy, picture.openCount]).toEqual([{ ...none, minor: 1 }, 1])
  })

  it('does not grow with what closes: the earliest go, open ones never', () => {
    take(anAlert({ alertId: 'open' }))
    for (let i = 0; i < closedHeldMax + 50; i++)
      take(anAlert({ alertId: `c${i}`, status: 'resolved' }))
    expect(picture.alerts.size).toBe(closedHeldMax + 1)
    expect([picture.alerts.has('open'), picture.alerts.has('c49')]).toEqual([true, false])
  })

  it('takes an answer to a question only where nothing newer is known', () => {
    take(anAlert({ revision: 5 }))
    picture.addKnown([anAlert({ revision: 4 })])
    expect(picture.alerts.get('a1')?.revision).toBe(5)
    picture.addKnown([anAlert({ revision: 6, status: 'resolved' })])
    expect(picture.alerts.get('a1')?.status).toBe('resolved')
  })
})

describe('what was missed', () => {
  const held = (...alerts: readonly ShownAlert[]) =>
    new Map(alerts.map(alert => [alert.alertId, alert]))
  const missed = (before: readonly ShownAlert[], after: readonly ShownAlert[], fromMs = Infinity) =>
    missedBetween(held(...before), held(...after), fromMs)
  const kinds = (...of: Parameters<typeof missed>) =>
    missed(...of).map(({ kind, alert }) => `${kind}: ${alert.alertId}`)

  it('is what was raised, changed or closed, with what each changed', () => {
    const before = ['changed', 'closed', 'same'].map(alertId => anAlert({ alertId }))
    const after = [
      anAlert({ alertId: 'changed', revision: 3, severity: 'extreme' }),
      anAlert({ alertId: 'closed', revision: 3, status: 'resolved' }),
      anAlert({ alertId: 'same' }),
      anAlert({ alertId: 'new', revision: 1 })
    ]
    expect(kinds(before, after)).toEqual(['raised: new', 'changed: changed', 'gone: closed'])
    expect(missed(before, after)[1]?.changes).toEqual([
      { what: 'severity', before: 'moderate', after: 'extreme' }
    ])
  })

  it('is read with the gravest first, of equals the one that changed last, whatever it came after', () => {
    const of = (alertId: string, severity: Severity, detectedAt = anAlert().times.detectedAt) =>
      anAlert({ alertId, severity, times: { detectedAt } })
    const minor = Array.from({ length: 60 }, (_, i) => of(`m${i}`, 'minor'))
    const late = of('late', 'minor', '2026-03-01T12:30:00.000Z')
    const grave = of('grave', 'extreme', '2026-03-01T11:00:00.000Z')
    const read = gravestFirst(missed([], [...minor, late, grave])).map(({ alert }) => alert.alertId)
    expect([read.slice(0, 3), read.length]).toEqual([['grave', 'late', 'm0'], 62])
  })

  it('has what is no longer there at all, and a reopened one as new', () => {
    const closed = anAlert({ status: 'retracted' })
    expect(kinds([anAlert()], [])).toEqual(['gone: a1'])
    expect(kinds([closed], [anAlert({ revision: 3 })])).toEqual(['raised: a1'])
    expect(kinds([closed], [])).toEqual([])
  })

  it('has what was raised and closed meanwhile, and not what was closed before it was known here', () => {
    const ended = anAlert({ status: 'retracted' })
    // Its first report is from before the gap.
    const closedMs = Date.parse(ended.times.detectedAt)
    expect(Date.parse(ended.times.firstReportedAt)).toBeLessThan(closedMs)
    expect(kinds([], [ended], closedMs)).toEqual(['gone: a1'])
    expect(kinds([], [ended], closedMs + 1)).toEqual([])
  })
})

describe('drawing', () => {
  it('is ten times a second where it costs little, and leaves time where it costs much, but never more than a second', () => {
    expect([0, 3, 10, 500].map(pauseAfter)).toEqual([100, 100, 300, 1_000])
  })
})

it('the history of an alert tells what each event changed, but of the first that was loaded where others came before', () => {
  const event = (id: string, severity: Severity) => ({
    ...{ id, type: 'revised', time: '', data: anAlert({ severity }) }
  })
  const revisions = [event('one', 'minor'), event('two', 'severe')]
  const told = (omitted: number) =>
    listHistory(revisions, omitted).map(({ revision, changes }) => [revision.id, changes?.length])
  const second = ['two', 1]
  expect(told(0)).toEqual([second, ['one', 0]])
  expect(told(3)).toEqual([second, ['one', undefined]])
})

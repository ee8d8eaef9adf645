// Acts of officers: the law is that of the present engine, compared act by act on random courses;
// what the desk adds is the once-only outcome, the lapse, and the same act in another fold.

import { type AlertOperator, untouchedOperator } from '@tocsin/contracts/record/alert-event-v3'
import type { AlertState } from '@tocsin/domain/alert/alert'
import type { AlertEntry } from '@tocsin/domain/alert/alert-decision'
import { operatorAfter, operatorOfBoth, refuse } from '@tocsin/domain/alert/operator-decision'
import { severities } from '@tocsin/domain/record/severity'
import type { AlertRequest } from '@tocsin/domain/record/theatre-record'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Alert, type Status } from '../../src/alerts/alert.ts'
import { applyAct, findRefusal, uniteOperators } from '../../src/alerts/officer-acts.ts'
import { AlertFold, firstDay, MadeFinding, surge } from '../support/alert-fold.ts'

const handling = fc.option(fc.constantFrom('public', 'partners', 'internal', 'restricted'), {
  nil: undefined
})
const instant = fc.option(
  fc.integer({ min: 0, max: 40 }).map(hour => new Date(hour * 3_600_000).toISOString()),
  { nil: null }
)
const words = fc.option(fc.constantFrom('', 'moved', 'warned'), { nil: null })
const kind = fc.constantFrom('warned', 'moved', 'none')
const asker = {
  actionId: fc.constant('act'),
  alertId: fc.constant('a'),
  ifMatch: fc.nat(2),
  by: fc.constantFrom('Aïssa', 'Bakary'),
  byId: fc.option(fc.constant('key-1'), { nil: undefined }),
  handling
}
const requests = fc.oneof(
  fc.record({
    ...{ ...asker, until: instant, note: words, text: words, to: words },
    action: fc.constantFrom('acknowledge', 'assign', 'comment', 'resolve'),
    disposition: fc.constantFrom('true', 'false-alarm')
  }),
  fc.record({ ...{ ...asker, kind, at: instant, text: words }, action: fc.constant('respond') }),
  fc.record({
    ...{ ...asker, at: instant, text: words, action: fc.constant('correct') },
    kind: fc.option(kind, { nil: null }),
    corrects: fc.integer({ min: 1, max: 5 }).map(n => `a.${n}`),
    withdrawn: fc.boolean()
  }),
  fc.record({
    ...{ ...asker, until: instant, note: words, action: fc.constant('answer') },
    subscriptionId: fc.constantFrom('s-1', 's-2'),
    ...{ holder: fc.constant('Partner'), via: fc.constantFrom('key', 'link') },
    response: fc.option(fc.record({ kind, at: instant, text: words }), { nil: undefined })
  })
) as unknown as fc.Arbitrary<AlertRequest>

const formatHour = (hour: number) => new Date(hour * 3_600_000).toISOString()

/** The operator states after acts that are not refused; each act is compared with the present law. */
function runActs(acts: readonly AlertRequest[], status: Status): AlertOperator {
  let operator = untouchedOperator
  acts.forEach((act, hour) => {
    const time = formatHour(hour + 20)
    const horizonMs = Date.parse(time)
    const alert = new Alert('a', 1, { rule: surge, group: {}, isDrill: false })
    Object.assign(alert, { status, operator, operatorRevision: 1 })
    const state = { alertId: 'a', status, operator, operatorRevision: 1 } as AlertState
    const refusal = refuse(act, { state } as AlertEntry, { horizonMs, time })
    expect(findRefusal(act, alert, { nowMs: horizonMs, time })).toBe(refusal)
    if (refusal !== null) return
    const next = applyAct(operator, act, time)
    expect(next).toEqual(operatorAfter(operator, act, time))
    operator = next
  })
  return operator
}

const status = fc.constantFrom<Status>('provisional', 'confirmed', 'resolved', 'retracted')

describe('the law of acts', () => {
  it('is that of the present engine', () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 30 }), status, (acts, before) => {
        runActs(acts, before)
      }),
      { numRuns: 500 }
    )
  })

  it('unites the operator states of two alerts as the present engine does', () => {
    const acts = fc.array(requests, { maxLength: 30 })
    const severity = fc.constantFrom(...severities)
    fc.assert(
      fc.property(acts, acts, severity, severity, (one, other, a, b) => {
        const stays = { operator: runActs(one, 'confirmed'), severity: a }
        const gone = { operator: runActs(other, 'confirmed'), severity: b }
        expect(uniteOperators({ ...stays, id: 'a' }, gone)).toEqual(
          operatorOfBoth({ ...stays, alertId: 'a' }, gone)
        )
      }),
      { numRuns: 200 }
    )
  })

  it('has no alert without one', () => {
    const act = { action: 'comment', ifMatch: 0 } as AlertRequest
    expect(findRefusal(act, null, { nowMs: 0, time: formatHour(0) })).toBe('unknown-alert')
  })
})

describe('the desk', () => {
  function raise(fold = new AlertFold()) {
    const finding = new MadeFinding(fold.addReports(3), firstDay)
    fold.change(finding)
    return { fold, finding, alertId: finding.alert!.id }
  }
  const makeAct = (alertId: string, more: object): AlertRequest =>
    ({
      ...{
        actionId: 'act-1',
        alertId,
        ifMatch: 1,
        by: 'Aïssa',
        byId: 'key-1',
        handling: 'partners'
      },
      ...{ until: null, note: null, to: null, text: null, disposition: null },
      ...more
    }) as AlertRequest

  it('does an act once: of two officers with one revision, the second is refused', () => {
    const { fold, alertId } = raise()
    const { desk } = fold.book
    const act = makeAct(alertId, { action: 'acknowledge', note: 'on it' })
    expect(desk.act(act, fold.cause, fold.nowMs)).toBe(true)
    expect(fold.last).toEqual({
      ...{ alertId, fold: 'public', notify: 'update', revision: 2, seq: 2, operatorRevision: 2 },
      action: {
        actionId: 'act-1',
        by: 'Aïssa',
        byId: 'key-1',
        handling: 'partners',
        text: 'on it'
      },
      operator: {
        ...{ acknowledgedBy: 'Aïssa', acknowledgedById: 'key-1', acknowledgedHandling: 'partners' },
        ...{ acknowledgedUntil: null, acknowledgedFirstAt: fold.cause.time },
        ...{ assignedTo: null, disposition: null }
      }
    })
    const other = { ...act, actionId: 'act-2', by: 'Bakary', byId: 'key-2' }
    expect(desk.act(other, fold.cause, fold.nowMs)).toBe(false)
    expect(fold.events.at(-1)).toEqual({
      type: 'alert.action-refused',
      data: {
        fold: 'public',
        ...{ actionId: 'act-2', actionHandling: 'partners', alertId, by: 'Bakary', byId: 'key-2' },
        ...{ handling: 'public', notify: 'quiet', operatorRevision: 2, reason: 'stale-revision' },
        ...{ seq: 3, standingAt: fold.cause.time, standingBy: 'Aïssa', standingById: 'key-1' },
        ...{ standingHandling: 'partners', theatre: 'sahel' }
      }
    })
  })

  it('lets an acknowledgement lapse at its time, and by an escalation that is not quiet', () => {
    const { fold, finding, alertId } = raise()
    const { desk } = fold.book
    const until = '2025-06-03T12:00:00.000Z'
    desk.act(makeAct(alertId, { action: 'acknowledge', until }), fold.cause, fold.nowMs)
    expect(desk.findNextLapseMs()).toBe(Date.parse(until))
    expect(fold.tick(2)).toEqual([])
    expect(fold.tick(1)).toEqual(['acknowledgement-lapsed'])
    expect(fold.last).toMatchObject({ reason: 'until-passed', operator: { acknowledgedBy: null } })
    expect(desk.findNextLapseMs()).toBeNull()
    desk.act(makeAct(alertId, { action: 'acknowledge', ifMatch: 2 }), fold.cause, fold.nowMs)
    finding.reach(2, fold.today)
    expect(fold.change(finding)).toEqual(['escalated', 'acknowledgement-lapsed'])
    desk.act(makeAct(alertId, { action: 'acknowledge', ifMatch: 4 }), fold.cause, fold.nowMs)
    finding.reach(3, fold.today)
    expect(fold.apply(() => fold.book.onChanged(finding), { isQuiet: true })).toEqual(['escalated'])
  })

  it('applies an act in the fold of another level: by id, by triggers, by group and time', () => {
    const [fold, stricter] = [new AlertFold(), new AlertFold({ fold: 'internal' })]
    const one = raise(fold)
    const find = (act: AlertRequest) => {
      const target = fold.book.desk.describeTarget(act)!
      stricter.book.desk.follow(act, target, stricter.cause, stricter.nowMs)
      return [...stricter.book.alerts.values()].filter(
        ({ operator }) => operator.assignedTo !== null
      )
    }
    const act = makeAct(one.alertId, { action: 'assign', to: 'Bakary', ifMatch: 1 })
    expect(find(act)).toEqual([])
    // Another record raises here, so ids differ.
    stricter.apply(() => {})
    const rows = stricter.addReports(4)
    const [few, most] = [[rows[0]!, rows[3]!], rows.slice(1)].map(
      shared => new MadeFinding(shared, firstDay + 20, surge, {})
    )
    const alike = new MadeFinding([stricter.addReport(30)], firstDay)
    stricter.change(few!, most!, alike)
    expect(find(act).map(({ id }) => id)).toEqual([most!.alert!.id])
    stricter.apply(() => {
      stricter.book.onVanished(few!)
      stricter.book.onVanished(most!)
    })
    stricter.book.evictBefore(firstDay + 1000)
    expect(find(act).map(({ id }) => id)).toEqual([alike.alert!.id])
  })

  it('corrects in another fold the response that was recorded with the same record', () => {
    const [fold, stricter] = [new AlertFold(), new AlertFold({ fold: 'internal' })]
    const { alertId } = raise(fold)
    const rows = stricter.addReports(3)
    stricter.today = firstDay
    const finding = new MadeFinding(rows, firstDay)
    stricter.apply(() => {})
    stricter.change(finding)
    const run = (act: AlertRequest, cause = fold.cause) => {
      const target = fold.book.desk.describeTarget(act)!
      fold.book.desk.act(act, cause, fold.nowMs)
      stricter.book.desk.follow(act, target, cause, fold.nowMs)
    }
    const respond = (text: string, ifMatch: number) =>
      makeAct(alertId, { action: 'respond', kind: 'warned', at: null, text, ifMatch })
    const own = { ...respond('hidden', 1), alertId: finding.alert!.id } as AlertRequest
    stricter.book.desk.act(own, { ...stricter.cause, time: '2025-06-01T01:00:00.000Z' }, fold.nowMs)
    run(respond('first', 1), { id: 'x', time: '2025-06-01T02:00:00.000Z' })
    run(
      makeAct(alertId, {
        ...{ action: 'correct', corrects: `${alertId}.1`, withdrawn: true, kind: null, at: null },
        ifMatch: 2
      })
    )
    expect(fold.sums.get(alertId)!.operator.responses).toBeUndefined()
    expect(stricter.getSum(finding).operator).toMatchObject({
      responses: { count: 1, first: { recordedAt: '2025-06-01T01:00:00.000Z' } }
    })
  })
})

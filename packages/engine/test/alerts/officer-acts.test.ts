// Acts of officers and partners: what they change in the operator state of an alert, which are
// refused, and how two states become one; and the desk: the once-only outcome, the lapse, and the
// same act in another fold.

import { type AlertOperator, untouchedOperator } from '@tocsin/contracts/record/alert-event-v3'
import type { AlertRequest } from '@tocsin/contracts/theatre/theatre-record'
import { describe, expect, it } from 'vitest'
import { Alert, type Status } from '../../src/alerts/alert.ts'
import { applyAct, findRefusal, uniteOperators } from '../../src/alerts/officer-acts.ts'
import { AlertFold, firstDay, MadeFinding, surge } from '../support/alert-fold.ts'

const formatHour = (hour: number) => `2025-03-10T${String(hour).padStart(2, '0')}:00:00.000Z`

function makeRequest(action: AlertRequest['action'], more: object = {}): AlertRequest {
  return {
    ...{ actionId: 'act', alertId: 'a', ifMatch: 1, by: 'Ama', byId: 'key-1', action },
    ...{ until: null, note: null, to: null, text: null, disposition: null, at: null },
    ...more
  } as unknown as AlertRequest
}

const respond = (more: object = {}) => makeRequest('respond', { kind: 'warned', ...more })
const correct = (number: number, more: object = {}) =>
  makeRequest('correct', { corrects: `a.${number}`, withdrawn: false, kind: null, ...more })
const answer = (subscriptionId: string, more: object = {}) =>
  makeRequest('answer', { subscriptionId, holder: 'Partner', via: 'link', ...more })

/** The operator state after acts of an hour each, from 8 o'clock. */
function runActs(...acts: readonly AlertRequest[]): AlertOperator {
  return acts.reduce<AlertOperator>(
    (operator, act, i) => applyAct(operator, act, formatHour(8 + i)),
    untouchedOperator
  )
}

function refuse(act: AlertRequest, status: Status = 'confirmed', operator = untouchedOperator) {
  const alert = new Alert('a', 1, { rule: surge, group: {}, isDrill: false })
  Object.assign(alert, { status, operator, operatorRevision: 1 })
  const time = formatHour(12)
  return findRefusal(act, alert, { nowMs: Date.parse(time), time })
}

describe('an acknowledgement and an assignment', () => {
  const taken = runActs(
    makeRequest('acknowledge', { until: formatHour(20), handling: 'partners' }),
    makeRequest('assign', { to: 'night desk', handling: 'partners' })
  )

  it('are stated with their handling, and the first acknowledgement stays', () => {
    expect(taken).toEqual({
      ...{ acknowledgedBy: 'Ama', acknowledgedById: 'key-1', acknowledgedHandling: 'partners' },
      ...{ acknowledgedUntil: formatHour(20), acknowledgedFirstAt: formatHour(8) },
      ...{ assignedTo: 'night desk', assignedHandling: 'partners', disposition: null }
    })
    const again = applyAct(taken, makeRequest('acknowledge', { by: 'Bo' }), formatHour(10))
    expect(again).toMatchObject({ acknowledgedBy: 'Bo', acknowledgedFirstAt: formatHour(8) })
    expect(again).not.toHaveProperty('acknowledgedHandling')
  })

  it('end when it is assigned to no one', () => {
    expect(applyAct(taken, makeRequest('assign'), formatHour(10))).toEqual({
      ...{ acknowledgedBy: null, acknowledgedUntil: null, acknowledgedFirstAt: formatHour(8) },
      ...{ assignedTo: null, disposition: null }
    })
  })
})

describe('a response', () => {
  it('is counted, with the first, the last and the newest', () => {
    const { responses, responsesRecorded } = runActs(
      respond({ at: formatHour(2), handling: 'partners' }),
      respond({ kind: 'sent' })
    )
    const first = { kind: 'warned', at: formatHour(2), recordedAt: formatHour(8), id: 'a.1' }
    const last = { kind: 'sent', at: formatHour(9), recordedAt: formatHour(9), id: 'a.2' }
    expect(responsesRecorded).toBe(2)
    expect(responses).toEqual({
      ...{ count: 2, first, last },
      recent: [
        { ...first, byId: 'key-1', handling: 'partners' },
        { ...last, byId: 'key-1' }
      ]
    })
  })

  it('is replaced by a correction, which keeps what it does not state and names what it replaces', () => {
    const { responses } = runActs(
      respond(),
      correct(1, { at: formatHour(2) }),
      correct(2, { kind: 'sent' })
    )
    expect(responses).toMatchObject({
      count: 1,
      last: { id: 'a.3', kind: 'sent', at: formatHour(2), corrects: ['a.1', 'a.2'] }
    })
  })

  it('is gone once it is withdrawn, is named until the next one, and leaves its number', () => {
    const withdrawn = runActs(respond(), correct(1, { withdrawn: true }))
    expect(withdrawn.responses).toBeUndefined()
    expect(withdrawn).toMatchObject({
      responsesRecorded: 1,
      responseWithdrawn: { id: 'a.1', kind: 'warned' }
    })
    const next = applyAct(withdrawn, respond(), formatHour(10))
    expect(next.responses?.last.id).toBe('a.2')
    expect(next.responseWithdrawn).toBeUndefined()
  })
})

describe("a partner's answer", () => {
  it('replaces that of the same subscription, keeps what was done, and ten are kept', () => {
    const done = { kind: 'warned', at: formatHour(2), text: 'By radio.' }
    const others = Array.from({ length: 10 }, (_, i) => answer(`sub-${i}`))
    const { answers = [] } = runActs(answer('sub-5', { response: done }), ...others)
    expect(answers.map(each => each.subscriptionId)).toEqual(
      Array.from({ length: 10 }, (_, i) => `sub-${i}`)
    )
    expect(answers[5]).toMatchObject({ response: { kind: 'warned', recordedAt: formatHour(8) } })
    expect(runActs(...others, answer('sub-10')).answers).toHaveLength(10)
  })
})

describe('an act is refused', () => {
  const one = runActs(respond())
  const ahead = { at: formatHour(13) }

  it.each<[reason: string | null, act: AlertRequest, status?: Status, operator?: AlertOperator]>([
    ['stale-revision', makeRequest('comment', { ifMatch: 0 })],
    [null, answer('s', { ifMatch: 0 })],
    ['invalid', makeRequest('acknowledge', { until: formatHour(12) })],
    [null, makeRequest('acknowledge', { until: formatHour(13) })],
    ['alert-closed', makeRequest('acknowledge'), 'resolved'],
    ['alert-closed', makeRequest('assign', { to: 'Bo' }), 'retracted'],
    [null, makeRequest('comment'), 'retracted'],
    [null, respond(), 'retracted'],
    ['invalid', respond(ahead)],
    ['invalid', respond({ kind: 'none', text: '' })],
    [null, respond({ kind: 'none', text: 'Known to all.' })],
    [null, correct(1), 'resolved', one],
    ['invalid', correct(2), 'confirmed', one],
    ['invalid', correct(1, ahead), 'confirmed', one],
    ['invalid', correct(1, { kind: 'none' }), 'confirmed', one],
    ['alert-closed', answer('s'), 'resolved'],
    [null, answer('s', { response: { kind: 'sent', at: null, text: null } }), 'resolved'],
    ['invalid', answer('s', { response: { kind: 'sent', ...ahead, text: null } })],
    ['invalid', answer('s', { response: { kind: 'none', at: null, text: null } })]
  ])('as %s: %j of an alert that is %s', (reason, act, status, operator) => {
    expect(refuse(act, status, operator)).toBe(reason)
  })

  it('without its alert', () => {
    const time = formatHour(12)
    expect(findRefusal(makeRequest('comment'), null, { nowMs: 0, time })).toBe('unknown-alert')
  })
})

describe('two alerts that become one', () => {
  const own = runActs(makeRequest('assign', { to: 'desk' }), respond())
  const other = runActs(
    makeRequest('acknowledge', { by: 'Bo' }),
    makeRequest('assign', { to: 'Bo' }),
    respond({ kind: 'sent' }),
    answer('s')
  )
  const unite = (severity: 'moderate' | 'severe') =>
    uniteOperators({ id: 'a', operator: own, severity: 'severe' }, { operator: other, severity })

  it('have their own assignment, responses and answers of both, numbered on', () => {
    const united = unite('severe')
    expect(united).toMatchObject({
      ...{ assignedTo: 'desk', acknowledgedBy: 'Bo', acknowledgedFirstAt: formatHour(8) },
      ...{ responses: { count: 2, first: { id: 'a.1' }, last: { id: 'a.2', kind: 'sent' } } },
      ...{ responsesRecorded: 2, answers: [{ subscriptionId: 's' }] }
    })
  })

  it('are not acknowledged by who acknowledged the less severe one', () => {
    expect(unite('moderate')).toMatchObject({
      acknowledgedBy: null,
      acknowledgedFirstAt: formatHour(8)
    })
  })

  it('without any act have none', () => {
    const untouched = { operator: untouchedOperator, severity: 'severe' } as const
    expect(uniteOperators({ ...untouched, id: 'a' }, untouched)).toEqual(untouchedOperator)
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
    expect(desk.act(act, fold.cause, fold.clock)).toBe(true)
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
    expect(desk.act(other, fold.cause, fold.clock)).toBe(false)
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
    desk.act(makeAct(alertId, { action: 'acknowledge', until }), fold.cause, fold.clock)
    expect(desk.findNextLapseMs()).toBe(Date.parse(until))
    expect(fold.tick(2)).toEqual([])
    expect(fold.tick(1)).toEqual(['acknowledgement-lapsed'])
    expect(fold.last).toMatchObject({ reason: 'until-passed', operator: { acknowledgedBy: null } })
    expect(desk.findNextLapseMs()).toBeNull()
    desk.act(makeAct(alertId, { action: 'acknowledge', ifMatch: 2 }), fold.cause, fold.clock)
    finding.reach(2, fold.today)
    expect(fold.change(finding)).toEqual(['escalated', 'acknowledgement-lapsed'])
    desk.act(makeAct(alertId, { action: 'acknowledge', ifMatch: 4 }), fold.cause, fold.clock)
    finding.reach(3, fold.today)
    expect(fold.apply(() => fold.book.onChanged(finding), { isQuiet: true })).toEqual(['escalated'])
  })

  it('applies an act in the fold of another level: by id, by triggers, by group and time', () => {
    const [fold, stricter] = [new AlertFold(), new AlertFold({ fold: 'internal' })]
    const one = raise(fold)
    const find = (act: AlertRequest) => {
      const target = fold.book.desk.describeTarget(act)!
      stricter.book.desk.follow(act, target, stricter.cause, stricter.clock)
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

  it('finds an alert of another fold whose incidents a hidden report joined', () => {
    const [fold, stricter] = [new AlertFold(), new AlertFold({ fold: 'internal' })]
    const { alertId } = raise(fold)
    const act = makeAct(alertId, { action: 'assign', to: 'Bakary', ifMatch: 1 })
    stricter.apply(() => {})
    const [first] = stricter.addReports(3)
    const joined = stricter.incidents.compose([stricter.addReport(-1), first!])
    const other = new MadeFinding([stricter.addReport(30)], firstDay + 30)
    const same = new MadeFinding([joined], firstDay + 20, surge, {})
    stricter.change(other, same)
    stricter.book.desk.follow(
      act,
      fold.book.desk.describeTarget(act)!,
      stricter.cause,
      stricter.clock
    )
    expect(stricter.getSum(same).operator.assignedTo).toBe('Bakary')
  })

  it('leaves open in another fold what is worse there, and who acknowledged it there', () => {
    const [fold, stricter] = [new AlertFold(), new AlertFold({ fold: 'internal' })]
    const { alertId } = raise(fold)
    stricter.apply(() => {})
    const finding = new MadeFinding(stricter.addReports(3), firstDay)
    finding.reach(2, firstDay)
    stricter.change(finding)
    const follow = (action: AlertRequest['action'], more: object = {}) => {
      const act = makeAct(alertId, { action, ifMatch: 1, ...more })
      const target = fold.book.desk.describeTarget(act)!
      stricter.book.desk.follow(act, target, stricter.cause, stricter.clock)
      return stricter.getSum(finding)
    }
    expect(follow('resolve', { disposition: 'false-alarm' }).status).toBe('provisional')
    expect(follow('acknowledge').operator.acknowledgedBy).toBeNull()
    finding.reach(1, firstDay)
    stricter.change(finding)
    expect(follow('acknowledge').operator.acknowledgedBy).toBe('Aïssa')
    expect(follow('acknowledge', { by: 'Bo' }).operator.acknowledgedBy).toBe('Aïssa')
    // Who acknowledged it in both folds extends it in both.
    fold.book.desk.act(
      makeAct(alertId, { action: 'acknowledge', ifMatch: 1 }),
      fold.cause,
      fold.clock
    )
    const until = '2025-09-01T00:00:00.000Z'
    expect(follow('acknowledge', { until }).operator.acknowledgedUntil).toBe(until)
    expect(follow('resolve', { disposition: 'false-alarm' }).status).toBe('resolved')
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
      fold.book.desk.act(act, cause, fold.clock)
      stricter.book.desk.follow(act, target, cause, fold.clock)
    }
    const respond = (text: string, ifMatch: number) =>
      makeAct(alertId, { action: 'respond', kind: 'warned', at: null, text, ifMatch })
    const own = { ...respond('hidden', 1), alertId: finding.alert!.id } as AlertRequest
    stricter.book.desk.act(own, { ...stricter.cause, time: '2025-06-01T01:00:00.000Z' }, fold.clock)
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

// The alert book: the life of an alert, from findings made by hand.

import { type AlertChange, untouchedOperator } from '@tocsin/contracts/record/alert-event-v3'
import { describe, expect, it } from 'vitest'
import { Alert, exportAlert, restoreAlert } from '../../src/alerts/alert.ts'
import { convertToMs } from '../../src/data/time.ts'
import { AlertFold, firstDay, MadeFinding, settings, siege, surge } from '../support/alert-fold.ts'

function raise(fold = new AlertFold(), rows = fold.addReports(3)) {
  const finding = new MadeFinding(rows, firstDay)
  expect(fold.change(finding)).toEqual(['raised'])
  return { fold, finding }
}

describe('an alert', () => {
  it('is raised with all that its statement needs', () => {
    const fold = new AlertFold()
    const finding = new MadeFinding(fold.addReports(3, 0, { handling: 'partners' }), firstDay)
    finding.facts = { peakDay: firstDay + 2, settlements: 2 }
    fold.change(finding)
    expect(fold.last).toEqual({
      alertId: finding.alert!.id,
      added: [1, 2, 3],
      certainty: 'possible',
      facts: { peakDay: '2025-06-03', settlements: 2 },
      fold: 'public',
      from: '2025-06-01',
      group: { admin1: 'ML-4' },
      handling: 'partners',
      levels: ['2025-06-01'],
      notify: 'page',
      revision: 1,
      ruleId: 'surge',
      ruleVersion: 1,
      seq: 1,
      severity: 'moderate',
      status: 'provisional',
      threshold: 3,
      value: 3
    })
  })

  it('escalates with the severity of its level, is confirmed, resolved and reopened', () => {
    const { fold, finding } = raise()
    finding.reach(2, firstDay + 1)
    expect(fold.change(finding)).toEqual(['escalated'])
    expect(fold.last).toMatchObject({ severity: 'severe', levels: ['2025-06-01', '2025-06-02'] })
    fold.watermark = firstDay
    expect(fold.tick()).toEqual(['confirmed'])
    finding.endDay = firstDay + 1
    expect(fold.change(finding)).toEqual(['resolved'])
    expect(fold.last).toMatchObject({ status: 'resolved', to: '2025-06-02', notify: 'update' })
    finding.endDay = 1e9
    expect(fold.change(finding)).toEqual(['reopened'])
    expect(fold.getSum(finding)).toMatchObject({
      status: 'confirmed',
      to: null,
      reason: 'situation-goes-on'
    })
  })

  it('is confirmed once the watermark has passed its entry, not before', () => {
    const { fold } = raise()
    fold.watermark = firstDay - 1
    expect(fold.tick()).toEqual([])
    fold.watermark = firstDay
    expect(fold.tick()).toEqual(['confirmed'])
    expect(fold.tick()).toEqual([])
  })

  it('publishes a further trigger, a better certainty and a moved level at once', () => {
    const { fold, finding } = raise()
    finding.add(...fold.addReports(1, 1))
    expect(fold.change(finding)).toEqual(['revised'])
    expect(fold.last).toMatchObject({ added: [4] })
    finding.certainty = 'observed'
    fold.reports.configureSource('source', 'B')
    for (const row of finding.rows) fold.incidents.compose([row])
    expect(fold.change(finding)).toEqual(['revised'])
    expect(fold.last).toMatchObject({ certainty: 'observed' })
    finding.levelDays = [firstDay - 1]
    expect(fold.change(finding)).toEqual(['revised'])
    expect(fold.last).toMatchObject({ levels: ['2025-05-31'] })
    expect(fold.tick()).toEqual([])
  })

  it('publishes a further trigger at the next tick once it has more than 20', () => {
    const { fold, finding } = raise()
    finding.add(...fold.addReports(18, 1))
    expect(fold.change(finding)).toEqual(['revised'])
    finding.add(...fold.addReports(1, 1))
    expect(fold.change(finding)).toEqual([])
    expect(fold.tick()).toEqual(['revised'])
    expect(fold.last).toMatchObject({ added: [22] })
  })

  it('publishes growth of its measure alone after a quarter or a week, a correction at once', () => {
    const { fold, finding } = raise()
    finding.value = 3.7
    expect(fold.change(finding)).toEqual([])
    expect(fold.tick()).toEqual([])
    finding.value = 3.8
    expect(fold.change(finding)).toEqual([])
    expect(fold.tick()).toEqual(['revised'])
    expect(fold.last).toMatchObject({ value: 3.8 })
    finding.value = 3.9
    fold.change(finding)
    expect(fold.tick(6)).toEqual([])
    expect(fold.tick(1)).toEqual(['revised'])
    finding.value = 3.8
    expect(fold.apply(() => fold.book.onChanged(finding), { isCorrecting: true })).toEqual([
      'revised'
    ])
  })

  it('is retracted with its support, and reopens for a finding that shares a trigger', () => {
    const { fold, finding } = raise()
    const { alertId } = fold.last
    expect(fold.apply(() => fold.book.onVanished(finding))).toEqual(['retracted'])
    expect(fold.last).toMatchObject({ reason: 'support-fell-away', operatorRevision: 2 })
    const other = new MadeFinding(fold.addReports(3, 1), firstDay + 1)
    expect(fold.change(other)).toEqual(['raised'])
    const back = new MadeFinding(
      [finding.rows[1]!, ...fold.addReports(2, 2)],
      firstDay + 2,
      surge,
      {}
    )
    expect(fold.change(back)).toEqual(['reopened'])
    expect(fold.getSum(back)).toMatchObject({
      alertId,
      reason: 'support-returned',
      triggers: [2, 7, 8]
    })
  })

  it('goes to the finding that shares most triggers with a vanished one', () => {
    const fold = new AlertFold()
    const [a, b, c, d] = fold.addReports(4)
    const old = new MadeFinding([a!, b!, c!], firstDay)
    fold.change(old)
    const id = old.alert!.id
    const parts = [new MadeFinding([a!, d!], firstDay), new MadeFinding([b!, c!], firstDay + 1)]
    const kinds = fold.apply(() => {
      fold.book.onVanished(old)
      for (const part of parts) fold.book.onChanged(part)
    })
    expect(kinds).toEqual(['revised', 'raised'])
    expect(parts[1]!.alert!.id).toBe(id)
    expect(parts[0]!.alert!.id).not.toBe(id)
  })

  it('of one situation reopens for its next finding, and returns to the earlier one', () => {
    const fold = new AlertFold()
    const group = { settlement: 'Diosso' }
    const first = new MadeFinding(fold.addReports(2), firstDay, siege, group)
    fold.change(first)
    first.endDay = firstDay + 5
    expect(fold.change(first)).toEqual(['resolved'])
    const second = new MadeFinding(fold.addReports(2, 20), firstDay + 20, siege, group)
    expect(fold.change(second)).toEqual(['reopened'])
    expect(second.alert).toBe(first.alert)
    expect(fold.getSum(second)).toMatchObject({ reason: 'same-situation', from: '2025-06-21' })
    expect(fold.change(first)).toEqual([])
    expect(fold.apply(() => fold.book.onVanished(second))).toEqual(['resolved'])
    expect(fold.getSum(first)).toMatchObject({
      from: '2025-06-01',
      to: '2025-06-06',
      triggers: [1, 2]
    })
    const elsewhere = new MadeFinding(fold.addReports(2, 21), firstDay + 21, siege, {
      settlement: 'Djibo'
    })
    expect(fold.change(elsewhere)).toEqual(['raised'])
  })

  it('of an area does not reopen for another attack there', () => {
    const { fold, finding } = raise()
    finding.endDay = firstDay + 1
    fold.change(finding)
    expect(fold.change(new MadeFinding(fold.addReports(3, 9), firstDay + 9))).toEqual(['raised'])
  })

  it('that is over reopens for a finding of its scope that shares a trigger', () => {
    const { fold, finding } = raise()
    finding.endDay = firstDay + 1
    fold.change(finding)
    const inOtherRegion = new MadeFinding(fold.addReports(2, 2), firstDay + 2)
    expect(fold.change(inOtherRegion)).toEqual(['raised'])
    const next = new MadeFinding([finding.rows[2]!, fold.addReport(3)], firstDay + 3)
    expect(fold.change(next)).toEqual(['reopened'])
    expect(fold.getSum(next)).toMatchObject({ reason: 'situation-goes-on', triggers: [3, 6] })
  })

  it('of which the finding was evicted reopens by the triggers that it has published', () => {
    const { fold, finding } = raise()
    finding.endDay = firstDay + 1
    fold.change(finding)
    fold.book.onEvicted(finding)
    const next = new MadeFinding([finding.rows[2]!, fold.addReport(3)], firstDay + 3)
    expect(fold.change(next)).toEqual(['reopened'])
    expect(fold.getSum(next)).toMatchObject({ reason: 'situation-goes-on', triggers: [3, 4] })
    expect(next.alert).toMatchObject({ finding: next, earlier: [] })
  })

  it.each([
    ['first', 3, 1],
    ['second', 1, 3]
  ])(
    'of a situation that a withdrawal divides goes on with the larger part: the %s',
    (_, ...sizes) => {
      const fold = new AlertFold()
      const rows = fold.addReports(5)
      const first = new MadeFinding(rows, firstDay)
      fold.change(first)
      const id = first.alert!.id
      const second = new MadeFinding(rows.slice(5 - sizes[1]!), firstDay + 9)
      const divide = () => {
        first.rows = rows.slice(0, sizes[0])
        first.endDay = firstDay + 3
        fold.book.onChanged(first)
        fold.book.onChanged(second)
      }
      expect(fold.apply(divide, { isCorrecting: true })).toContain('raised')
      const [larger, smaller] = sizes[0]! > sizes[1]! ? [first, second] : [second, first]
      expect(larger.alert!.id).toBe(id)
      expect(smaller.alert!.id).not.toBe(id)
      fold.tick()
      for (const { alert, rows: left } of [first, second])
        expect(fold.sums.get(alert!.id)!.triggers).toEqual(left.map(row => row + 1))
      expect(fold.book.alerts.size).toBe(2)
      expect([...fold.book.alerts.values()].map(({ earlier }) => earlier)).toEqual([[], []])
    }
  )

  it('of two findings that share no trigger any more stays with the later one', () => {
    const { fold, finding } = raise()
    const id = finding.alert!.id
    finding.endDay = firstDay + 1
    fold.change(finding)
    const next = new MadeFinding([finding.rows[2]!, ...fold.addReports(2, 3)], firstDay + 3)
    expect(fold.change(next)).toEqual(['reopened'])
    const withdraw = () => {
      finding.rows.pop()
      next.rows.shift()
      fold.book.onChanged(finding)
      fold.book.onChanged(next)
    }
    expect(fold.apply(withdraw, { isCorrecting: true })).toEqual(['revised', 'raised'])
    expect(next.alert!.id).toBe(id)
    expect(fold.getSum(finding)).toMatchObject({ status: 'resolved', triggers: [1, 2] })
  })

  it('of one situation has one update if its finding vanishes and another begins', () => {
    const fold = new AlertFold()
    const group = { settlement: 'Diosso' }
    const first = new MadeFinding(fold.addReports(2), firstDay, siege, group)
    fold.change(first)
    const id = first.alert!.id
    const second = new MadeFinding(fold.addReports(2, 9), firstDay + 9, siege, group)
    const replace = () => {
      fold.book.onVanished(first)
      fold.book.onChanged(second)
    }
    expect(fold.apply(replace, { isCorrecting: true })).toEqual(['revised'])
    expect(fold.getSum(second)).toMatchObject({ alertId: id, triggers: [3, 4] })
    expect(second.alert).toMatchObject({ finding: second, earlier: [] })
  })

  it('that is older goes on after a merge, with the operator state of both', () => {
    const fold = new AlertFold()
    const [old, young] = [
      new MadeFinding(fold.addReports(3), firstDay, surge, {}),
      new MadeFinding(fold.addReports(3), firstDay, surge, {})
    ]
    fold.change(old)
    fold.change(young)
    const [a, b] = [old.alert!.id, young.alert!.id]
    expect(fold.book.desk.act(act(b, { action: 'acknowledge' }), fold.cause, fold.clock)).toBe(true)
    const kinds = fold.apply(() => {
      young.rows.push(...old.rows)
      fold.book.onMerged(old, young)
      fold.book.onChanged(young)
    })
    expect(kinds).toEqual(['retracted', 'revised'])
    expect(young.alert!.id).toBe(a)
    expect(fold.sums.get(b)).toMatchObject({
      status: 'retracted',
      reason: 'merged',
      references: [a]
    })
    expect(fold.sums.get(a)).toMatchObject({
      references: [b],
      operator: { acknowledgedBy: 'Aïssa' },
      operatorRevision: 2,
      triggers: [1, 2, 3, 4, 5, 6]
    })
  })

  it('that rests on two findings of a record has one update', () => {
    const fold = new AlertFold()
    const group = { settlement: 'Diosso' }
    const first = new MadeFinding(fold.addReports(2), firstDay, siege, group)
    fold.change(first)
    first.endDay = firstDay + 5
    const second = new MadeFinding(fold.addReports(2, 20), firstDay + 20, siege, group)
    expect(fold.change(first, second)).toEqual(['revised'])
    expect(fold.last).toMatchObject({ from: '2025-06-21' })
  })

  it('is forgotten a retention after its end, if it has one', () => {
    const { fold, finding } = raise()
    const [open, gone] = [4, 5].map(
      day => new MadeFinding(fold.addReports(1, day), firstDay, siege, { settlement: `${day}` })
    )
    fold.change(open!, gone!)
    fold.apply(() => fold.book.onVanished(gone!))
    finding.endDay = firstDay + 800
    fold.change(finding)
    const ids = [finding, open!].map(({ alert }) => alert!.id)
    fold.book.evictBefore(firstDay + 365)
    expect(fold.book.alerts.size).toBe(3)
    fold.book.evictBefore(firstDay + 366)
    expect([...fold.book.alerts.keys()]).toEqual(ids)
    fold.book.evictBefore(firstDay + 801)
    expect([...fold.book.alerts.keys()]).toEqual(ids.slice(1))
    // A finding may outlast its alert while rows around it are evicted.
    expect(finding.alert).toBeNull()
  })

  it('names as many triggers as an event has room for, and the rest at the next tick', () => {
    const fold = new AlertFold()
    const finding = new MadeFinding(fold.addReports(5003), firstDay)
    fold.change(finding)
    expect(fold.last.added).toHaveLength(5000)
    expect(fold.tick()).toEqual(['revised'])
    expect(fold.last).toMatchObject({ added: [5001, 5002, 5003] })
    expect(fold.tick()).toEqual([])
  })
})

describe('a change of the rule', () => {
  it('is a quiet revision if severities change, and none if the version alone does', () => {
    let current = settings
    const fold = new AlertFold({ readSettings: () => current })
    const { finding } = raise(fold)
    current = { ...settings, version: 2 }
    const update = () => fold.apply(() => fold.book.onChanged(finding), { isQuiet: true })
    expect(update()).toEqual([])
    expect(fold.tick(7)).toEqual([])
    current = { ...current, severities: ['severe'] }
    update()
    expect(fold.tick(7)).toEqual(['revised'])
    expect(fold.last).toMatchObject({ severity: 'severe', ruleVersion: 2, notify: 'quiet' })
  })

  it('passes alerts to the findings of the new version', () => {
    const { fold, finding } = raise()
    const next = new MadeFinding([...finding.rows, fold.addReport()], firstDay, { ...surge })
    const report = () => {
      fold.book.onVanished(finding)
      fold.book.onChanged(next)
    }
    expect(fold.apply(report, { isQuiet: true, isCorrecting: true })).toEqual([])
    expect(fold.tick()).toEqual(['revised'])
    expect(fold.getSum(next)).toMatchObject({ triggers: [1, 2, 3, 4], notify: 'quiet' })
  })
})

describe('a change of the engine', () => {
  it('states each alert of the other engine once, quietly and whole, and retracts what it does not find', () => {
    const { fold, finding } = raise()
    const lost = new MadeFinding(fold.addReports(2), firstDay, siege, { settlement: 'Diosso' })
    fold.change(lost)
    const [known, unknown] = [finding.alert!, lost.alert!].map(
      ({ id }) => fold.book.alerts.get(id)!
    )
    const next = new AlertFold({ write: () => {} })
    next.addReports(5)
    next.today = fold.today
    for (const alert of [known!, unknown!])
      next.book.adopt(restoreAlert(exportAlert(alert), alert.rule, null))
    const found = new MadeFinding([0, 1], firstDay)
    const isNew = new MadeFinding([4], firstDay + 1, surge, { admin1: 'ML-9' })
    const report = () => {
      next.book.onChanged(found)
      next.book.onChanged(isNew)
    }
    expect(next.apply(report, { isQuiet: true })).toEqual(['retracted', 'revised', 'raised'])
    expect(next.sums.get(unknown!.id)).toMatchObject({
      ...{ status: 'retracted', reason: 'engine-changed', notify: 'quiet', ruleId: 'siege' },
      ...{ group: { settlement: 'Diosso' }, triggers: [4, 5], revision: 2 }
    })
    expect(next.sums.get(known!.id)).toMatchObject({
      ...{ status: 'provisional', reason: 'engine-changed', notify: 'quiet', ruleId: 'surge' },
      ...{ triggers: [1, 2], from: '2025-06-01', levels: ['2025-06-01'], revision: 2, value: 2 }
    })
    expect(next.last).toMatchObject({ notify: 'quiet' })
    expect(next.tick()).toEqual([])
  })
})

describe('an alert of an earlier engine', () => {
  it('continues with its revisions, operator state and close', () => {
    const fold = new AlertFold()
    const rows = fold.addReports(3)
    const operator = { ...untouchedOperator, acknowledgedBy: 'Aïssa', disposition: 'true' } as const
    const about = { rule: surge, group: { admin1: 'ML-4' }, isDrill: false }
    const alert = Object.assign(new Alert('alert-1', 4, about), {
      ...{ revision: 7, operatorRevision: 3, operator, status: 'resolved', isTold: true },
      ...{ level: 1, levelDays: [firstDay], startDay: firstDay, triggers: rows.slice(0, 2) },
      ...{ closedMs: convertToMs(firstDay + 3), closedLevel: 1 }
    } as const)
    fold.book.adopt(alert)
    const finding = new MadeFinding(rows, firstDay)
    expect(fold.apply(() => fold.book.onChanged(finding), { isQuiet: true })).toEqual(['revised'])
    expect(fold.getSum(finding)).toMatchObject({
      ...{ alertId: 'alert-1', revision: 8, operatorRevision: 3, status: 'resolved' },
      ...{ notify: 'quiet', triggers: [1, 2, 3], severity: 'moderate', from: '2025-06-01' },
      operator: { disposition: 'true', acknowledgedBy: 'Aïssa' }
    })
    finding.add(fold.addReport(9))
    expect(fold.change(finding)).toEqual(['reopened'])
    expect(fold.last).toMatchObject({ reason: 'later-trigger', notify: 'page' })
  })
})

describe('the updates of a record', () => {
  it('come in order of kind, rule, group and id, each seq once', () => {
    const fold = new AlertFold()
    const make = (rule = surge, admin1 = 'ML-4') =>
      new MadeFinding(fold.addReports(1), firstDay, rule, { admin1 })
    const [gone, over, up] = [make(), make(surge, 'ML-3'), make(siege)]
    fold.change(gone, over, up)
    over.endDay = firstDay
    up.reach(2, firstDay)
    const added = [make(surge, 'ML-2'), make(surge, 'ML-1'), make(siege, 'ML-9')]
    const kinds = fold.apply(() => {
      for (const finding of [...added, up, over]) fold.book.onChanged(finding)
      fold.book.onVanished(gone)
    })
    expect(kinds).toEqual(['retracted', 'resolved', 'escalated', 'raised', 'raised', 'raised'])
    expect(fold.events.slice(-3).map(({ data }) => (data as AlertChange).group)).toEqual([
      { admin1: 'ML-9' },
      { admin1: 'ML-1' },
      { admin1: 'ML-2' }
    ])
    expect(fold.events.map(({ data }) => data.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('raise two alerts of one rule by the same report', () => {
    const fold = new AlertFold()
    const row = fold.addReport()
    fold.change(new MadeFinding([row], firstDay), new MadeFinding([row], firstDay + 1))
    expect(fold.book.alerts.size).toBe(2)
  })
})

describe('an update', () => {
  const notifyOf = (fold: AlertFold) => fold.last.notify

  it('pages if it is news, else it is an update', () => {
    const { fold, finding } = raise()
    expect(notifyOf(fold)).toBe('page')
    finding.add(...fold.addReports(3, 1))
    fold.change(finding)
    fold.tick()
    expect(notifyOf(fold)).toBe('update')
    finding.reach(2, firstDay + 1)
    fold.change(finding)
    expect(notifyOf(fold)).toBe('page')
  })

  it('is quiet if backfill made it; the first that is not quiet pages', () => {
    const fold = new AlertFold()
    const finding = new MadeFinding(fold.addReports(3), firstDay)
    fold.apply(() => fold.book.onChanged(finding), { isQuiet: true })
    expect(notifyOf(fold)).toBe('quiet')
    finding.add(...fold.addReports(3))
    fold.apply(() => fold.book.onChanged(finding), { isQuiet: true })
    expect(fold.tick()).toEqual(['revised'])
    expect(notifyOf(fold)).toBe('quiet')
    fold.watermark = firstDay
    expect(fold.tick()).toEqual(['confirmed'])
    expect(notifyOf(fold)).toBe('quiet')
    finding.add(...fold.addReports(6))
    expect(fold.change(finding)).toEqual(['revised'])
    expect(notifyOf(fold)).toBe('page')
  })

  it('is quiet if its last trigger was more than 30 days ago, unless its rule outlasts silence', () => {
    const fold = new AlertFold()
    fold.today = firstDay + 31
    const make = (rule = surge) => new MadeFinding(fold.addReports(3), firstDay, rule)
    fold.change(make())
    expect(notifyOf(fold)).toBe('quiet')
    fold.change(make(siege))
    expect(notifyOf(fold)).toBe('page')
    fold.today = firstDay + 30
    fold.change(make())
    expect(notifyOf(fold)).toBe('page')
  })

  it('pages from the severity of its rule on', () => {
    const fold = new AlertFold({ readSettings: () => ({ ...settings, pagesFrom: 'severe' }) })
    const { finding } = raise(fold)
    expect(notifyOf(fold)).toBe('update')
    finding.reach(2, firstDay)
    fold.change(finding)
    expect(notifyOf(fold)).toBe('page')
  })
})

describe('an alert that an officer closed', () => {
  function close(cause?: { readonly time: string }) {
    const { fold, finding } = raise()
    fold.today += 3
    const resolve = act(finding.alert!.id, { action: 'resolve', disposition: 'true' })
    fold.book.desk.act(resolve, { ...fold.cause, ...cause }, fold.clock)
    expect(fold.last).toMatchObject({ status: 'resolved', reason: 'closed-by-operator' })
    return { fold, finding }
  }

  it('is revised quietly by older evidence', () => {
    const { fold, finding } = close()
    finding.add(...fold.addReports(3, 3))
    expect(fold.change(finding)).toEqual(['revised'])
    expect(fold.last).toMatchObject({ notify: 'quiet', added: [4, 5, 6] })
    expect(fold.getSum(finding).status).toBe('resolved')
  })

  it('reopens with a later trigger or a higher level, without its disposition', () => {
    const later = close()
    later.finding.add(later.fold.addReport(4))
    expect(later.fold.change(later.finding)).toEqual(['reopened'])
    expect(later.fold.last).toMatchObject({ reason: 'later-trigger', notify: 'page' })
    expect(later.fold.getSum(later.finding).operator.disposition).toBeNull()
    const higher = close()
    higher.finding.reach(2, firstDay)
    expect(higher.fold.change(higher.finding)).toEqual(['reopened'])
    expect(higher.fold.last).toMatchObject({ reason: 'higher-level', severity: 'severe' })
  })

  it('is reopened by an officer with the status of its window, and without its disposition', () => {
    const { fold, finding } = close()
    const { id } = finding.alert!
    const reopen = (more: object) =>
      fold.book.desk.act(act(id, { action: 'reopen', ...more }), fold.cause, fold.clock)
    expect(reopen({ ifMatch: 2 })).toBe(true)
    expect(fold.last).toMatchObject({ status: 'provisional', reason: 'reopened-by-operator' })
    expect(fold.getSum(finding)).toMatchObject({
      ...{ status: 'provisional', operatorRevision: 3 },
      operator: { disposition: null }
    })
    fold.watermark = firstDay + 1
    expect(fold.tick()).toEqual(['confirmed'])
    expect(reopen({ ifMatch: 3 })).toBe(false)
  })

  it('is not reopened once its situation has ended', () => {
    const { fold, finding } = close()
    finding.endDay = firstDay + 2
    fold.change(finding)
    const reopen = act(finding.alert!.id, { action: 'reopen', ifMatch: 2 })
    expect(fold.book.desk.act(reopen, fold.cause, fold.clock)).toBe(false)
  })

  it.each<[at: string, reportedAt: string, kind: string]>([
    ['2025-06-04T11:00:00.000Z', '2025-06-04T13:00:00.000Z', 'revised'],
    ['2025-06-04T11:31:00.000Z', '2025-06-04T11:40:00.000Z', 'reopened'],
    ['2025-06-04', '2025-06-04T11:00:00.000Z', 'revised'],
    ['2025-06-04', '2025-06-04T12:00:00.000Z', 'reopened'],
    ['2025-06-03', '2025-06-04T12:00:00.000Z', 'revised']
  ])('at 11:30, by an incident of %s that was first reported at %s, is %s', (...[at, by, kind]) => {
    const { fold, finding } = close({ time: '2025-06-04T11:30:00.000Z' })
    finding.add(fold.addReport(0, { at, reportedAt: by }))
    expect(fold.change(finding)).toEqual([kind])
  })

  it('is closed again once the support that fell away returns', () => {
    const { fold, finding } = close()
    expect(fold.apply(() => fold.book.onVanished(finding))).toEqual(['retracted'])
    const again = new MadeFinding(finding.rows, firstDay)
    expect(fold.change(again)).toEqual(['resolved'])
    expect(fold.getSum(again)).toMatchObject({
      status: 'resolved',
      operator: { disposition: 'true' }
    })
    expect(fold.apply(() => fold.book.onVanished(again))).toEqual(['retracted'])
    const worse = new MadeFinding([...finding.rows, fold.addReport(4)], firstDay)
    expect(fold.change(worse)).toEqual(['reopened'])
  })

  it('notifies of a later trigger or a higher level also once the situation is over', () => {
    const end = (level: number, rows: (fold: AlertFold) => number[]) => {
      const { fold, finding } = close()
      finding.add(...rows(fold))
      finding.reach(level, firstDay)
      finding.endDay = firstDay + 4
      const kinds = fold.change(finding)
      expect(fold.getSum(finding)).toMatchObject({
        status: 'resolved',
        operator: { disposition: null }
      })
      return [kinds, fold.last.reason, fold.last.notify]
    }
    const makeLater = (fold: AlertFold) => [fold.addReport(4)]
    expect(end(2, makeLater)).toEqual([['escalated'], 'later-trigger', 'page'])
    expect(end(2, () => [])).toEqual([['escalated'], 'higher-level', 'page'])
    expect(end(1, makeLater)).toEqual([['revised'], 'later-trigger', 'update'])
  })
})

type Act = Parameters<AlertFold['book']['desk']['act']>[0]

function act(alertId: string, more: object): Act {
  return {
    ...{ actionId: 'act-1', alertId, ifMatch: 1, by: 'Aïssa', until: null, note: null, to: null },
    ...{ text: null, disposition: null },
    ...more
  } as Act
}

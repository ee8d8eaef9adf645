// Levels: a higher one continues the chain of the one below, and a restored theatre has all of them.

import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import { parseAlertRecord } from '@tocsin/contracts/record/alert-event-v3'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { ReportNumbers } from '@tocsin/testing/report/report-numbers'
import { describe, expect, it } from 'vitest'
import { convertToDay } from '../../src/data/time.ts'
import { type Handling, handlings } from '../../src/data/vocabulary.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { TheatreEngine, type TheatreOptions } from '../../src/theatre/theatre-engine.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

const rules = makeRuleSet(
  [...ruleDefinitions.keys()].map(id => ({
    ruleId: id,
    ruleVersion: 1,
    pattern: id,
    parameters: {}
  }))
)

const deaths = { low: 60, best: 60, high: 60 }

/** The events of each level. */
type Written = Record<Handling, string[]>

interface MadeTheatre {
  readonly theatre: TheatreEngine
  readonly written: Written
  readonly incidents: IncidentEvent[]
}

function makeTheatre(more: Partial<TheatreOptions> = {}): MadeTheatre {
  const incidents: IncidentEvent[] = []
  const written: Written = { public: [], partners: [], internal: [], restricted: [] }
  const options = {
    theatre: 'sahel',
    engine: '1.0.0',
    write: (record: string, fold: Handling) => written[fold].push(record),
    writeIncident: (event: IncidentEvent) => incidents.push(event),
    ...more
  }
  return { theatre: new TheatreEngine(rules, options), written, incidents }
}

const options = { reports: 250, days: 500, handlings: [...handlings, 'public', 'public'] } as const

/** A course in which reports change their handling. */
function makeLeveledCourse(seed: number): readonly TheatreRecord[] {
  return makeTheatreCourse(seed, options).records
}

describe('levels', () => {
  it('continue the chain of the level that they were copied from', () => {
    const { theatre, written } = makeTheatre()
    for (const record of makeLeveledCourse(4)) theatre.apply(record)
    for (const fold of theatre.folds) {
      const own = written[fold.options.fold].map(parseAlertRecord)
      const [first] = own
      if (first === undefined) continue
      const before = first.event.data.seq - 1
      const lower = theatre.folds.flatMap(({ options: { fold: level } }) => written[level])
      const hashes = lower
        .map(parseAlertRecord)
        .filter(({ event }) => event.data.seq === before + 1)
        .map(({ envelope }) => envelope.previoushash)
      expect(hashes).toContain(first.envelope.previoushash)
      expect(own.map(({ event }) => event.data.seq)).toEqual(own.map((_, i) => before + 1 + i))
      const began = own.map(({ event }) => event.type).indexOf('alert.fold-began')
      expect(began).toBe(fold.options.fold === 'public' ? -1 : 0)
    }
  })

  it('lose a report whose place lies elsewhere, until it is back', () => {
    const { theatre, written } = makeTheatre()
    const report = makeReport({ category: 'attack-on-civilians', fatalities: deaths })
    const give = (day: number, change: Partial<ReportRevision>) => {
      const time = `2025-06-${10 + day}T00:00:00.000Z`
      const data = { ...report, contentHash: `hash-${day}`, reportedAt: time, ...change }
      theatre.apply({ type: 'report.received', data, theatre: 'sahel', id: `record-${day}`, time })
      return theatre.folds.map(({ engine }) => engine.listIncidents().length)
    }
    const to = '2025-06-10T00:00:00.000Z'
    const tick = { type: 'clock.ticked', data: { to, gap: false }, theatre: 'sahel' } as const
    theatre.apply({ ...tick, id: 'tick', time: to })
    expect(give(1, {})).toEqual([1])
    expect(give(2, { reportId: 'hidden', handling: 'restricted' })).toEqual([1, 2])
    expect(give(3, { theatre: 'coast' })).toEqual([0, 1])
    expect(written.public.map(record => JSON.parse(record).type)).toContain(
      'tocsin.alert.retracted.v3'
    )
    // An older revision does not bring it back.
    expect(give(1, { contentHash: 'older' })).toEqual([0, 1])
    expect(give(4, {})).toEqual([1, 2])
  })

  it('publish incidents of their own, once for the readers of equal ones', () => {
    const { theatre, incidents } = makeTheatre()
    let n = 0
    const give = (reportId: string, change: ReportSketch) => {
      const time = `2025-06-${10 + ++n}T00:00:00.000Z`
      const changed = { contentHash: `hash-${n}`, reportedAt: time, ...change }
      const data = makeReport({ reportId, sourceId: reportId, ...changed })
      theatre.apply({ type: 'report.received', data, theatre: 'sahel', id: `record-${n}`, time })
      return incidents
        .splice(0)
        .map(({ type, data: { revision, readers = [], reports, takenBack } }) => {
          const ids = reports.map(report => report.reportId)
          return [type, revision, ids.join(), readers.join(), ...(takenBack ? ['taken back'] : [])]
        })
    }
    const [all, lower] = [handlings.join(), handlings.slice(0, -1).join()]
    expect(give('a', {})).toEqual([['incident.assembled', 1, 'a', all]])
    expect(give('b', { handling: 'restricted' })).toEqual([
      ['incident.revised', 2, 'a,b', 'restricted']
    ])
    expect(give('a', {})).toEqual([
      ['incident.revised', 2, 'a', lower],
      ['incident.revised', 3, 'a,b', 'restricted']
    ])
    expect(give('c', { place: { lat: 18, settlement: 'Kidal' } })).toEqual([
      ['incident.assembled', 1, 'c', all]
    ])
    expect(give('a', { handling: 'restricted' })).toEqual([
      ['incident.withdrawn', 3, 'a', lower, 'taken back'],
      ['incident.revised', 4, 'a,b', 'restricted']
    ])
  })

  it('warm their rules by a report that was withdrawn before it arrived', () => {
    const { theatre } = makeTheatre()
    const { records } = makeTheatreCourse(1, { reports: 1, days: 1 })
    const model = records.find(record => record.type === 'report.received')!
    const report = (id: string, handling: Handling, day: string) => {
      const data = { ...model.data, reportId: id, handling, occurred: { from: day, to: day } }
      theatre.apply({ ...model, id, data } as TheatreRecord)
    }
    report('hidden', 'restricted', '2023-06-01')
    const data = { reportId: 'open', reason: 'test', lane: 'live' } as const
    theatre.apply({ ...model, id: 'w', type: 'report.withdrawn', data })
    report('open', 'public', '2021-06-01')
    const days = theatre.folds.map(({ engine }) => engine.earliestDay)
    expect(days).toHaveLength(2)
    expect(new Set(days).size).toBe(1)
  })

  it('take no past from the beginning of an interval', () => {
    const { theatre } = makeTheatre()
    const data = makeReport({ at: ['1976-06-01', '2025-06-01'] })
    theatre.apply({ type: 'report.received', data, theatre: 'sahel', id: 'wide', time: '' })
    const [{ engine }] = theatre.folds as [(typeof theatre.folds)[0]]
    expect(engine.earliestDay).toBe(convertToDay(Date.parse('2025-06-01')))
  })

  it('do not tick at the end of an acknowledgement that is above them', () => {
    const { theatre, written } = makeTheatre()
    const apply = (type: string, data: object, time = '2025-06-10T10:00:00.000Z') => {
      theatre.apply({ type, data, theatre: 'sahel', id: `${type} ${time}`, time } as TheatreRecord)
      return theatre.folds.map(({ engine }) => new Date(engine.nowMs).getUTCMinutes())
    }
    const tick = (to: string) => apply('clock.ticked', { to, gap: false }, to)
    tick('2025-06-10T10:00:00.000Z')
    const hidden = { handling: 'restricted', category: 'attack-on-civilians' } as const
    apply('report.received', makeReport({ ...hidden, at: '2025-06-09', fatalities: deaths }))
    const until = '2025-06-10T10:37:00.000Z'
    const [alert] = theatre.getFold('restricted').book.alerts.values()
    apply('operator.requested', {
      ...{ action: 'acknowledge', actionId: 'act', alertId: alert!.id, until },
      ...{ by: 'officer', ifMatch: 1, note: null, to: null, text: null, disposition: null }
    })
    expect(tick(until)).toEqual([0, 37])
    expect(written.restricted.at(-1)).toContain('acknowledgement-lapsed')
    expect(tick('2025-06-10T11:05:00.000Z')).toEqual([5, 5])
  })

  it('lose a report beyond retention that an open alert names', () => {
    const { theatre } = makeTheatre({ retentionDays: 100, evictionDays: 5 })
    const place = { settlement: 'ML-4/diosso', settlementName: 'Diosso' }
    const receive = (id: string, report: Partial<ReportRevision>) => {
      const made = makeReport({ reportId: id, at: ['2025-06-01', '2025-06-10'], place })
      const data = { ...made, reportedAt: '2025-06-10T00:00:00.000Z', ...report }
      const about = { theatre: 'sahel', id: `${id} ${data.contentHash}`, time: data.reportedAt }
      return theatre.apply({ ...about, type: 'report.received', data })
    }
    const categories = ['blockade', 'aid-denied'] as const
    for (const category of categories) receive(category, { category })
    for (let day = 10; day <= 160; day += 5) {
      const to = new Date(Date.UTC(2025, 5, day)).toISOString()
      const data = { to, gap: false }
      theatre.apply({ type: 'clock.ticked', data, theatre: 'sahel', id: to, time: to })
    }
    const change = { reportedAt: '2025-11-07T00:00:00.000Z', contentHash: 'stricter' }
    for (const category of categories)
      expect(receive(category, { category, ...change, handling: 'restricted' })).toBeNull()
    const listSieges = (fold: Handling) =>
      [...theatre.getFold(fold).book.alerts.values()]
        .filter(({ rule }) => rule.id === 'siege')
        .map(({ status, handling }) => [status, handlings[handling]])
    expect(listSieges('public')).toEqual([['retracted', 'public']])
    expect(listSieges('restricted')).toEqual([['provisional', 'restricted']])
  })

  it('number reports as a reader of the log does', () => {
    const { theatre } = makeTheatre()
    const course = makeLeveledCourse(6)
    const numbers = new ReportNumbers()
    for (const [i, record] of course.entries())
      for (const one of i % 7 === 0 ? [record, record] : [record]) {
        theatre.apply(one)
        if (one.type === 'report.received')
          numbers.take(one.id, one.data.reportId, one.data.handling)
      }
    expect(theatre.folds).toHaveLength(handlings.length)
    for (const { engine, options } of theatre.folds) {
      const { ids, columns, rowCount } = engine.reports
      const rows = Array.from({ length: rowCount }, (_, row) => row)
      expect(rows.map(row => numbers.find(options.fold, columns.number[row]!))).toEqual(
        ids.slice(0, rowCount)
      )
    }
  })

  it('restore with their incidents and go on alike', () => {
    const records = makeLeveledCourse(5)
    const { theatre, written } = makeTheatre()
    const half = Math.floor(records.length / 2)
    for (const record of records.slice(0, half)) theatre.apply(record)
    const copy: Written = { public: [], partners: [], internal: [], restricted: [] }
    const restored = TheatreEngine.restore(theatre.writeSnapshot(), {
      theatre: 'sahel',
      engine: '1.0.0',
      write: (record, fold) => copy[fold].push(record),
      writeIncident: () => {}
    })
    for (const level of handlings) written[level].length = 0
    for (const record of records.slice(half)) {
      theatre.apply(record)
      restored.apply(record)
    }
    expect(copy).toEqual(written)
  })
})

// Laws of every rule, on courses in which it finds something: a withdrawn report leaves no trace, what
// is reported again changes nothing, a snapshot after any record changes nothing, and a later tick
// changes no evidence.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertToMs, formatDay } from '../../src/data/time.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { restoreSnapshot, writeSnapshot } from '../../src/theatre/snapshot.ts'
import { describeFinding, formatFinding } from '../support/format-finding.ts'
import { makeReport } from '../support/make-report.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'
import { courseFirstDay, courseSources } from '../support/theatre-course.ts'
import { coveredRules, makeCoveredRules, makeRuleCourse } from './rule-courses.ts'

const days = 100
const lastDay = courseFirstDay + days + 60
const size = { reports: 60, days } as const

function makeRecord<Type extends TheatreRecord['type']>(
  id: string,
  type: Type,
  data: Extract<TheatreRecord, { readonly type: Type }>['data'],
  day = lastDay
): TheatreRecord {
  return {
    id,
    type,
    data,
    theatre: 'sahel',
    time: new Date(convertToMs(day)).toISOString()
  } as TheatreRecord
}

function makeTick(day: number): TheatreRecord {
  const to = new Date(convertToMs(day)).toISOString()
  return makeRecord(`tick-${day}`, 'clock.ticked', { to, gap: false }, day)
}

/** Each source reports once more: the watermark does not depend on other reports. */
const lastReports = [...courseSources, 'agency'].map(sourceId => {
  const at = formatDay(lastDay)
  const reportedAt = `${at}T12:00:00.000Z`
  const report = makeReport({
    reportId: `last-${sourceId}`,
    sourceId,
    at,
    reportedAt,
    category: 'other'
  })
  return makeRecord(`last-${sourceId}`, 'report.received', report)
})

function apply(engine: Engine, records: readonly TheatreRecord[]): Engine {
  for (const record of records) engine.apply(record)
  return engine
}

function listFound(engine: Engine, id: string): string[] {
  return [...engine.listFindings()]
    .filter(({ rule }) => rule.id === id)
    .map(finding => formatFinding(engine.incidents, describeFinding(finding)))
    .sort()
}

const seeds = fc.integer({ min: 1, max: 1_000_000 })

describe.each(coveredRules)('%s', id => {
  const rules = makeCoveredRules(id)

  it('keeps no trace of withdrawn reports', () => {
    const find = (records: readonly TheatreRecord[]) => {
      const engine = apply(new Engine(rules, makeSilentPublisher), records)
      return listFound(
        apply(engine, [...lastReports, makeTick(lastDay), makeTick(lastDay + 1)]),
        id
      )
    }
    const check = (seed: number) => {
      const { records } = makeRuleCourse(id, seed, size)
      const gone = new Set([...Array(5).keys()].map(i => `r${seed}-${i * 7}`))
      const withdrawals = [...gone].map(reportId =>
        makeRecord(`w-${reportId}`, 'report.withdrawn', { reportId, reason: 'x', lane: 'live' })
      )
      const others = records.filter(
        ({ type, data }) => type !== 'report.received' || !gone.has(data.reportId)
      )
      expect(find([...records, ...withdrawals])).toEqual(find(others))
    }
    fc.assert(fc.property(seeds, check), { numRuns: computeRuns(10, 5) })
  })

  it('publishes the same after a snapshot of any record, and nothing of reports that come again', () => {
    const check = (seed: number) => {
      const { records } = makeRuleCourse(id, seed, { ...size, reports: 40 })
      const [written, found]: [string[], string[]] = [[], []]
      const makeOptions = (events: string[]) => ({
        ...{ theatre: 'sahel', fold: 'public' as const, engine: '1.0.0' },
        write: (event: string) => events.push(event)
      })
      const fold = new LevelFold(rules, makeOptions(written))
      let copy = new LevelFold(rules, makeOptions(found))
      for (const record of records) {
        fold.apply(record)
        copy.apply(record)
        copy = restoreSnapshot(writeSnapshot(copy), rules, makeOptions(found))
      }
      expect(found).toEqual(written)
      const count = written.length
      for (const record of records) if (record.type === 'report.received') fold.apply(record)
      expect(written.slice(count)).toEqual([])
    }
    fc.assert(fc.property(seeds, check), { numRuns: computeRuns(10, 5) })
  })

  it('changes no evidence by a tick alone', () => {
    let compared = 0
    const check = (seed: number) => {
      const { records } = makeRuleCourse(id, seed, size)
      const engine = apply(new Engine(rules, makeSilentPublisher), records)
      const before = [...engine.listFindings()]
        .filter(({ rule }) => rule.id === id)
        .map(finding => ({ finding, rows: finding.listTriggers() }))
      for (const day of [1, 20, 70]) engine.apply(makeTick(engine.today + day))
      const after = new Set(engine.listFindings())
      for (const { finding, rows } of before) {
        expect(after).toContain(finding)
        expect(finding.listTriggers()).toEqual(rows)
        compared += 1
      }
    }
    const least = computeRuns(20, 5)
    for (let seed = 1; seed <= least || (compared === 0 && seed <= 40); seed++) check(seed)
    expect(compared).toBeGreaterThan(0)
  })
})

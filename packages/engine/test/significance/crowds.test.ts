// A day of so many reports from one village that nobody can tell which are of one attack.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { received, ticked, withdrawn } from '@tocsin/testing/report/record-builder'
import { describe, expect, it } from 'vitest'
import { flag } from '../../src/data/vocabulary.ts'
import { cluster } from '../../src/rules/cluster.ts'
import type { Finding } from '../../src/rules/finding.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { restoreSnapshot, writeSnapshot } from '../../src/theatre/snapshot.ts'
import { makeReport } from '../support/make-report.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'
import { makeRandom, shuffle } from '../support/theatre-course.ts'

const day = '2025-06-01'
const nextDay = '2025-06-02'
const rules = makeRuleSet([
  { ruleId: cluster.id, ruleVersion: 1, pattern: cluster.id, parameters: {} }
])

/** Two years without attacks, then reports of the day from sources, one attack after the other. */
function makeCrowd(sources: number, attacks: number): readonly TheatreRecord[] {
  const before = makeReport({
    at: '2023-06-01',
    category: 'protest',
    reportedAt: '2023-06-01T06:00:00.000Z'
  })
  const reports = Array.from({ length: attacks * sources }, (_, i) =>
    makeReport({
      at: day,
      reportId: `r${i}`,
      sourceId: `source-${i % sources}`,
      reportedAt: new Date(Date.parse(nextDay) + i * 1000).toISOString()
    })
  )
  return [before, ...reports].map(report => received(report))
}

function fold(
  records: readonly TheatreRecord[],
  onRecord: (found: readonly Finding[]) => void = () => {}
): Engine {
  const engine = new Engine(rules, makeSilentPublisher)
  engine.apply(ticked(nextDay))
  for (const record of records) {
    engine.apply(record)
    onRecord([...engine.listFindings()])
  }
  return engine
}

function describeFindings(engine: Engine): readonly string[] {
  return [...engine.listFindings()].map(finding => {
    const ids = finding.listTriggers().map(row => engine.reports.ids[row]!)
    return JSON.stringify([finding.measure(), finding.listFacts(), ids.sort()])
  })
}

describe('a crowd of reports', () => {
  it('of many attacks never ends the situation that the first of them raised', () => {
    const values: number[] = []
    const engine = fold(makeCrowd(3, 70), ([finding]) => {
      values.push(finding?.measure().value ?? 0)
    })
    const { flags } = engine.incidents.columns
    const [found] = engine.listFindings()
    expect(found!.listTriggers().every(row => (flags[row]! & flag.crowd) !== 0)).toBe(true)
    const raised = values.findIndex(value => value > 0)
    expect(raised).toBeLessThan(10)
    expect(values.slice(raised).every(value => value > 0)).toBe(true)
    expect(values.at(-1)).toBeGreaterThanOrEqual(64)
  })

  it('of one attack raises nothing', () => {
    expect(describeFindings(fold(makeCrowd(140, 1)))).toEqual([])
  })

  it('counts as many attacks as the source that tells of most', () => {
    const [found] = fold(makeCrowd(70, 2)).listFindings()
    expect(found?.measure().value).toBe(2)
  })

  it('counts the same attacks in whichever order its reports come', () => {
    const records = makeCrowd(3, 70)
    const expected = describeFindings(fold(records))
    expect(expected).toHaveLength(1)
    expect(describeFindings(fold(shuffle(makeRandom(1), records)))).toEqual(expected)
  })

  it('loses reports after a snapshot as before', () => {
    const written: string[] = []
    const again: string[] = []
    const options = { theatre: 'sahel', fold: 'public', engine: '1.0.0' } as const
    const original = new LevelFold(rules, { ...options, write: record => written.push(record) })
    for (const record of [ticked(nextDay), ...makeCrowd(3, 70)]) original.apply(record)
    const restored = restoreSnapshot(writeSnapshot(original), rules, {
      ...options,
      write: record => again.push(record)
    })
    written.length = 0
    for (let i = 0; i < 30; i++) {
      const record = withdrawn({ reportId: `r${i}`, theatre: 'sahel', lane: 'live' })
      for (const one of [original, restored]) one.apply(record)
    }
    expect(written.length).toBeGreaterThan(3)
    expect(again).toEqual(written)
  })
})

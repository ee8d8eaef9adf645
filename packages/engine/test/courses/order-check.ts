// Promise 4: the same records end in the same findings, in whichever order they come.

import assert from 'node:assert/strict'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { convertToMs } from '../../src/data/time.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { formatPair } from '../assembly/naive-assembly.ts'
import { describeFinding, formatFinding } from '../support/format-finding.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'
import { courseFirstDay, makeRandom, shuffle } from '../support/theatre-course.ts'
import { makeCoveredRules, makeRuleCourse } from './rule-courses.ts'

const days = 100

/**
 * Compares the findings of a rule after several orders of one course, and returns their number.
 * Throws AssertionError at a difference.
 */
export function compareOrders(id: string, seed: number, orders: number): number {
  const rules = makeCoveredRules(id)
  const records = listFreeRecords(makeRuleCourse(id, seed, { reports: 60, days }).records)
  const find = (inOrder: readonly TheatreRecord[]) => {
    const engine = new Engine(rules, makeSilentPublisher)
    for (const record of inOrder) engine.apply(record)
    // The second tick is for overlaps: they take up what grew by the first.
    for (const day of [days, days + 1]) engine.apply(makeTick(courseFirstDay + day))
    return (
      [...engine.listFindings()]
        .filter(({ rule }) => rule.id === id)
        // The spelling of an actor is that of the first report that names it.
        .map(finding => formatFinding(engine.incidents, describeFinding(finding)).toLowerCase())
        .sort()
    )
  }
  const expected = find(records)
  const random = makeRandom(seed)
  for (let i = 0; i < orders; i++)
    assert.deepEqual(find(shuffle(random, records)), expected, `${id}, course ${seed}, order ${i}`)
  return expected.length
}

/** The records that may come in any order: of several declarations about a pair the last one counts. */
function listFreeRecords(records: readonly TheatreRecord[]): TheatreRecord[] {
  const declared = new Set<string>()
  return records.filter(record => {
    if (record.type !== 'pair.declared') return record.type !== 'clock.ticked'
    const pair = formatPair(...record.data.reportIds)
    return declared.size < declared.add(pair).size
  })
}

function makeTick(day: number): TheatreRecord {
  const to = new Date(convertToMs(day)).toISOString()
  return {
    ...{ id: `tick-${day}`, theatre: 'sahel', time: to },
    type: 'clock.ticked',
    data: { to, gap: false }
  }
}

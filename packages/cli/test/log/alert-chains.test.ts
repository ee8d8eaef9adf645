// Chains of the alerts log: what the engine publishes is whole at all levels, and a record that is
// changed, missing, swapped or of another chain is found.

import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import {
  formatAlertRecord,
  parseAlertRecord,
  rankInLog
} from '@tocsin/contracts/record/alert-event-v3'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import { describe, expect, it } from 'vitest'
import { makeTheatreCourse } from '../../../engine/test/support/theatre-course.ts'
import { AlertChains } from '../../src/log/alert-chains.ts'

const theatre = 'sahel'

/** Refused actions of version 2: the smallest alert events. */
function makeOldChain(count: number): readonly Uint8Array[] {
  const records: Uint8Array[] = []
  let previoushash = '0'.repeat(64)
  for (let seq = 1; seq <= count; seq++) {
    const data = {
      ...{ alertId: `alert-${seq}`, seq, theatre, notify: 'quiet', handling: 'internal' },
      ...{ actionId: `action-${seq}`, reason: 'unknown-alert', by: 'owner' },
      ...{ operatorRevision: null, standingBy: null, standingAt: null }
    } as const
    const value = encodeRecord(
      {
        ...{ id: `old-${seq}`, source: '/tocsin/rules', time: '2025-06-01T00:00:00.000Z' },
        ...{ cause: 'x', theatre, previoushash }
      },
      { type: 'alert.action-refused', data }
    )
    previoushash = hashSha256Hex(value)
    records.push(value)
  }
  return records
}

/** The alerts log of a course with reports of all levels. */
function makeLevelledLog(seed: number): readonly string[] {
  const rules = ['front', 'mass-casualty', 'near-repeat', 'surge'].map(ruleId => ({
    ...{ ruleId, ruleVersion: 1, pattern: ruleId, parameters: {} }
  }))
  const written: (readonly [record: string, fold: Handling])[] = []
  const engine = new TheatreEngine(makeRuleSet(rules), {
    theatre,
    engine: '1.0.0',
    write: (...event) => written.push(event),
    writeIncident: () => {}
  })
  const levels = [...handlings, 'public', 'public'] as const
  const course = makeTheatreCourse(seed, { reports: 100, days: 200, handlings: levels })
  return course.records.flatMap(record => {
    engine.apply(record)
    const inLog = written.splice(0).sort((a, b) => rankInLog(...a) - rankInLog(...b))
    return inLog.map(([text]) => text)
  })
}

/** What is wrong, by the place of the record. */
function findFaults(records: readonly (string | Uint8Array)[]): readonly [number, string][] {
  const chains = new AlertChains()
  return records.flatMap((record, i) =>
    chains
      .take(theatre, typeof record === 'string' ? Buffer.from(record) : record)
      .map(({ detail }): [number, string] => [i, detail])
  )
}

const log = makeLevelledLog(3)
const parsed = log.map(parseAlertRecord)
const findFold = (i: number) => parsed[i]!.event.data.fold
const findNext = (i: number) => parsed.findIndex((_, j) => j > i && findFold(j) === findFold(i))

describe('chains of version 3', () => {
  it('are whole in what the engine publishes, after those of version 2', () => {
    const begun = parsed.filter(({ event }) => event.type === 'alert.fold-began')
    expect(begun).toHaveLength(handlings.length - 1)
    expect(Math.max(...begun.map(({ event }) => event.data.seq))).toBeGreaterThan(1)
    for (const seed of [1, 2]) expect(findFaults(makeLevelledLog(seed))).toEqual([])
    expect(findFaults([...makeOldChain(3), ...log])).toEqual([])
  })

  it.each(handlings)('break where a record of %s is changed or missing', fold => {
    const middle = parsed.findLastIndex(
      (one, i) => one.event.data.fold === fold && findNext(i) >= 0
    )
    const next = findNext(middle)
    const { envelope, event } = parsed[middle]!
    const changed = formatAlertRecord({ ...envelope, engine: '6.6.6' }, event)
    const faults = findFaults(log.with(middle, changed))
    expect(faults.map(([i]) => i)).toEqual([next])
    expect(faults[0]![1]).toContain(`of fold ${fold} of theatre ${theatre} names`)
    const places = findFaults(log.toSpliced(middle, 1)).map(([i]) => i)
    expect(places).toEqual([next - 1, next - 1])
  })

  it('break where a fold begins twice, later than its first event, or elsewhere', () => {
    const at = parsed.findIndex(({ event }) => event.type === 'alert.fold-began')
    const fold = findFold(at)
    expect(findFaults(log.toSpliced(at, 1))).toContainEqual([
      findNext(at) - 1,
      `fold ${fold} of theatre ${theatre} has an event before it began`
    ])
    expect(findFaults(log.toSpliced(at, 0, log[at]!))).toContainEqual([
      at + 1,
      `fold ${fold} of theatre ${theatre} begins again`
    ])
    const { envelope, event } = parsed[at]!
    const elsewhere = formatAlertRecord({ ...envelope, previoushash: 'elsewhere' }, event)
    expect(findFaults(log.with(at, elsewhere)).map(([i]) => i)).toEqual([at, findNext(at)])
  })
})

describe('the chain of version 2', () => {
  it('breaks at a gap, and after a changed record', () => {
    const good = makeOldChain(4)
    expect(findFaults(good)).toEqual([])
    const text = Buffer.from(good[2]!).toString().replace('unknown-alert', 'alert-closed')
    expect(findFaults(good.with(2, Buffer.from(text))).map(([i]) => i)).toEqual([3])
    const [gap, hash] = findFaults(good.toSpliced(0, 1)).filter(([i]) => i === 0)
    expect(gap?.[1]).toBe(`seq 2 follows 0 in theatre ${theatre}`)
    expect(hash?.[1]).toContain(`seq 2 of theatre ${theatre} names`)
  })
})

describe('a record of a newer version', () => {
  it('is no event that could be checked', () => {
    expect(findFaults([log[0]!.replace('.v3"', '.v4"')])).toEqual([
      [0, expect.stringContaining('is newer than this version')]
    ])
  })
})

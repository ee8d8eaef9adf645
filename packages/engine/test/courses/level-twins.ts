// Two theatres whose records differ only in what a level may not see: other content and further
// reports above it, and acts on alerts above it. That level publishes the same, byte for byte.

import assert from 'node:assert/strict'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { AlertRequest, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { type Handling, handlings } from '../../src/data/vocabulary.ts'
import type { RuleSet } from '../../src/theatre/rule-set.ts'
import { TheatreEngine } from '../../src/theatre/theatre-engine.ts'
import { makeRandom, makeTheatreCourse, pick, type Random } from '../support/theatre-course.ts'

type ReportReceived = Extract<TheatreRecord, { readonly type: 'report.received' }>

export interface TwinCounts {
  /** Records applied to one of the twins. */
  prefixes: number
  /** Events of the level. */
  events: number
  /** Acts on alerts that the level may not see. */
  acts: number
}

/** Compares the events of a level after each record. Throws AssertionError at a difference. */
export function compareTwins(
  rules: RuleSet,
  level: Handling,
  seed: number,
  counts: TwinCounts
): void {
  const { records } = makeTheatreCourse(seed, {
    ...{ reports: 90, days: 200, areas: 2, handlings: [...handlings, 'public'] },
    shares: { corrected: 0.3, copy: 0.2 }
  })
  const random = makeRandom(seed)
  const one = new Twin(rules, level, random)
  const other = new Twin(rules, level, random)
  const reports = records.filter(record => record.type === 'report.received')
  for (const record of records) {
    one.apply(record)
    for (const changed of changeHidden(record, pick(random, reports), one.rank, random))
      other.apply(changed)
    if (record.type === 'clock.ticked') counts.acts += one.act() + other.act()
    counts.prefixes += 1
    assert.deepEqual(other.events, one.events, `${level}, course ${seed}`)
  }
  counts.events += one.events.length
}

/** A theatre that notes the events of a level, and in which officers act on alerts above it. */
class Twin {
  readonly rank: number
  readonly events: string[] = []
  readonly #theatre: TheatreEngine
  readonly #random: Random
  #last!: TheatreRecord
  #actCount = 0

  constructor(rules: RuleSet, level: Handling, random: Random) {
    this.rank = handlings.indexOf(level)
    this.#random = random
    this.#theatre = new TheatreEngine(rules, {
      ...{ theatre: 'sahel', engine: '1.0.0', writeIncident: () => {} },
      write: (event, fold) => {
        if (fold === level) this.events.push(event)
      }
    })
  }

  apply(record: TheatreRecord): void {
    this.#theatre.apply(record)
    this.#last = record
  }

  /** Acts on an alert that the level may not see. Returns the number of acts. */
  act(): number {
    const alerts = [...this.#theatre.getFold('restricted').book.alerts.values()]
    const hidden = alerts.filter(({ handling }) => handling > this.rank)
    if (hidden.length === 0) return 0
    const { id, operatorRevision } = pick(this.#random, hidden)
    const action = pick(this.#random, ['acknowledge', 'comment', 'resolve', 'reopen'])
    const actionId = `act-${this.#actCount++}`
    const request = {
      ...{ actionId, alertId: id, ifMatch: operatorRevision, by: 'Officer' },
      ...{ action, text: 'x' },
      ...{ disposition: 'true', until: null, note: null, to: null }
    } as unknown as AlertRequest
    const { theatre, time } = this.#last
    this.#theatre.apply({
      ...{ id: actionId, theatre, time, data: request },
      type: action === 'reopen' ? 'reopening.requested' : 'operator.requested'
    } as TheatreRecord)
    return 1
  }
}

/** The record; if it is of a hidden report, with other content. A third are followed by a further one. */
function changeHidden(
  record: TheatreRecord,
  model: ReportReceived,
  rank: number,
  random: Random
): TheatreRecord[] {
  const hiddenHandling = pick(random, handlings.slice(rank + 1))
  const hide = ({ reportId, sourceId, contentHash, reportedAt }: ReportRevision) => ({
    ...{ ...model.data, reportId, sourceId, contentHash, reportedAt, handling: hiddenHandling }
  })
  const isHidden =
    record.type === 'report.received' && handlings.indexOf(record.data.handling) > rank
  const changed = isHidden ? { ...record, data: hide(record.data) } : record
  if (random() > 0.3) return [changed]
  const id = `hidden-${record.id}`
  const further = hide({ ...model.data, reportId: id, contentHash: id })
  return [changed, { ...record, id, type: 'report.received', data: further }]
}

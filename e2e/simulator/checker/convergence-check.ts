// Promise 4: the findings that the run ended with are those of the same reports in another order,
// some of them twice, up to the same last tick. Support may wait for the first tick of the next
// day: it is compared after one.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { FoldOutput } from '@tocsin/domain/theatre/fold-output'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import { topics } from '@tocsin/event-log/topics'
import type { RandomSource } from '../world/random-source.ts'
import type { StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { type AssembledIncident, assembledReports, incidentsAfter } from './assembled.ts'
import { correctedTimes } from './corrected-time.ts'
import { recordsOf, theatresOf } from './theatre-records.ts'

interface AlertWord {
  readonly alertId: string
  readonly status: string
  readonly ruleId: string
  readonly group: unknown
  readonly window: unknown
  readonly severity: string
  readonly levels: readonly {
    readonly level: number
    readonly at: string
    readonly reason: string
  }[]
  readonly evidence: readonly { readonly incidentId: string; readonly role: string }[]
}

export function checkConvergence(world: World, disk: StoreReader): void {
  const assembled = assembledReports(disk)
  for (const theatre of theatresOf(disk)) {
    const words = disk
      .of(topics.alerts, theatre)
      .flatMap(({ record }) => (record === null ? [] : [record]))
    const records = correctedTimes(recordsOf(theatre, disk))
    const shuffled = foldShuffled(theatre, records, world.random.fork(`shuffle ${theatre}`))
    compare(
      world,
      theatre,
      findingsOf(words, assembled.get(theatre) ?? [], 'triggers'),
      shuffled.atLastTick
    )
    compare(world, theatre, foldInOrder(theatre, records), shuffled.nextDay)
  }
}

function compare(
  world: World,
  theatre: string,
  ended: readonly string[],
  shuffled: readonly string[]
): void {
  const missing = shuffled.filter(finding => !ended.includes(finding))
  const extra = ended.filter(finding => !shuffled.includes(finding))
  if (missing.length + extra.length > 0)
    world.violate(
      '4 convergent',
      `${theatre}\n    only in the run      ${extra.join('\n                         ')}\n    only in another order ${missing.join('\n                         ')}`
    )
}

/**
 * The comparison of promise 4, for alerts that are not retracted: rule, group, window, reports,
 * severity, levels.
 */
function findingsOf(
  words: readonly { readonly type: string; readonly data: unknown }[],
  incidents: readonly AssembledIncident[],
  reports: 'triggers' | 'all'
): string[] {
  const last = new Map<string, AlertWord>()
  for (const { type, data } of words)
    if (type !== 'alert.action-refused') last.set((data as AlertWord).alertId, data as AlertWord)
  const reportsOf = (id: string) =>
    incidents.find(({ reports }) => reports.includes(id))?.reports ?? [
      `${id}, which is no incident`
    ]
  const standing = [...last.values()].filter(({ status }) => status !== 'retracted')
  return standing
    .map(({ ruleId, group, window, severity, levels, evidence }) => {
      const reportsAs = (role: string) =>
        evidence
          .filter(item => item.role === role)
          .flatMap(item => reportsOf(item.incidentId))
          .sort()
      return toCanonicalJson({
        ruleId,
        group,
        window,
        severity,
        // Which trigger reached a level follows from those, under an id that may change.
        levels: levels.map(({ level, at, reason }) => ({ level, at, reason })),
        triggers: reportsAs('trigger'),
        support: reports === 'all' ? reportsAs('support') : []
      })
    })
    .sort()
}

/**
 * First the final settings, then reports, shuffled and partly repeated, interleaved with officers'
 * declarations in order, then the last tick and a few more to flush pending output.
 */
function foldShuffled(
  theatre: string,
  records: readonly TheatreRecord[],
  random: RandomSource
): { readonly atLastTick: string[]; readonly nextDay: string[] } {
  const said = records.filter(
    ({ type }) => type === 'report.received' || type === 'report.withdrawn'
  )
  const ticks = records.flatMap(asTick)
  const settings = records.filter(
    ({ type }) =>
      type.endsWith('.configured') || type === 'rule.removed' || type === 'engine.changed'
  )
  const latest = ticks.reduce<TheatreRecord | undefined>(
    (a, b) => (a === undefined || toOf(b) > toOf(a) ? b : a),
    undefined
  )
  // The order of officers' declarations decides which counts, so it is kept.
  const declared = records.filter(({ type }) => type === 'pair.declared')
  const mixed = random
    .shuffled([
      ...said,
      ...said.filter(() => random.happens(0.3)),
      ...ticks.filter(() => random.happens(0.3)),
      ...declared
    ])
    .map(record => (record.type === 'pair.declared' ? (declared.shift() as TheatreRecord) : record))
  // The second tick is a replay's first real one: before it intake accepts nothing.
  const order = [
    ...ticks.slice(0, 1),
    ...settings,
    ...ticks.slice(1, 2),
    ...mixed,
    ...(latest === undefined ? [] : [latest]),
    ...flushing(records)
  ]
  const fold = new Folded(theatre, order)
  const atLastTick = fold.findings('triggers')
  fold.take(nextDay(theatre, records))
  return { atLastTick, nextDay: fold.findings('all') }
}

/** The findings after the records as they came, and the first tick of the next day. */
function foldInOrder(theatre: string, records: readonly TheatreRecord[]): string[] {
  return new Folded(theatre, [
    ...records.filter(({ type }) => type !== 'operator.requested'),
    ...nextDay(theatre, records)
  ]).findings('all')
}

/** The first tick of the day after all records, and more records to flush pending output. */
function nextDay(theatre: string, records: readonly TheatreRecord[]): readonly TheatreRecord[] {
  const lastMs = Math.max(...records.flatMap(asTick).map(tick => Date.parse(toOf(tick))))
  if (!Number.isFinite(lastMs)) return []
  const to = new Date((Math.floor(lastMs / dayMs) + 1) * dayMs).toISOString()
  return [
    { type: 'clock.ticked', data: { to, gap: false }, id: 'next-day', theatre, time: to },
    ...flushing(records)
  ]
}

/** An alert has one event a record at most: records that change nothing publish the rest. */
function flushing(records: readonly TheatreRecord[]): readonly TheatreRecord[] {
  return Array.from({ length: 12 }, () =>
    records.filter(({ type }) => type === 'theatre.configured').slice(-1)
  ).flat()
}

class Folded {
  readonly #fold: TheatreFold
  readonly #outputs: FoldOutput[] = []

  constructor(theatre: string, records: readonly TheatreRecord[]) {
    this.#fold = new TheatreFold(theatre, digest)
    this.take(records)
  }

  take(records: readonly TheatreRecord[]): void {
    for (const record of records) {
      // Declarations name each other.
      const id =
        record.type === 'pair.declared' ? record.id : `${record.id}-${this.#outputs.length}`
      this.#outputs.push(this.#fold.apply({ ...record, id }))
    }
  }

  findings(reports: 'triggers' | 'all'): string[] {
    const incidents = incidentsAfter(
      this.#outputs.map(({ incidents: events }) =>
        events.map(({ type, data }) => ({
          type,
          incidentId: data.incidentId,
          from: data.from,
          reports: data.reports.map(r => r.reportId)
        }))
      )
    )
    return findingsOf(
      this.#outputs.flatMap(({ alerts }) => alerts),
      incidents,
      reports
    )
  }
}

/** A time record is a tick for a fold that has the right time from the beginning. */
function asTick(record: TheatreRecord): TheatreRecord[] {
  if (record.type === 'clock.ticked') return [record]
  return record.type === 'clock.set'
    ? [{ ...record, type: 'clock.ticked', data: { to: record.data.to, gap: true } }]
    : []
}

function toOf(record: TheatreRecord): string {
  return record.type === 'clock.ticked' ? record.data.to : ''
}

// Promise 4: the findings that the run ended with are those of the same reports in another order, some of them twice, up to the same last tick.

import { canonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import { topics } from '@tocsin/event-log/topics'
import type { Chance } from '../world/chance.ts'
import type { StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { type AssembledIncident, assembledReports, incidentsAfter } from './assembled.ts'
import { recordsOf, theatresOf } from './theatre-records.ts'
import { rightedTimes } from './told-time.ts'

interface AlertWord {
  readonly alertId: string
  readonly status: string
  readonly ruleId: string
  readonly group: unknown
  readonly window: unknown
  readonly severity: string
  readonly levels: unknown
  readonly evidence: readonly { readonly incidentId: string; readonly role: string }[]
}

export function checkConvergence(world: World, disk: StoreReader): void {
  const assembled = assembledReports(disk)
  for (const theatre of theatresOf(disk)) {
    const words = disk.of(topics.alerts, theatre).flatMap(({ record }) => (record === null ? [] : [record]))
    const ended = findingsOf(words, assembled.get(theatre) ?? [])
    const shuffled = foldShuffled(theatre, rightedTimes(recordsOf(theatre, disk)), world.chance.fork(`shuffle ${theatre}`))
    const missing = shuffled.filter(finding => !ended.includes(finding))
    const extra = ended.filter(finding => !shuffled.includes(finding))
    if (missing.length + extra.length > 0)
      world.violate(
        '4 convergent',
        `${theatre}\n    only in the run      ${extra.join('\n                         ')}\n    only in another order ${missing.join('\n                         ')}`
      )
  }
}

/** What promise 4 compares of the alerts that are not retracted: rule, group, window, reports, severity, levels. */
function findingsOf(
  words: readonly { readonly type: string; readonly data: unknown }[],
  incidents: readonly AssembledIncident[]
): string[] {
  const last = new Map<string, AlertWord>()
  for (const { type, data } of words)
    if (type !== 'alert.action-refused') last.set((data as AlertWord).alertId, data as AlertWord)
  const reportsOf = (id: string) =>
    incidents.find(({ reports }) => reports.includes(id))?.reports ?? [`${id}, which is no incident`]
  const standing = [...last.values()].filter(({ status }) => status !== 'retracted')
  return standing
    .map(({ ruleId, group, window, severity, levels, evidence }) => {
      const reports = (role: string) =>
        evidence
          .filter(item => item.role === role)
          .flatMap(item => reportsOf(item.incidentId))
          .sort()
      return canonicalJson({
        ruleId,
        group,
        window,
        severity,
        levels,
        triggers: reports('trigger'),
        support: reports('support')
      })
    })
    .sort()
}

/**
 * Settings come first, as they ended; then what reporters said, shuffled and partly twice, and among it what officers declared, in their order; then the last
 * tick and a little more to say it all.
 */
function foldShuffled(theatre: string, records: readonly TheatreRecord[], chance: Chance): string[] {
  const said = records.filter(({ type }) => type === 'report.received' || type === 'report.withdrawn')
  const ticks = records.flatMap(asTick)
  const settings = records.filter(
    ({ type }) => type.endsWith('.configured') || type === 'rule.removed' || type === 'engine.changed'
  )
  const latest = ticks.reduce<TheatreRecord | undefined>((a, b) => (a === undefined || toOf(b) > toOf(a) ? b : a), undefined)
  // Which of two words of officers counts follows from their order: it is kept.
  const declared = records.filter(({ type }) => type === 'pair.declared')
  const mixed = chance
    .shuffled([...said, ...said.filter(() => chance.happens(0.3)), ...ticks.filter(() => chance.happens(0.3)), ...declared])
    .map(record => (record.type === 'pair.declared' ? (declared.shift() as TheatreRecord) : record))
  const rest = Array.from({ length: 12 }, () => settings.filter(({ type }) => type === 'theatre.configured').slice(-1)).flat()
  // The second tick is a replay's first real one: before it intake takes nothing.
  const order = [
    ...ticks.slice(0, 1),
    ...settings,
    ...ticks.slice(1, 2),
    ...mixed,
    ...(latest === undefined ? [] : [latest]),
    ...rest
  ]
  const fold = new TheatreFold(theatre, digest)
  const outputs = order.map((record, i) => {
    // Declarations name each other.
    const id = record.type === 'pair.declared' ? record.id : `${record.id}-${i}`
    return fold.apply({ ...record, id })
  })
  const incidents = incidentsAfter(
    outputs.map(({ incidents: events }) =>
      events.map(({ type, data }) => ({
        type,
        incidentId: data.incidentId,
        from: data.from,
        reports: data.reports.map(r => r.reportId)
      }))
    )
  )
  return findingsOf(
    outputs.flatMap(({ alerts }) => alerts),
    incidents
  )
}

/** A word on the time is a tick for who folds with the right time from the beginning. */
function asTick(record: TheatreRecord): TheatreRecord[] {
  if (record.type === 'clock.ticked') return [record]
  return record.type === 'clock.set' ? [{ ...record, type: 'clock.ticked', data: { to: record.data.to, gap: true } }] : []
}

function toOf(record: TheatreRecord): string {
  return record.type === 'clock.ticked' ? record.data.to : ''
}

// The records of a theatre folded by one engine: what a rules service that never fails publishes.

import { rankInLog, readAlertId } from '@tocsin/contracts/record/alert-event-v3'
import { engineVersion } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import { ReportNumbers } from '@tocsin/testing/report/report-numbers'
import type { Entry } from '../world/store-reader.ts'
import { correctTimes } from './corrected-time.ts'
import { type AlertData, LevelView } from './level-view.ts'

/** Folds the records in order. Gives the alert records of all folds, in the order of publication. */
export function foldTheatre(theatre: string, records: readonly TheatreRecord[]): Entry[] {
  const entries: Entry[] = []
  let writer: TheatreEngine | null = null
  const begin = () => {
    const engine = new TheatreEngine(makeRuleSet([]), {
      theatre,
      engine: engineVersion,
      write: text => {
        if (engine === writer) entries.push(readEntry(theatre, text, entries.length))
      },
      writeIncident: () => {}
    })
    return engine
  }
  let engine = begin()
  writer = engine
  let now = ''
  for (const [i, record] of records.entries()) {
    const from = entries.length
    if (record.type === 'clock.set' && record.data.to <= now) {
      const again = begin()
      for (const before of correctTimes(records.slice(0, i + 1)).slice(0, i))
        again.apply(asTick(before))
      const published = engine.listPublished()
      engine = again
      writer = again
      engine.adopt(published, record)
      now = ''
    }
    engine.apply(asTick(record))
    const own = entries.splice(from).sort((a, b) => rankEntry(a) - rankEntry(b))
    entries.push(...own)
    if (record.type === 'clock.set' || record.type === 'clock.ticked')
      now = record.data.to > now ? record.data.to : now
  }
  return entries
}

function rankEntry({ id, key, text }: Entry): number {
  return rankInLog(text, readAlertId(id, key).fold)
}

/** A time that an officer sets is a tick after a gap. */
export function asTick(record: TheatreRecord): TheatreRecord {
  return record.type === 'clock.set'
    ? { ...record, type: 'clock.ticked', data: { to: record.data.to, gap: true } }
    : record
}

function readEntry(theatre: string, text: string, position: number): Entry {
  const { type, ...envelope } = JSON.parse(text)
  const record = { ...envelope, type: type.replace(/^tocsin\.|\.v\d+$/g, '') }
  return { partition: 0, position, id: envelope.id, key: theatre, text, record }
}

/** The alerts as readers of a level know them after these events. */
export function sumAlerts(entries: readonly Entry[], level: string): readonly AlertData[] {
  const view = new LevelView(level)
  const last = new Map<string, AlertData>()
  for (const entry of entries) {
    const told = view.take(entry)
    if (told.kind === 'told') last.set(told.data.alertId, told.data)
  }
  return [...last.values()]
}

/** Counts the reports as the events name them. */
export function countReports(records: readonly TheatreRecord[]): ReportNumbers {
  const numbers = new ReportNumbers()
  for (const { id, type, data } of records)
    if (type === 'report.received') numbers.take(id, data.reportId, data.handling)
  return numbers
}

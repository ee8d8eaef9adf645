// Promise 6: a limited reader got what it would get from a log without rumours and hidden theatres.
// That twin is folded by the engine, and the expected events are computed independently of the
// notifier's code.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import type { AlertEvent } from '@tocsin/domain/alert/alert'
import type { IncidentEvent } from '@tocsin/domain/incident/incident-event'
import { patterns } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { topics } from '@tocsin/event-log/topics'
import { Entangled, type FoldedLog } from '../../harness/twin-logs.ts'
import type { FeedReader } from '../actors/feed-reader.ts'
import { rumourSource } from '../actors/rumours.ts'
import type { Entry, StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { foldCorrected } from './corrected-time.ts'
import { calling, LevelView } from './level-view.ts'
import { recordsOf } from './theatre-records.ts'

export const noTrace = '6 no trace of what is hidden'

/**
 * `reader`: a reader of the whole feed, limited to one theatre. Returns the number of compared
 * events.
 */
export function checkTwin(
  world: World,
  disk: StoreReader,
  { options: { name, principal }, reading }: FeedReader
): number {
  const theatres = principal.theatres === '*' ? [] : principal.theatres
  const records = theatres.flatMap(theatre => recordsOf(theatre, disk))
  const rumours = rumoursIn(records)
  const twin = folded(
    theatres,
    records.filter(record => !isOf(rumours, record))
  )
  const logs = [theLog(disk, theatres), twin] as const
  const apart = new Entangled(principal, rumours, logs, knownByPast(records, rumours, logs))
  const got = reading.events
    .filter(
      ({ type, data }) => !type.includes('action-refused') && !apart.hasAlert(String(data.alertId))
    )
    .map(({ id, type, time, cause, data }) => lineOf({ id, type, time, cause, data }))
  const due = toldOf(twin, principal.handling, apart)
  const at = due.findIndex((line, i) => line !== got[i])
  if (at >= 0 || got.length > due.length) {
    const where = at < 0 ? due.length : at
    world.violate(
      noTrace,
      `${name}: event ${where + 1}\n    was     ${got[where]}\n    without ${due[where]}`
    )
  }
  return due.length
}

interface Twin {
  readonly incidentEvents: readonly IncidentEvent[]
  readonly alertEvents: readonly AlertEvent[]
  /** Times of the records that caused them. */
  readonly times: readonly string[]
}

function folded(theatres: readonly string[], records: readonly TheatreRecord[]): Twin {
  const incidentEvents: IncidentEvent[] = []
  const alertEvents: AlertEvent[] = []
  const times: string[] = []
  for (const theatre of theatres) {
    const own = records.filter(record => record.theatre === theatre)
    foldCorrected(theatre, own, (record, { incidents, alerts }) => {
      incidentEvents.push(...incidents)
      alertEvents.push(...alerts)
      times.push(...alerts.map(() => record.time))
    })
  }
  return { incidentEvents, alertEvents, times }
}

function rumoursIn(records: readonly TheatreRecord[]): ReadonlySet<string> {
  return new Set(
    records.flatMap(({ type, data }) =>
      type === 'report.received' && data.sourceId === rumourSource ? [data.reportId] : []
    )
  )
}

/**
 * Alerts that only one log has, by a rule with a baseline, where the rumours are the theatre's
 * earliest news: from when on a past is long enough for a rule is decided by the whole of it
 * (decision 0033).
 */
function knownByPast(
  records: readonly TheatreRecord[],
  rumours: ReadonlySet<string>,
  logs: readonly Pick<FoldedLog, 'alertEvents'>[]
): string[] {
  const said = records.flatMap(({ type, theatre, data }) =>
    type === 'report.received' ? [{ ...data, theatre }] : []
  )
  const firstOf = (theatre: string, isRumour: boolean) =>
    said
      .filter(report => report.theatre === theatre && rumours.has(report.reportId) === isRumour)
      .reduce(
        (first, { occurred }) => Math.min(first, Date.parse(occurred.to)),
        Number.POSITIVE_INFINITY
      )
  const [one, other] = logs.map(
    ({ alertEvents }) => new Map(alertEvents.map(({ data }) => [data.alertId, data]))
  )
  const alone = [...(one ?? []), ...(other ?? [])].filter(
    ([id]) => !(one?.has(id) && other?.has(id))
  )
  return alone.flatMap(([id, data]) => {
    const hasBaseline = 'pattern' in data && patterns.get(data.pattern)?.baselineDays !== undefined
    return hasBaseline && firstOf(data.theatre, true) < firstOf(data.theatre, false) ? [id] : []
  })
}

function isOf(reports: ReadonlySet<string>, { type, data }: TheatreRecord): boolean {
  return (type === 'report.received' || type === 'report.withdrawn') && reports.has(data.reportId)
}

function theLog(
  disk: StoreReader,
  theatres: readonly string[]
): Pick<FoldedLog, 'alertEvents' | 'incidentEvents'> {
  const eventsOf = (entries: readonly Entry[]) =>
    entries.flatMap(({ record }) => (record === null ? [] : [record]))
  return {
    alertEvents: theatres.flatMap(theatre =>
      eventsOf(disk.of(topics.alerts, theatre))
    ) as unknown as AlertEvent[],
    incidentEvents: theatres.flatMap(theatre =>
      eventsOf(disk.of(topics.assembly, theatre))
    ) as unknown as IncidentEvent[]
  }
}

/** What readers of a level, who ask for nothing more, should get from the twin. */
function toldOf({ alertEvents, times }: Twin, level: string, apart: Entangled): string[] {
  const view = new LevelView(level, false)
  const shown = new Set<string>()
  return alertEvents.flatMap(({ type: name, data }, i) => {
    const { alertId, theatre } = data
    const [type, time] = [`tocsin.${name}.v1`, times[i]]
    const told = view.take({ id: '', record: { type: name, data } } as unknown as Entry)
    // A refused action goes to readers who are shown the alert, which transports-check covers.
    if (type.includes('action-refused') || apart.hasAlert(alertId)) return []
    if (told.kind === 'told') {
      shown.add(alertId)
      return [lineOf({ id: told.id, type, time, cause: null, data: calling(told.data, false) })]
    }
    if (told.kind !== 'hidden' || !shown.delete(alertId)) return []
    return [
      lineOf({
        id: told.leftId,
        type: 'tocsin.alert.left-view.v1',
        time,
        cause: null,
        data: { alertId, theatre }
      })
    ]
  })
}

function lineOf(event: Readonly<Record<string, unknown>>): string {
  return toCanonicalJson(event)
}

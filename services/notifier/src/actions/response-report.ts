// The report of times to acknowledgement and to response, for one reader: from the calls shown to
// the reader, or those of subscriptions (subscriber-times.ts). It is counted in `calls`.

import type { Principal } from '@tocsin/auth/access/principal'
import { maySee } from '@tocsin/contracts/theatre/handling'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { AskedCalls, KindCalls, OfficerCalls } from '@tocsin/read-model/alerts/call-table'
import type { Span } from '../alerts/list-queries.ts'
import { someOfficer } from '../alerts/officers-talk.ts'
import { isTheatreInView, makeView, type ReaderView } from '../alerts/reader-view.ts'
import { responseTargets } from '../alerts/response-targets.ts'
import { ResponseTimes, type RowName, type TimesRow } from '../alerts/response-times.ts'
import type { TimesBy } from './response-answers.ts'
import { countSubscribers, type SubscriberTimesDeps } from './subscriber-times.ts'

export type ReportDeps = SubscriberTimesDeps

/** The members that name a row, by what is asked for. */
export const rowNames = {
  severity: ['severity'],
  area: ['area'],
  officer: ['officer', 'officerId'],
  subscriber: ['subscriber', 'subscriptionId']
} as const satisfies Record<TimesBy, readonly string[]>

/** A row as it is answered: its names, then its figures. */
export type ReportRow = Readonly<Record<string, string | number | boolean | null>>

/** The rows of the calls that began in a span. */
export async function makeReport(
  deps: ReportDeps,
  principal: Principal,
  by: TimesBy,
  span: Span
): Promise<ReportRow[]> {
  const times = new ResponseTimes()
  if (by === 'subscriber') await countSubscribers(times, deps, principal, span)
  else countReaders(times, deps, makeView(principal), by, span)
  const rows = times.rows()
  return (by === 'severity' ? gravestFirst(rows) : rows).map(row => rowIn(by, row))
}

type ReadersBy = Exclude<TimesBy, 'subscriber'>

function countReaders(
  times: ResponseTimes,
  { projection: { alerts } }: ReportDeps,
  view: ReaderView,
  by: ReadersBy,
  { fromMs, toMs }: Span
): void {
  const asked: AskedCalls = {
    ...{ level: view.handling, fromMs, toMs, targets: responseTargets },
    wantsKind: ({ facts }) => isTheatreInView(view, facts.theatre)
  }
  if (by === 'officer') {
    for (const calls of alerts.sumCallsByOfficer(asked)) {
      const name = nameOfficer(view, calls)
      times.add(calls, name === nobody ? lastId : name.join('\n'), name)
    }
  } else {
    for (const calls of alerts.sumCallsByKind(asked)) {
      if (by === 'severity') times.add(calls, calls.severity, [calls.severity])
      else addByArea(times, calls)
    }
  }
}

/** An alert in several areas counts in each; each area counts in its country. */
function addByArea(times: ResponseTimes, calls: KindCalls): void {
  const { country, admin1 } = calls.kind.facts.area
  for (const code of [...country, ...admin1]) times.add(calls, code, [code])
  if (country.length + admin1.length === 0) times.add(calls, lastId, [null])
}

/** Who acknowledged, if the reader may read the name. */
function nameOfficer({ handling }: ReaderView, { officer }: OfficerCalls): RowName {
  if (officer === null) return nobody
  return maySee(handling, officer.handling) ? [officer.by, officer.byId] : unnamed
}

const nobody: RowName = [null, null]
const unnamed: RowName = [someOfficer, null]
/** After all names. */
const lastId = '\uffff'

function gravestFirst(rows: readonly TimesRow[]): TimesRow[] {
  const gravity = ({ name }: TimesRow) => severities.indexOf(name[0] as Severity)
  return rows.toSorted((a, b) => Number(a.drill) - Number(b.drill) || gravity(b) - gravity(a))
}

function rowIn(by: TimesBy, { name: parts, ...figures }: TimesRow): ReportRow {
  return {
    ...Object.fromEntries(rowNames[by].map((name, i) => [name, parts[i] ?? null])),
    ...figures
  }
}

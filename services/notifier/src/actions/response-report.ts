// The report of times to acknowledgement and to response, for one reader: from the calls shown to
// the reader, or those of subscriptions (subscriber-times.ts). It is counted in `calls`.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Principal } from '@tocsin/auth/access/principal'
import { maySee } from '@tocsin/contracts/theatre/handling'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { FoundCall } from '@tocsin/read-model/alerts/call-table'
import type { Span } from '../alerts/list-queries.ts'
import { someOfficer } from '../alerts/officers-talk.ts'
import { isTheatreInView, makeView, type ReaderView } from '../alerts/reader-view.ts'
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

/**
 * The rows of the calls that began in a span. The scan yields to other work: each alert counts as
 * it is when it is reached.
 */
export async function makeReport(
  deps: ReportDeps,
  principal: Principal,
  by: TimesBy,
  span: Span
): Promise<ReportRow[]> {
  const times = new ResponseTimes()
  if (by === 'subscriber') await countSubscribers(times, deps, principal, span)
  else await countReaders(times, deps, makeView(principal), by, span)
  const rows = times.rows()
  return (by === 'severity' ? gravestFirst(rows) : rows).map(row => rowIn(by, row))
}

type ReadersBy = Exclude<TimesBy, 'subscriber'>

async function countReaders(
  times: ResponseTimes,
  { projection: { alerts } }: ReportDeps,
  view: ReaderView,
  by: ReadersBy,
  span: Span
): Promise<void> {
  for (const calls of alerts.listCalls(view.handling, span.fromMs, span.toMs)) {
    for (const call of calls)
      if (isTheatreInView(view, call.theatre)) count(times, by, call, nameOfficer(view, call))
    await nextTurn()
  }
}

/** An alert in several areas counts in each; each area counts in its country. */
function count(times: ResponseTimes, by: ReadersBy, row: FoundCall, name: RowName): void {
  const { drill, severity, area } = row
  if (by === 'severity') times.add(row, drill, severity, () => [severity])
  else if (by === 'officer') {
    times.add(row, drill, name === nobody ? lastId : name.join('\n'), () => name)
  } else {
    for (const code of area.country) times.add(row, drill, code, () => [code])
    for (const code of area.admin1) times.add(row, drill, code, () => [code])
    if (area.country.length + area.admin1.length === 0) times.add(row, drill, lastId, () => [null])
  }
}

/** Who acknowledged, if the reader may read the name. */
function nameOfficer({ handling }: ReaderView, { officer }: FoundCall): RowName {
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

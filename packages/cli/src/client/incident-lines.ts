// Incidents as lines for people at a terminal. Pure.

import { categoryName } from '@tocsin/domain/incident/incident-names'
import { areaName } from '@tocsin/domain/space-time/area-names'
import { countryName } from '@tocsin/domain/space-time/country-names'
import { oneLine, tableLines } from '../terminal/table.ts'

/** A place, or the candidates of a name. */
interface PlaceView {
  readonly name?: string | null
  readonly settlementName?: string | null
  readonly admin1?: string | null
  readonly country?: string | null
  readonly lat?: number | null
  readonly lon?: number | null
}

/** An incident as the suite shows it. */
export interface IncidentView {
  readonly incidentId: string
  readonly revision: number
  readonly theatre: string
  readonly aliases: readonly string[]
  readonly occurred: { readonly from: string; readonly to: string }
  readonly category: string
  readonly place: PlaceView & {
    /** Null if the key sees no report that states it. */
    readonly resolution?: string | null
    readonly contradiction?: string
    readonly candidates?: readonly PlaceView[]
    readonly candidatesOmitted?: number
  }
  readonly alsoAt?: readonly PlaceView[]
  readonly withdrawn: boolean
  readonly reports: readonly {
    readonly reportId: string
    readonly sourceId: string
    readonly reportedAt: string
    readonly category: string
    readonly withdrawn: boolean
  }[]
  readonly mayBe?: readonly string[]
  readonly inCrowd?: true
  readonly joins?: readonly { readonly reports: readonly [string, string]; readonly why: string }[]
}

/** With its past states. */
export interface IncidentHistory extends IncidentView {
  readonly history: readonly {
    readonly type: string
    readonly time: string
    readonly declared: {
      readonly by: string
      readonly at: string
      readonly same: boolean
      readonly note: string | null
    } | null
    readonly data: {
      readonly revision: number
      readonly from: readonly string[]
      readonly reports: readonly { readonly reportId: string }[]
    }
  }[]
}

const columns = ['when', 'category', 'where', 'theatre', 'rev', 'reports', 'id'] as const

/** A table of incidents, in the order given. */
export function incidentTable(incidents: readonly IncidentView[]): readonly string[] {
  const rows = incidents.map(incident => [
    daysOf(incident.occurred),
    categoryName(incident.category),
    placeWords(incident.place),
    incident.theatre,
    String(incident.revision),
    String(incident.reports.length),
    incident.incidentId
  ])
  return tableLines(columns, rows)
}

/** One line for an incident: what, where, when, of how many reports. */
export function incidentLine({
  category,
  place,
  occurred,
  reports,
  revision,
  incidentId
}: IncidentView): string {
  const where = placeWords(place)
  const told = `${reports.length} ${reports.length === 1 ? 'report' : 'reports'}`
  return oneLine(
    `${incidentId}: ${categoryName(category)}${where === '' ? '' : ` at ${where}`}, ${daysOf(occurred)} (${told}, revision ${revision})`
  )
}

/** An incident: what it is, its reports and the reasons for joining them, and its later history. */
export function incidentHistoryLines(incident: IncidentHistory): readonly string[] {
  const { aliases, reports, mayBe = [], inCrowd = false, joins = [], history, withdrawn } = incident
  const others = aliases.filter(alias => alias !== incident.incidentId)
  return [
    `${incidentLine(incident)}${withdrawn ? ', withdrawn' : ''}`,
    ...(others.length === 0 ? [] : [`also known as ${others.join(', ')}`]),
    ...(mayBe.length === 0
      ? []
      : [`may be the same as ${mayBe.join(', ')}: their deaths count once`]),
    ...(inCrowd
      ? [
          "out of a crowd: so many reports of one place and time can't be told apart, and it may be one with others"
        ]
      : []),
    ...whereLines(incident),
    '',
    'Reports:',
    ...reports.map(
      r =>
        `  ${r.reportId}  ${r.sourceId}  ${r.reportedAt}  ${categoryName(r.category)}${r.withdrawn ? '  withdrawn' : ''}`
    ),
    ...(joins.length === 0 ? [] : ['', 'Why they are one:']),
    ...joins.map(join => `  ${join.reports.join(' and ')}: ${join.why}`),
    '',
    'History:',
    ...history.map(({ type, time, declared, data }) => {
      const name = type.replace(/^tocsin\.incident\.|\.v\d+$/g, '')
      const who =
        declared === null
          ? ''
          : ` by ${declared.by}${declared.note === null ? '' : `: ${declared.note}`}`
      const from = data.from.length === 0 ? '' : `, from ${data.from.join(', ')}`
      return `  ${time}  ${data.revision} ${name}${who}${from}; ${data.reports.map(({ reportId }) => reportId).join(', ')}`
    })
  ].map(oneLine)
}

/** From the smallest to the largest. */
export function placeWords({ name, settlementName, admin1, country }: PlaceView): string {
  const place = settlementName ?? name
  const area = admin1 ? areaName(admin1) : null
  const inArea = area === null || area === admin1 ? admin1 : `${area} (${admin1})`
  return [area === place ? null : place, inArea, admin1 || !country ? null : countryName(country)]
    .filter(Boolean)
    .join(', ')
}

/** What is unclear about its place, and further places. */
function whereLines({ place, alsoAt = [] }: IncidentView): readonly string[] {
  const { resolution, contradiction, candidates = [], candidatesOmitted = 0 } = place
  const more = candidatesOmitted > 0 ? ` and ${candidatesOmitted} more` : ''
  return [
    ...(resolution === 'ambiguous'
      ? [`its place may be ${candidates.map(spot).join('; ')}${more}`]
      : []),
    ...(resolution === 'unresolved' ? ['the name of its place is not known'] : []),
    ...(contradiction === 'country'
      ? ['its coordinates lie far outside the stated country: it triggers nothing by its place']
      : []),
    ...(contradiction === 'admin1'
      ? ['its coordinates lie far outside the stated area: it triggers nothing by its area']
      : []),
    ...(alsoAt.length === 0 ? [] : [`also at ${alsoAt.map(spot).join('; ')}`])
  ]
}

function spot(place: PlaceView): string {
  const { lat, lon } = place
  return [
    placeWords(place),
    ...(typeof lat === 'number' && typeof lon === 'number' ? [`at ${lat}, ${lon}`] : [])
  ]
    .filter(Boolean)
    .join(', ')
}

/** One day, or the first and the last. */
export function daysOf({ from, to }: IncidentView['occurred']): string {
  return [...new Set([dayOf(from), dayOf(to)])].join(' to ')
}

/** A day if the time is its start or end, as with most; else the time. */
function dayOf(time: string): string {
  return /T(?:00:00:00\.000|23:59:59\.999)Z$/.test(time) ? time.slice(0, 10) : time
}

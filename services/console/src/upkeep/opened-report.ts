// A report that was read from the suite, as the form shows it to be corrected. What the form has no
// field for is kept. Pure.

import type {
  OpenedReport,
  ReportedPlace,
  ReportedRevision,
  ReportedTexts
} from '../shown/answers.ts'
import { draftFrom } from './field-table.ts'
import { dayIn, type ReportDraft, reportFields } from './report-draft.ts'

/** The form's content; null for a report that is withdrawn. */
export function makeOpenedDraft({ reportId, report }: OpenedReport): ReportDraft | null {
  if (report === null) return null
  const { sourceId, externalId, occurred, place } = report
  const told = report.private ?? noTexts
  const [from, to] = [dayIn(occurred.from), dayIn(occurred.to)]
  const { narrative, links } = told
  return {
    ...draftFrom(
      { ...report, location: statedPlace(place), private: { narrative, links: links[0] } },
      reportFields
    ),
    ...{ source: sourceId, externalId: externalId ?? '', from, to: to === from ? '' : to },
    of: {
      reportId,
      externalId,
      occurred,
      kept: pickKept(report),
      keptPrivate: keptTexts(told)
    }
  }
}

/**
 * Texts and names that this key is not shown are lost by a correction: it states the whole report.
 */
export function hidesTexts({ report }: OpenedReport): boolean {
  return report !== null && report.private === undefined
}

const noTexts: ReportedTexts = { narrative: null, links: [], persons: [] }

function pickKept({
  tactics,
  alsoAt,
  actors,
  targets,
  credibility
}: ReportedRevision): Readonly<Record<string, unknown>> {
  return {
    ...(tactics.length === 0 ? {} : { tactics }),
    ...(alsoAt.length === 0
      ? {}
      : { alsoAt: alsoAt.map(place => stated({ ...statedPlace(place) })) }),
    ...(actors.length === 0 ? {} : { actors: actors.map(actor => stated({ ...actor })) }),
    ...(targets.length === 0 ? {} : { targets }),
    credibility
  }
}

function keptTexts({ links, persons }: ReportedTexts) {
  return { links: links.slice(1), persons: persons.map(person => stated({ ...person })) }
}

/**
 * As the reporter stated it: coordinates and precision that the suite found itself are not part of
 * it.
 */
function statedPlace({
  name,
  country,
  statedAdmin1,
  lat,
  lon,
  radiusKm,
  resolution,
  precision
}: ReportedPlace) {
  const hasPoint = resolution === 'stated'
  return {
    ...{ name, country, admin1: statedAdmin1 },
    ...{ lat: hasPoint ? lat : null, lon: hasPoint ? lon : null },
    radiusKm: hasPoint && precision !== 'assumed' ? radiusKm : null
  }
}

/** Without members that are null or empty: an answer has them, a post leaves them out. */
function stated(members: Readonly<Record<string, unknown>>): object {
  const isSaid = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isSaid(value)))
}

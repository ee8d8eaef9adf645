// Events of the fold with their members in canonical order, written out by hand as for reports
// (report-order.ts): sorting some sixty names per event took as long as all other work on its text.

import type {
  AlertDifference,
  AlertPartnerAnswer,
  AlertResponse,
  AlertState,
  EvidenceItem,
  RecordedAlert
} from '@tocsin/domain/alert/alert'
import type { IncidentEvent, IncidentState } from '@tocsin/domain/incident/incident-event'

/** Every member of T with any value type: the compiler refuses a missing or an unknown one. */
type EachOf<T> = { readonly [K in keyof T]-?: unknown }

/**
 * The data of an event, members in canonical order. Null for what is written by sorting: refusals,
 * groups named by numbers, and states with members that this version does not know. Pure; TypeError
 * for a number that is not finite.
 */
export function eventInOrder({ type, data }: RecordedAlert | IncidentEvent): object | null {
  if ('incidentId' in data) return incidentInOrder(data)
  if (type === 'alert.action-refused' || !('group' in data)) return null
  const ordered = 'evidenceChanges' in data ? differenceInOrder(data) : alertInOrder(data)
  // Left out of most.
  const leftOut = 'partOfFor' in data ? 0 : 1
  if (Object.keys(ordered).length - leftOut !== Object.keys(data).length) return null
  return Object.keys(data.group).some(isNumber) ? null : ordered
}

/** Objects list integer-like members first. */
function isNumber(name: string): boolean {
  const first = name.charCodeAt(0)
  return first >= 48 && first <= 57
}

export function alertInOrder(data: AlertState): EachOf<Omit<AlertState, 'evidenceLost'>> {
  return {
    action: actionInOrder(data.action),
    alertId: data.alertId,
    area: areaInOrder(data.area),
    category: data.category,
    certainty: data.certainty,
    concerns: data.concerns,
    drill: data.drill,
    evidence: data.evidence.map(itemInOrder),
    evidenceOmitted: data.evidenceOmitted,
    explanation: data.explanation,
    fatalities: fatalitiesInOrder(data.fatalities),
    group: groupInOrder(data.group),
    handling: data.handling,
    headline: data.headline,
    levels: data.levels.map(levelInOrder),
    measure: measureInOrder(data.measure),
    notify: data.notify,
    operator: operatorInOrder(data.operator),
    operatorRevision: data.operatorRevision,
    partOf: data.partOf,
    partOfFor: parentsInOrder(data.partOfFor),
    pattern: data.pattern,
    reason: data.reason,
    references: data.references,
    revision: data.revision,
    ruleId: data.ruleId,
    ruleVersion: data.ruleVersion,
    seq: data.seq,
    severity: data.severity,
    status: data.status,
    theatre: data.theatre,
    times: timesInOrder(data.times),
    urgency: data.urgency,
    window: windowInOrder(data.window)
  } satisfies EachOf<Omit<AlertState, 'evidenceLost'>>
}

export function differenceInOrder(data: AlertDifference): EachOf<AlertDifference> {
  const { evidenceChanges, evidenceCheck, evidenceCounts } = data
  const { support, triggers } = evidenceCounts
  return {
    action: actionInOrder(data.action),
    alertId: data.alertId,
    area: areaInOrder(data.area),
    category: data.category,
    certainty: data.certainty,
    concerns: data.concerns,
    drill: data.drill,
    evidenceChanges: evidenceChanges.map(({ added, at, removed }) => ({
      added: added.map(itemInOrder),
      at,
      removed
    })),
    evidenceCheck,
    evidenceCounts: {
      support: {
        internal: support.internal,
        partners: support.partners,
        public: support.public,
        restricted: support.restricted
      },
      triggers
    },
    evidenceOmitted: data.evidenceOmitted,
    explanation: data.explanation,
    fatalities: fatalitiesInOrder(data.fatalities),
    group: groupInOrder(data.group),
    handling: data.handling,
    headline: data.headline,
    levels: data.levels.map(levelInOrder),
    measure: measureInOrder(data.measure),
    notify: data.notify,
    operator: operatorInOrder(data.operator),
    operatorRevision: data.operatorRevision,
    partOf: data.partOf,
    partOfFor: parentsInOrder(data.partOfFor),
    pattern: data.pattern,
    reason: data.reason,
    references: data.references,
    revision: data.revision,
    ruleId: data.ruleId,
    ruleVersion: data.ruleVersion,
    seq: data.seq,
    severity: data.severity,
    status: data.status,
    theatre: data.theatre,
    times: timesInOrder(data.times),
    urgency: data.urgency,
    window: windowInOrder(data.window)
  } satisfies EachOf<AlertDifference>
}

function itemInOrder({ handling, incidentId, revision, role }: EvidenceItem): EachOf<EvidenceItem> {
  return { handling, incidentId, revision, role } satisfies EachOf<EvidenceItem>
}

function actionInOrder(action: AlertState['action']) {
  if (action === null) return null
  const { actionId, by, byId, handling, text } = action
  return { actionId, by, byId, handling, text } satisfies EachOf<typeof action>
}

function parentsInOrder(parents: AlertState['partOfFor']) {
  if (parents === undefined) return undefined
  const { internal, partners, public: open } = parents
  return { internal, partners, public: open } satisfies EachOf<NonNullable<AlertState['partOfFor']>>
}

function areaInOrder({ admin1, circle, country, settlement }: AlertState['area']) {
  return { admin1, circle: circle?.map(withEnd) ?? null, country, settlement } satisfies EachOf<
    AlertState['area']
  >
}

function fatalitiesInOrder({ best, high, low }: AlertState['fatalities']) {
  return { best: withEnd(best), high: withEnd(high), low: withEnd(low) } satisfies EachOf<
    AlertState['fatalities']
  >
}

function groupInOrder(group: AlertState['group']): AlertState['group'] {
  const names = Object.keys(group)
  if (names.every((name, i) => i === 0 || (names[i - 1] as string) < name)) return group
  return Object.fromEntries(names.sort().map(name => [name, group[name] as string]))
}

function levelInOrder({ at, incidentId, level, reason }: AlertState['levels'][number]) {
  return { at, incidentId, level, reason } satisfies EachOf<AlertState['levels'][number]>
}

function measureInOrder({
  baseline,
  falseAlarmsPerYear,
  name,
  threshold,
  value
}: AlertState['measure']) {
  return {
    baseline: withEnd(baseline),
    falseAlarmsPerYear: withEnd(falseAlarmsPerYear),
    name,
    threshold: withEnd(threshold),
    value: withEnd(value)
  } satisfies EachOf<AlertState['measure']>
}

function operatorInOrder(operator: AlertState['operator']) {
  const {
    acknowledgedBy,
    acknowledgedById,
    acknowledgedFirstAt,
    acknowledgedHandling,
    acknowledgedUntil
  } = operator
  const {
    answers,
    assignedHandling,
    assignedTo,
    disposition,
    responses,
    responsesRecorded,
    responseWithdrawn
  } = operator
  return {
    acknowledgedBy,
    acknowledgedById,
    acknowledgedFirstAt,
    acknowledgedHandling,
    acknowledgedUntil,
    answers: answers?.map(answerInOrder),
    assignedHandling,
    assignedTo,
    disposition,
    responseWithdrawn: responseWithdrawn && responseInOrder(responseWithdrawn),
    responses: responses && responsesInOrder(responses),
    responsesRecorded
  } satisfies EachOf<typeof operator>
}

function answerInOrder(answer: AlertPartnerAnswer) {
  const { at, by, note, response, subscriptionId, until, via } = answer
  const done = response && partnersResponseInOrder(response)
  return { at, by, note, response: done, subscriptionId, until, via } satisfies EachOf<
    typeof answer
  >
}

function partnersResponseInOrder(response: NonNullable<AlertPartnerAnswer['response']>) {
  const { at, kind, recordedAt } = response
  return { at, kind, recordedAt } satisfies EachOf<typeof response>
}

function responsesInOrder({
  count,
  first,
  last,
  recent
}: NonNullable<AlertState['operator']['responses']>) {
  return {
    count,
    first: responseInOrder(first),
    last: responseInOrder(last),
    recent: recent?.map(responseInOrder)
  }
}

function responseInOrder(response: AlertResponse) {
  const { at, byId, corrects, handling, id, kind, recordedAt } = response
  return { at, byId, corrects, handling, id, kind, recordedAt } satisfies EachOf<AlertResponse>
}

function timesInOrder({ detectedAt, firstReportedAt, occurredFrom }: AlertState['times']) {
  return { detectedAt, firstReportedAt, occurredFrom } satisfies EachOf<AlertState['times']>
}

function windowInOrder({ from, to }: AlertState['window']) {
  return { from, to } satisfies EachOf<AlertState['window']>
}

export function incidentInOrder(data: IncidentState): EachOf<IncidentState> {
  const { joins, occurred, place } = data
  return {
    aliases: data.aliases,
    category: data.category,
    credibility: data.credibility,
    drill: data.drill,
    fatalities: fatalitiesInOrder(data.fatalities),
    from: data.from,
    handling: data.handling,
    inCrowd: data.inCrowd,
    incidentId: data.incidentId,
    independentSources: data.independentSources,
    joins: joins?.map(({ reports, score, why }) => ({ reports, score: withEnd(score), why })),
    mayBe: data.mayBe,
    occurred: { from: occurred.from, to: occurred.to },
    place: {
      admin1: place.admin1,
      country: place.country,
      lat: withEnd(place.lat),
      lon: withEnd(place.lon),
      name: place.name,
      radiusKm: withEnd(place.radiusKm),
      settlement: place.settlement
    },
    reports: data.reports.map(({ contentHash, reportId, sourceId }) => ({
      contentHash,
      reportId,
      sourceId
    })),
    revision: data.revision,
    seq: data.seq,
    tactics: data.tactics,
    theatre: data.theatre
  } satisfies EachOf<IncidentState>
}

/** Computed numbers must be finite: JSON would write null for any other. */
function withEnd(value: number | null): number | null {
  if (value !== null && !Number.isFinite(value))
    throw new TypeError('not a JSON value: a number that is not finite')
  return value
}

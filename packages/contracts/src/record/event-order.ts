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
export function orderEvent({ type, data }: RecordedAlert | IncidentEvent): object | null {
  if ('incidentId' in data) return orderIncident(data)
  if (type === 'alert.action-refused' || !('group' in data)) return null
  const ordered = 'evidenceChanges' in data ? orderDifference(data) : orderAlert(data)
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

export function orderAlert(data: AlertState): EachOf<Omit<AlertState, 'evidenceLost'>> {
  return {
    action: orderAction(data.action),
    alertId: data.alertId,
    area: orderArea(data.area),
    category: data.category,
    certainty: data.certainty,
    concerns: data.concerns,
    drill: data.drill,
    evidence: data.evidence.map(orderItem),
    evidenceOmitted: data.evidenceOmitted,
    explanation: data.explanation,
    fatalities: orderFatalities(data.fatalities),
    group: groupInOrder(data.group),
    handling: data.handling,
    headline: data.headline,
    levels: data.levels.map(orderLevel),
    measure: measureInOrder(data.measure),
    notify: data.notify,
    operator: orderOperator(data.operator),
    operatorRevision: data.operatorRevision,
    partOf: data.partOf,
    partOfFor: orderParents(data.partOfFor),
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
    times: orderTimes(data.times),
    urgency: data.urgency,
    window: orderWindow(data.window)
  } satisfies EachOf<Omit<AlertState, 'evidenceLost'>>
}

export function orderDifference(data: AlertDifference): EachOf<AlertDifference> {
  const { evidenceChanges, evidenceCheck, evidenceCounts } = data
  const { support, triggers } = evidenceCounts
  return {
    action: orderAction(data.action),
    alertId: data.alertId,
    area: orderArea(data.area),
    category: data.category,
    certainty: data.certainty,
    concerns: data.concerns,
    drill: data.drill,
    evidenceChanges: evidenceChanges.map(({ added, at, removed }) => ({
      added: added.map(orderItem),
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
    fatalities: orderFatalities(data.fatalities),
    group: groupInOrder(data.group),
    handling: data.handling,
    headline: data.headline,
    levels: data.levels.map(orderLevel),
    measure: measureInOrder(data.measure),
    notify: data.notify,
    operator: orderOperator(data.operator),
    operatorRevision: data.operatorRevision,
    partOf: data.partOf,
    partOfFor: orderParents(data.partOfFor),
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
    times: orderTimes(data.times),
    urgency: data.urgency,
    window: orderWindow(data.window)
  } satisfies EachOf<AlertDifference>
}

function orderItem({ handling, incidentId, revision, role }: EvidenceItem): EachOf<EvidenceItem> {
  return { handling, incidentId, revision, role } satisfies EachOf<EvidenceItem>
}

function orderAction(action: AlertState['action']) {
  if (action === null) return null
  const { actionId, by, byId, handling, text } = action
  return { actionId, by, byId, handling, text } satisfies EachOf<typeof action>
}

function orderParents(parents: AlertState['partOfFor']) {
  if (parents === undefined) return undefined
  const { internal, partners, public: open } = parents
  return { internal, partners, public: open } satisfies EachOf<NonNullable<AlertState['partOfFor']>>
}

function orderArea({ admin1, circle, country, settlement }: AlertState['area']) {
  return { admin1, circle: circle?.map(withEnd) ?? null, country, settlement } satisfies EachOf<
    AlertState['area']
  >
}

function orderFatalities({ best, high, low }: AlertState['fatalities']) {
  return { best: withEnd(best), high: withEnd(high), low: withEnd(low) } satisfies EachOf<
    AlertState['fatalities']
  >
}

function groupInOrder(group: AlertState['group']): AlertState['group'] {
  const names = Object.keys(group)
  if (names.every((name, i) => i === 0 || (names[i - 1] as string) < name)) return group
  return Object.fromEntries(names.sort().map(name => [name, group[name] as string]))
}

function orderLevel({ at, incidentId, level, reason }: AlertState['levels'][number]) {
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

function orderOperator(operator: AlertState['operator']) {
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
    responseWithdrawn: responseWithdrawn && orderResponse(responseWithdrawn),
    responses: responses && orderResponses(responses),
    responsesRecorded
  } satisfies EachOf<typeof operator>
}

function answerInOrder(answer: AlertPartnerAnswer) {
  const { at, by, note, response, subscriptionId, until, via } = answer
  const done = response && orderPartnersResponse(response)
  return { at, by, note, response: done, subscriptionId, until, via } satisfies EachOf<
    typeof answer
  >
}

function orderPartnersResponse(response: NonNullable<AlertPartnerAnswer['response']>) {
  const { at, kind, recordedAt } = response
  return { at, kind, recordedAt } satisfies EachOf<typeof response>
}

function orderResponses({
  count,
  first,
  last,
  recent
}: NonNullable<AlertState['operator']['responses']>) {
  return {
    count,
    first: orderResponse(first),
    last: orderResponse(last),
    recent: recent?.map(orderResponse)
  }
}

function orderResponse(response: AlertResponse) {
  const { at, byId, corrects, handling, id, kind, recordedAt } = response
  return { at, byId, corrects, handling, id, kind, recordedAt } satisfies EachOf<AlertResponse>
}

function orderTimes({ detectedAt, firstReportedAt, occurredFrom }: AlertState['times']) {
  return { detectedAt, firstReportedAt, occurredFrom } satisfies EachOf<AlertState['times']>
}

function orderWindow({ from, to }: AlertState['window']) {
  return { from, to } satisfies EachOf<AlertState['window']>
}

export function orderIncident(data: IncidentState): EachOf<IncidentState> {
  const { joins, occurred, place } = data
  return {
    aliases: data.aliases,
    category: data.category,
    credibility: data.credibility,
    drill: data.drill,
    fatalities: orderFatalities(data.fatalities),
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

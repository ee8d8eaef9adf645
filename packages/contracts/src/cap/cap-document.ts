// One event of an alert as a document of the Common Alerting Protocol 1.2, valid against the OASIS
// schema. What a reader may see has been decided before. Pure: equal messages are equal bytes.
// Source: formats.md#cap.

import type { Handling } from '../theatre/handling.ts'
import type { CapMessageType } from './cap-message.ts'
import {
  type CapAlert,
  type CapWords,
  english,
  formatAcknowledgement,
  formatArea,
  formatCancellation,
  formatDescription,
  formatEvent,
  formatHeadline,
  formatInstruction,
  french,
  isOver,
  toCapitalised,
  unchangedNote
} from './cap-words.ts'
import { omitMissing, renderXml, toCapLine, toCapText, toCapTime } from './cap-xml.ts'

export const capNamespace = 'urn:oasis:names:tc:emergency:cap:1.2'
export const capMediaType = 'application/cap+xml'
/** Of a document's headline and of other lines, characters. */
const lineMax = 1_000
/** How long an open alert without an end counts without news, days. */
const expiryDays = 30
/** Where CAP asks for words and there are none. */
const unstated = '-'

export interface CapPublisher {
  /** Unique in the world; without spaces, commas, `<` and `&`. */
  readonly sender: string
  readonly senderName: string
  /** For people who have questions; null is none. */
  readonly contact: string | null
  /** Where people find alerts, without a slash at its end; null: nowhere. */
  readonly web: string | null
}

export interface CapReference {
  readonly identifier: string
  /** Of the document that is referred to. */
  readonly sender: string
  /** ISO 8601. */
  readonly sent: string
}

export interface CapInput {
  /** The event's id as its reader gets it on every transport. */
  readonly identifier: string
  /** ISO 8601. */
  readonly sent: string
  readonly type: CapMessageType
  /** Only the record of the operators changed. */
  readonly isOfRecordAlone: boolean
  readonly alertId: string
  /** Of a real alert. Drills are always exercises. */
  readonly status: 'Actual' | 'Test'
  readonly drill: boolean
  readonly handling: Handling
  readonly references: readonly CapReference[]
  /** Null: the alert has left the reader's view, who gets no more updates. */
  readonly alert: CapAlert | null
}

/** The document. Throws only for a time that is none. */
export function renderCapDocument(input: CapInput, publisher: CapPublisher): string {
  const { identifier, sent, type, alertId, drill, references, alert } = input
  const { sender } = publisher
  const body = omitMissing({
    '@_xmlns': capNamespace,
    identifier,
    sender,
    sent: toCapTime(sent),
    status: drill ? 'Exercise' : input.status,
    msgType: type,
    ...buildScope(input.handling),
    note: alert === null ? null : buildNote(input, alert),
    // Left out if there are none.
    references: references
      .map(each => `${each.sender},${each.identifier},${toCapTime(each.sent)}`)
      .join(' '),
    incidents: alertId,
    info:
      alert === null || type === 'Ack'
        ? null
        : (alert.inLanguages === undefined ? [english] : [english, french]).map(words =>
            buildInfo(words, alert, sent, publisher)
          )
  })
  return renderXml('alert', body)
}

function buildScope(handling: Handling): Readonly<Record<string, string>> {
  if (handling === 'public') return { scope: 'Public' }
  if (handling === 'restricted')
    return { scope: 'Private', addresses: 'tocsin:handling:restricted' }
  return {
    scope: 'Restricted',
    restriction: `Handling "${handling}": only for those cleared for it.`
  }
}

function buildNote({ type, isOfRecordAlone }: CapInput, alert: CapAlert): string | null {
  const drill = alert.drill ? 'This is a drill. ' : ''
  if (type === 'Ack') return toCapLine(drill + formatAcknowledgement(alert), lineMax)
  if (type === 'Cancel') return toCapLine(drill + formatCancellation(alert), lineMax)
  if (type === 'Update' && isOfRecordAlone) return drill + unchangedNote
  return alert.drill ? drill.trim() : null
}

function buildInfo(
  words: CapWords,
  alert: CapAlert,
  sent: string,
  { senderName, contact, web }: CapPublisher
) {
  return omitMissing({
    language: words.language,
    category: 'Security',
    event: toCapLine(formatEvent(alert, words), lineMax) || unstated,
    responseType: chooseResponse(alert),
    urgency: toCapitalised(alert.urgency),
    severity: toCapitalised(alert.severity),
    certainty: toCapitalised(alert.certainty),
    eventCode: buildValue('tocsin:pattern', alert.pattern),
    effective: toCapTime(sent),
    onset: toCapTime(alert.window.from),
    expires: computeExpires(alert, sent),
    senderName: toCapLine(senderName, lineMax),
    headline: toCapLine(formatHeadline(alert, words), lineMax),
    description: toCapText(formatDescription(alert, words)),
    instruction: formatInstruction(alert, words),
    web: web === null ? null : formatAlertUrl(web, alert.alertId),
    contact: contact === null ? null : toCapLine(contact, lineMax),
    parameter: buildParameters(alert),
    area: buildArea(words, alert)
  })
}

/** Where people find an alert in the console. `publicUrl`: without a slash at its end. */
export function formatAlertUrl(publicUrl: string, alertId: string): string {
  return `${publicUrl}/?alert=${encodeURIComponent(alertId)}`
}

/** What readers are asked to do, in the words of CAP. */
function chooseResponse({ status, severity }: CapAlert): 'None' | 'Assess' | 'Monitor' {
  if (isOver(status)) return 'None'
  return severity === 'severe' || severity === 'extreme' ? 'Assess' : 'Monitor'
}

/**
 * An open alert expires when its window ends, if that is still to come, else after some weeks
 * without news. One that is over expires as it is sent.
 */
function computeExpires({ status, window }: CapAlert, sent: string): string {
  if (isOver(status)) return toCapTime(sent)
  const sentMs = Date.parse(sent)
  return window.to !== null && Date.parse(window.to) > sentMs
    ? toCapTime(window.to)
    : toCapTime(new Date(sentMs + expiryDays * 86_400_000).toISOString())
}

function buildValue(valueName: string, value: string) {
  return { valueName, value: toCapLine(value, lineMax) }
}

function buildParameters(alert: CapAlert) {
  const { measure, evidenceCount, levels } = alert
  const values: Readonly<Record<string, string | number | null>> = {
    alert: alert.alertId,
    revision: alert.revision,
    status: alert.status,
    theatre: alert.theatre,
    rule: alert.ruleId,
    'rule-version': alert.ruleVersion,
    notify: alert.notify,
    handling: alert.handling,
    level: levels.at(-1)?.level ?? null,
    measure: measure.name,
    value: measure.value,
    threshold: measure.threshold,
    baseline: measure.baseline,
    'false-alarms-per-year': measure.falseAlarmsPerYear,
    triggers: evidenceCount.triggers,
    support: evidenceCount.support,
    reason: alert.reason
  }
  return Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : buildValue(`tocsin:${name}`, String(value))
  )
}

function buildArea(words: CapWords, alert: CapAlert) {
  const { admin1, country, circle } = alert.area
  return omitMissing({
    areaDesc: toCapLine(formatArea(alert, words), lineMax) || unstated,
    circle:
      circle === null
        ? null
        : `${formatDegrees(circle[0])},${formatDegrees(circle[1])} ${formatKm(circle[2])}`,
    // Areas first: readers that take one code take the narrower one.
    geocode: [
      ...admin1.map(code => buildValue('ISO 3166-2', code)),
      ...country.map(code => buildValue('ISO 3166-1', code))
    ]
  })
}

/** Five decimals, about a metre; never with an exponent. */
function formatDegrees(value: number): string {
  return String(Number(value.toFixed(5)))
}

/** A radius in metres at most, rounded up: the circle still covers the area. */
function formatKm(km: number): string {
  return String(Math.ceil(Number((km * 1000).toFixed(6))) / 1000)
}

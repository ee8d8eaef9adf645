// What became of reports: the incident that each belongs to, and the alerts that rest on it, from the assembly and alerts logs. Only what a
// reporter is told stands here; alerts themselves are the notifier's to tell.

import { alertHeadOf } from '@tocsin/contracts/record/alert-outline'
import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import { decodeAlertEvent } from '@tocsin/contracts/record/records'
import type { AlertEvent, AlertStatus } from '@tocsin/domain/alert/alert'
import type { IncidentEvent } from '@tocsin/domain/incident/incident-event'
import type { Severity } from '@tocsin/domain/record/severity'
import { type Handling, handlings, maySee } from '@tocsin/domain/report/handling'
import type { StoredRecord } from '@tocsin/event-log/port'
import { ScratchRecords } from '@tocsin/service-kit/scratch/scratch-records'

export interface IncidentOutcome {
  readonly incidentId: string
  readonly revision: number
  /** The content of the report that this revision of the incident rests on. */
  readonly contentHash: string
  /** Older names of the incident that answer too. */
  readonly aliases: readonly string[]
  /** Strictest of its reports: who is not cleared for it does not learn that others say the same. */
  readonly handling: Handling
}

export interface AlertOutcome {
  readonly alertId: string
  readonly status: AlertStatus
  readonly severity: Severity
  readonly ruleId: string
  readonly headline: string
  readonly handling: Handling
}

/** An incident as readers of a level know of it: under no revision, for that counts what hidden reports made of it. */
export type SeenIncident = Pick<IncidentOutcome, 'incidentId' | 'aliases'>

/**
 * What is held of a report: its incident, its content, and which incident of it readers of each level know of, from `public` on. Most know of none or of this
 * one: then the rank of the least level that does is enough.
 */
type HeldReport = readonly [incidentId: string, contentHash: string, seen: number | readonly (string | null)[]]

interface KnownAlert extends AlertOutcome {
  /** `<theatre>/<incidentId>` of its evidence, with how closed each item is. */
  readonly evidence: ReadonlyMap<string, Handling>
}

export interface AlertOfIncident extends AlertOutcome {
  /** Of the item of evidence: who is not cleared for it does not learn that the incident counts. */
  readonly evidenceHandling: Handling
}

interface Noted {
  /** Its value is the beginning of what is held. */
  readonly stored: StoredRecord
  readonly held: Buffer
}

/** Alerts that are remembered of one cause: a withdrawal changes few, and ticks change many at once. */
const causedMax = 50

/** Room for a word that is a little longer than the one before. */
const heldRoomBytes = 256

export class ReportOutcomes {
  /** By theatre and report the incident, by theatre and incident what is said of it once for all its reports: there may be millions. */
  readonly #incidents: ScratchRecords
  readonly #alerts = new Map<string, KnownAlert>()
  readonly #alertsOf = new Map<string, Set<string>>()
  /** Last words of alerts that were noted and not read, by alert. */
  readonly #noted = new Map<string, Noted>()
  readonly #lastSeq = { assembly: new Map<string, number>(), alerts: new Map<string, number>() }

  /** `incidents`: where it lies what incident each report belongs to; default in memory. */
  constructor(incidents = new ScratchRecords()) {
    this.#incidents = incidents
  }

  /** Memory that is held for the incidents of reports, bytes. */
  get memoryBytes(): number {
    return this.#incidents.memoryBytes
  }

  /** Takes a record of the assembly log. The first record at a seq wins. */
  applyIncident({ type, data }: IncidentEvent): void {
    if (!this.#isNext('assembly', data.theatre, data.seq)) return
    const { theatre, incidentId, revision, aliases, handling } = data
    const whole = `incident/${theatre}/${incidentId}`
    const isGone = type === 'incident.withdrawn'
    for (const { reportId, contentHash } of data.reports) {
      const key = `${theatre}/${reportId}`
      if (!isGone) this.#incidents.set(key, JSON.stringify(this.#heldReport(key, { incidentId, contentHash, handling })))
      else if (this.incidentOf(theatre, reportId)?.incidentId === incidentId) {
        this.#incidents.delete(key)
        this.#incidents.set(`gone/${key}`, incidentId)
      }
    }
    if (isGone) this.#incidents.delete(whole)
    else this.#incidents.set(whole, JSON.stringify([revision, handling, aliases]))
  }

  /** Takes a record of the alerts log. The first record at a seq wins. */
  applyAlert(event: AlertEvent, cause: string | null = null): void {
    if (!this.#isNext('alerts', event.data.theatre, event.data.seq)) return
    this.#caused(cause, event.data.alertId)
    this.#noted.delete(event.data.alertId)
    this.#put(event)
  }

  /**
   * Takes a record of the alerts log without reading it: of years of an alert's words the last alone is read, by `readNoted`. False for a record that
   * must be read to be told of. The first record at a seq wins.
   */
  note(stored: StoredRecord): boolean {
    const head = stored.value === null ? null : alertHeadOf(stored.value)
    if (head === null || stored.value === null) return false
    if (!this.#isNext('alerts', head.theatre, head.seq)) return true
    this.#caused(head.cause, head.alertId)
    const { length } = stored.value
    // A copy: the bytes are a part of a whole page, which would be kept with them. An alert has words by the dozen: the next one goes where this one was.
    const before = this.#noted.get(head.alertId)?.held
    const held = before !== undefined && before.length >= length ? before : Buffer.allocUnsafeSlow(length + heldRoomBytes)
    held.set(stored.value)
    this.#noted.set(head.alertId, { stored: { ...stored, value: held.subarray(0, length) }, held })
    return true
  }

  /** Reads what was noted, one by one: gives what can't be read, else null. What is taken meanwhile is later than anything noted. */
  *readNoted(): Generator<{ readonly stored: StoredRecord; readonly reason: UndecodableReason } | null> {
    for (const [alertId, { stored }] of this.#noted) {
      this.#noted.delete(alertId)
      const decoded = decodeAlertEvent(stored.value as Uint8Array)
      if (decoded.kind === 'decoded') this.#put(decoded.record)
      yield decoded.kind === 'undecodable' ? { stored, reason: decoded.reason } : null
    }
  }

  #put(event: AlertEvent): void {
    if (event.type === 'alert.action-refused') return
    const { alertId, theatre, status, severity, ruleId, headline, handling, evidence } = event.data
    const before = this.#alerts.get(alertId)?.evidence
    for (const incident of before?.keys() ?? []) this.#alertsOf.get(incident)?.delete(alertId)
    const items = new Map(evidence.map(item => [`${theatre}/${item.incidentId}`, item.handling]))
    this.#alerts.set(alertId, { alertId, status, severity, ruleId, headline, handling, evidence: items })
    for (const incident of items.keys()) this.#link(incident, alertId)
  }

  /** The incident that a report belongs to in a theatre; null while none is assembled, or when it was withdrawn. */
  incidentOf(theatre: string, reportId: string): IncidentOutcome | null {
    const text = this.#incidents.get(`${theatre}/${reportId}`)
    if (text === undefined) return null
    const [incidentId, contentHash] = JSON.parse(text) as HeldReport
    const whole = this.#incidents.get(`incident/${theatre}/${incidentId}`)
    if (whole === undefined) return null
    const [revision, handling, aliases] = JSON.parse(whole) as [number, Handling, readonly string[]]
    return { incidentId, revision, contentHash, aliases, handling }
  }

  /**
   * The incident of a report as readers of a level know of it. While it holds a report that they may not see, that is the one in which they saw this report
   * last; null where they never did, or where this report was corrected since: nobody knows where it would be without the hidden one.
   */
  incidentSeen(theatre: string, reportId: string, level: Handling): SeenIncident | null {
    const incident = this.incidentOf(theatre, reportId)
    if (incident === null || maySee(level, incident.handling)) return incident
    const incidentId = seenAt(this.#incidents.get(`${theatre}/${reportId}`), handlings.indexOf(level))
    return incidentId === null ? null : { incidentId, aliases: [] }
  }

  #heldReport(key: string, { incidentId, contentHash, handling }: Omit<IncidentOutcome, 'revision' | 'aliases'>): HeldReport {
    const rank = handlings.indexOf(handling)
    const before = this.#incidents.get(key)
    const isAsItWas = before !== undefined && (JSON.parse(before) as HeldReport)[1] === contentHash
    const seen = handlings.map((_, i) => (i >= rank ? incidentId : isAsItWas ? seenAt(before, i) : null))
    return [incidentId, contentHash, seen.slice(0, rank).every(id => id === null) ? rank : seen]
  }

  /** Alerts that rest on an incident, in order of id. */
  alertsOf(theatre: string, { incidentId, aliases }: SeenIncident): AlertOfIncident[] {
    const found = new Map<string, AlertOfIncident>()
    for (const name of [incidentId, ...aliases]) {
      const key = `${theatre}/${name}`
      for (const alertId of this.#alertsOf.get(key) ?? []) {
        const { evidence, ...alert } = this.#alerts.get(alertId) as KnownAlert
        found.set(alertId, { ...alert, evidenceHandling: evidence.get(key) as Handling })
      }
    }
    return [...found.values()].sort((a, b) => (a.alertId < b.alertId ? -1 : 1))
  }

  /**
   * Alerts that a withdrawal changed, and those that still name the incident that went with it: what the report had supported. In order of id. An alert that
   * had it as support and let it go by a later word of something else is not among them: of the years before a start the last word of each alone is read.
   */
  alertsBefore(theatre: string, reportId: string, withdrawalId: string): AlertOutcome[] {
    const incident = this.#incidents.get(`gone/${theatre}/${reportId}`)
    const named = incident === undefined ? [] : (this.#alertsOf.get(`${theatre}/${incident}`) ?? [])
    const ids = new Set([...this.#causedBy(withdrawalId), ...named])
    const known = [...ids].sort().flatMap(id => this.#alerts.get(id) ?? [])
    return known.map(({ evidence: _, ...alert }) => alert)
  }

  #caused(cause: string | null, alertId: string): void {
    if (cause === null) return
    const before = this.#causedBy(cause)
    if (before.length < causedMax && !before.includes(alertId)) this.#incidents.set(`cause/${cause}`, [...before, alertId].join())
  }

  #causedBy(cause: string): readonly string[] {
    return this.#incidents.get(`cause/${cause}`)?.split(',') ?? []
  }

  close(): void {
    this.#incidents.close()
  }

  #isNext(log: 'assembly' | 'alerts', theatre: string, seq: number): boolean {
    const last = this.#lastSeq[log]
    if (seq <= (last.get(theatre) ?? -1)) return false
    last.set(theatre, seq)
    return true
  }

  #link(incident: string, alertId: string): void {
    const alerts = this.#alertsOf.get(incident)
    if (alerts) alerts.add(alertId)
    else this.#alertsOf.set(incident, new Set([alertId]))
  }
}

/** The incident that readers of the level of this rank know of, by what is held of a report. */
function seenAt(text: string | undefined, rank: number): string | null {
  if (text === undefined) return null
  const [incidentId, , seen] = JSON.parse(text) as HeldReport
  if (typeof seen === 'number') return rank >= seen ? incidentId : null
  return seen[rank] ?? null
}

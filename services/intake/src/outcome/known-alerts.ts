// The alerts that rest on incidents, as shown to reporters, with their evidence. Closed ones are
// stored up to a limit: the evidence of years of alerts would fill the memory.

import type { AlertStatus, RecordedAlert } from '@tocsin/contracts/alert/alert'
import {
  isDifference,
  type KnownEvidence,
  restoreWhole
} from '@tocsin/contracts/record/alert-recording'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'

export interface AlertOutcome {
  readonly alertId: string
  readonly status: AlertStatus
  readonly severity: Severity
  readonly ruleId: string
  readonly headline: string
  readonly handling: Handling
}

export interface AlertOfIncident extends AlertOutcome {
  /** Of the item of evidence: readers below it must not learn that the incident counts. */
  readonly evidenceHandling: Handling
}

interface KnownAlert extends AlertOutcome {
  readonly theatre: string
  /**
   * Null if events of the alert are missing in the log: no incident is known to count until one
   * states its evidence whole.
   */
  readonly evidence: KnownEvidence | null
}

/**
 * Closed alerts stored per theatre and handling; beyond that the one closed first is forgotten.
 * Counted per handling, so that hidden alerts push out none that are visible.
 */
export const closedAlertsMax = 20_000

export class KnownAlerts implements SnapshotPart {
  readonly #closedMax: number
  readonly #byId = new Map<string, KnownAlert>()
  /** Ids of alerts by theatre and incident. */
  readonly #ofIncident = new Map<string, Set<string>>()
  /** Closed alerts by theatre and handling, in the order of closing. */
  readonly #closed = new Map<string, Set<string>>()
  #forgotten = 0

  constructor(closedMax = closedAlertsMax) {
    this.#closedMax = closedMax
  }

  get count(): number {
    return this.#byId.size
  }

  /** Number of closed alerts forgotten since the start. */
  get forgottenCount(): number {
    return this.#forgotten
  }

  /** Number of incidents that an alert is known to rest on. */
  get incidentCount(): number {
    return this.#ofIncident.size
  }

  get(alertId: string): AlertOutcome | undefined {
    const known = this.#byId.get(alertId)
    return known && shown(known)
  }

  /** Ids of the alerts that rest on an incident. */
  listIds(theatre: string, incidentId: string): Iterable<string> {
    return this.#ofIncident.get(`${theatre}/${incidentId}`) ?? []
  }

  /** An alert as one that rests on an incident; undefined if it doesn't. */
  restingOn(alertId: string, incidentId: string): AlertOfIncident | undefined {
    const known = this.#byId.get(alertId)
    const item = known?.evidence?.items.findLast(each => each.incidentId === incidentId)
    return known === undefined || item === undefined
      ? undefined
      : { ...shown(known), evidenceHandling: item.handling }
  }

  /**
   * Takes the next event of an alert. One of a forgotten alert states its evidence whole, since the
   * alert was over.
   */
  put(recorded: RecordedAlert): void {
    if (recorded.type === 'alert.action-refused') return
    const { data } = recorded
    const { alertId, theatre, status, severity, ruleId, headline, handling } = data
    const before = this.#byId.get(alertId)
    const { known } = restoreWhole(recorded, before?.evidence ?? null)
    const alert = {
      alertId,
      theatre,
      status,
      severity,
      ruleId,
      headline,
      handling,
      evidence: known
    }
    this.#byId.set(alertId, alert)
    if (known !== null && isDifference(data)) {
      const named = new Set(known.items.map(({ incidentId }) => incidentId))
      for (const { removed } of data.evidenceChanges)
        for (const id of removed) if (!named.has(id)) this.#unlink(alert, id)
      for (const { added } of data.evidenceChanges)
        for (const { incidentId } of added) this.#link(alert, incidentId)
    } else {
      if (before !== undefined) this.#unlinkAll(before)
      for (const { incidentId } of known?.items ?? []) this.#link(alert, incidentId)
    }
    if (before !== undefined) this.#closed.get(makeKey(before))?.delete(alertId)
    if (isOver(alert)) this.#close(alert)
  }

  capture(): Captured {
    const closed = [...this.#closed].map(([key, ids]) => ['closed', key, [...ids]] as const)
    return { rows: alertRows([...this.#byId.values()], closed) }
  }

  restore(row: unknown): void {
    const read = row as AlertRow
    if (read[0] === 'closed') {
      this.#closed.set(read[1], new Set(read[2]))
      return
    }
    this.#byId.set(read[1].alertId, read[1])
    for (const { incidentId } of read[1].evidence?.items ?? []) this.#link(read[1], incidentId)
  }

  #close(alert: KnownAlert): void {
    const closed = this.#closed.get(makeKey(alert)) ?? new Set()
    this.#closed.set(makeKey(alert), closed.add(alert.alertId))
    if (closed.size <= this.#closedMax) return
    const [first] = closed as unknown as [string]
    closed.delete(first)
    this.#unlinkAll(this.#byId.get(first) as KnownAlert)
    this.#byId.delete(first)
    this.#forgotten += 1
  }

  #link({ theatre, alertId }: KnownAlert, incidentId: string): void {
    const key = `${theatre}/${incidentId}`
    const alerts = this.#ofIncident.get(key)
    if (alerts) alerts.add(alertId)
    else this.#ofIncident.set(key, new Set([alertId]))
  }

  #unlinkAll(alert: KnownAlert): void {
    for (const { incidentId } of alert.evidence?.items ?? []) this.#unlink(alert, incidentId)
  }

  #unlink({ theatre, alertId }: KnownAlert, incidentId: string): void {
    const key = `${theatre}/${incidentId}`
    const alerts = this.#ofIncident.get(key)
    alerts?.delete(alertId)
    if (alerts?.size === 0) this.#ofIncident.delete(key)
  }
}

/** Rows of a snapshot, by content. */
type AlertRow =
  | readonly ['alert', KnownAlert]
  | readonly ['closed', key: string, alertIds: readonly string[]]

function* alertRows(
  alerts: readonly KnownAlert[],
  closed: readonly AlertRow[]
): Generator<AlertRow> {
  for (const alert of alerts) yield ['alert', alert]
  yield* closed
}

function shown({ evidence: _, theatre: _theatre, ...alert }: KnownAlert): AlertOutcome {
  return alert
}

function isOver({ status }: KnownAlert): boolean {
  return status === 'resolved' || status === 'retracted'
}

function makeKey({ theatre, handling }: KnownAlert): string {
  return `${theatre}|${handling}`
}

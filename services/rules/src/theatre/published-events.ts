// What is published of theatres: the facts to compare a fold with, so that no event is published
// twice or changed. Events by another engine are facts as a whole: the theatre continues from them.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { type IncidentEvent, listReaders } from '@tocsin/contracts/incident/incident-event'
import { hashSha256Base64url } from '@tocsin/contracts/json/digest'
import {
  type AlertSum,
  addAlertChange,
  changesAlert,
  firstHash,
  parseAlertRecord,
  readAlertId
} from '@tocsin/contracts/record/alert-event-v3'
import { readKnown, restoreWhole } from '@tocsin/contracts/record/alert-recording'
import {
  decodeAlertRecord,
  decodeIncidentEvent,
  engineVersion
} from '@tocsin/contracts/record/records'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import type { PublishedIncident } from '@tocsin/engine/assembly/incident-events'
import type { PublishedAlert } from '@tocsin/engine/theatre/rule-change'
import type { PublishedFold, PublishedTheatre } from '@tocsin/engine/theatre/theatre-engine'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { PublishedPositions } from './owner.ts'
import { beginnings, type PartitionPositions, readOn } from './topic-reading.ts'

interface PublishedRecord {
  readonly hash: string
  readonly position: bigint
}

/** Positions after the last events of another engine. */
export interface Adopted {
  readonly alerts: bigint
  readonly assembly: bigint
}

/** A state that the facts continue. */
export interface KnownState {
  readonly seqs: ReadonlyMap<Handling, number>
  readonly adopted: Adopted
}

/** What another engine published last, and the records that it had folded by then. */
export interface OtherEngine {
  readonly published: PublishedTheatre
  readonly causes: ReadonlySet<string>
  readonly adopted: Adopted
}

/** The published facts of a theatre. */
export class TheatreFacts {
  /** By record id, the events that this fold will make again, in order of the log. */
  readonly alerts = new Map<string, PublishedRecord>()
  lastIncidentSeq = 0
  lastIncidentAt: bigint | null = null
  firstIncidentAt: bigint | null = null
  /** Null if the state knows all events by another engine. */
  other: OtherEngine | null = null

  /** Where the facts begin. */
  get beginning(): PublishedPositions {
    const [first] = this.alerts.values()
    return { alerts: first?.position ?? null, assembly: this.firstIncidentAt }
  }

  /** Adds an event of this engine; false if there is one with its id, which counts. */
  addAlert({ id, value, position }: StoredRecord): boolean {
    if (this.alerts.has(id)) return false
    const hash = hashSha256Base64url(Buffer.from(value!).toString())
    this.alerts.set(id, { hash, position })
    return true
  }
}

/** True for an alert event of this engine; its bytes are not decoded. */
export function isOwnAlert({ id, key, value }: StoredRecord): boolean {
  if (value === null || !id.startsWith(`${key}:`)) return false
  const buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return buffer.includes(`,"engine":"${engineVersion}","id":"`)
}

export interface PublishedEvents {
  readonly facts: ReadonlyMap<string, TheatreFacts>
  /** Positions up to which the two logs were read. */
  readonly alertsEnd: Map<number, bigint>
  readonly assemblyEnd: Map<number, bigint>
}

/** The facts of every theatre after the given positions, which continue the known states. */
export async function readPublishedEvents(
  log: EventLog,
  alertsFrom: PartitionPositions,
  assemblyFrom: PartitionPositions,
  findState: (theatre: string) => KnownState | undefined
): Promise<PublishedEvents> {
  const facts = new Map<string, TheatreFacts>()
  const find = (theatre: string) => {
    const known = facts.get(theatre) ?? new TheatreFacts()
    facts.set(theatre, known)
    return known
  }
  /** Theatres with events of another engine, and the positions after the last such event. */
  const others = new Map<string, Adopted>()
  const noteOther = (theatre: string, end: Partial<Adopted>) => {
    const before = others.get(theatre) ?? { alerts: 0n, assembly: 0n }
    others.set(theatre, { ...before, ...end })
  }
  const alertsEnd = await readOn(log, topics.alerts, alertsFrom, stored => {
    const { id, key, position } = stored
    const state = findState(key)
    const known = find(key)
    if (isOwnAlert(stored)) {
      const { fold, seq } = readAlertId(id, key)
      if (seq > (state?.seqs.get(fold) ?? 0)) known.addAlert(stored)
    } else if (position >= (state?.adopted.alerts ?? 0n)) {
      known.alerts.clear()
      noteOther(key, { alerts: position + 1n })
    }
  })
  const assemblyEnd = await readOn(
    log,
    topics.assembly,
    assemblyFrom,
    ({ key, value, position }) => {
      const decoded = decodeIncidentEvent(value!)
      if (decoded.kind !== 'decoded') return
      const known = find(key)
      known.firstIncidentAt ??= position
      if (decoded.envelope.engine !== engineVersion) {
        if (position >= (findState(key)?.adopted.assembly ?? 0n))
          noteOther(key, { assembly: position + 1n })
      } else if (decoded.record.data.seq > known.lastIncidentSeq) {
        known.lastIncidentSeq = decoded.record.data.seq
        known.lastIncidentAt = position
      }
    }
  )
  if (others.size > 0)
    for (const [theatre, other] of await readOthers(log, others)) find(theatre).other = other
  return { facts, alertsEnd, assemblyEnd }
}

/** Reads the logs from their beginnings, for theatres with events of another engine. */
async function readOthers(
  log: EventLog,
  others: ReadonlyMap<string, Adopted>
): Promise<Map<string, OtherEngine>> {
  const sums = new Map(Array.from(others.keys(), theatre => [theatre, new TheatreSums()]))
  await readOn(log, topics.alerts, await beginnings(log, topics.alerts), stored => {
    if (stored.position < (others.get(stored.key)?.alerts ?? 0n))
      sums.get(stored.key)?.addAlertEvent(stored)
  })
  await readOn(log, topics.assembly, await beginnings(log, topics.assembly), stored => {
    if (stored.position < (others.get(stored.key)?.assembly ?? 0n))
      sums.get(stored.key)?.addIncidentEvent(stored)
  })
  return new Map(
    Array.from(sums, ([theatre, sum]) => [
      theatre,
      { published: sum.describe(), causes: sum.listCauses(), adopted: others.get(theatre)! }
    ])
  )
}

interface Told<State> {
  readonly state: State
  readonly isTold: boolean
}

interface FoldSums {
  seq: number
  previous: string
  readonly alerts: Map<string, Told<AlertSum>>
}

/** The sum of the events of a theatre. */
class TheatreSums {
  readonly #folds = new Map<Handling, FoldSums>()
  /** Alerts of version 2. */
  readonly #statements = new Map<string, Told<AlertState>>()
  readonly #incidents = new Map(handlings.map(level => [level, new LevelIncidents()]))
  #incidentSeq = 0
  readonly #causes: { alert: string | null; incident: string | null } = {
    alert: null,
    incident: null
  }

  addAlertEvent({ id, key, value }: StoredRecord): void {
    if (id.startsWith(`${key}:`)) this.#addChange(id, key, Buffer.from(value!).toString())
    else this.#addStatement(value!)
  }

  #addChange(id: string, theatre: string, text: string): void {
    const { fold, seq } = readAlertId(id, theatre)
    const sums = this.#ensureFold(fold)
    if (seq <= sums.seq) return
    const { envelope, event } = parseAlertRecord(text)
    sums.seq = seq
    sums.previous = hashSha256Base64url(text)
    this.#causes.alert = envelope.cause
    if (!changesAlert(event)) return
    const { alertId, notify } = event.data
    const before = sums.alerts.get(alertId)
    const state = addAlertChange(before?.state ?? null, envelope, event.data)
    sums.alerts.set(alertId, { state, isTold: before?.isTold === true || notify !== 'quiet' })
  }

  /** A fold begins as a copy of the next lower one. */
  #ensureFold(fold: Handling): FoldSums {
    const known = this.#folds.get(fold)
    if (known !== undefined) return known
    const lower = handlings
      .slice(0, handlings.indexOf(fold))
      .map(one => this.#folds.get(one))
      .findLast(sums => sums !== undefined)
    const { seq = 0, previous = firstHash, alerts = [] } = lower ?? {}
    const sums = { seq, previous, alerts: new Map(alerts) }
    this.#folds.set(fold, sums)
    return sums
  }

  #addStatement(value: Uint8Array): void {
    const decoded = decodeAlertRecord(value)
    if (decoded.kind !== 'decoded') return
    const { record, envelope } = decoded
    this.#causes.alert = envelope.cause
    if (record.type === 'alert.action-refused') return
    const { alertId, notify } = record.data
    const before = this.#statements.get(alertId)
    const { event } = restoreWhole(record, before === undefined ? null : readKnown(before.state))
    // If the log has lost the evidence there is none to continue from.
    const { evidenceLost: _, ...state } = event.data
    this.#statements.set(alertId, { state, isTold: before?.isTold === true || notify !== 'quiet' })
  }

  addIncidentEvent({ value }: StoredRecord): void {
    const decoded = decodeIncidentEvent(value!)
    if (decoded.kind !== 'decoded') return
    const { record } = decoded
    this.#incidentSeq = Math.max(this.#incidentSeq, record.data.seq)
    this.#causes.incident = decoded.envelope.cause
    const readers = listReaders(record.data)
    for (const [level, incidents] of this.#incidents)
      if (readers.includes(level)) incidents.add(record)
      else if (record.data.readers === undefined) incidents.passOver(record)
  }

  listCauses(): Set<string> {
    const { alert, incident } = this.#causes
    return new Set([alert, incident].filter(cause => cause !== null))
  }

  describe(): PublishedTheatre {
    const statements = [...this.#statements.values()].map(describeStatement)
    const folds = [...this.#folds].map(([fold, { seq, previous, alerts }]) => {
      const isVisible = ({ state }: PublishedAlert) =>
        handlings.indexOf(state.handling) <= handlings.indexOf(fold) && !alerts.has(state.alertId)
      const sums = [...alerts.values()].map(describeSum)
      const described: PublishedFold = {
        seq,
        previous,
        alerts: [...statements.filter(isVisible), ...sums]
      }
      return [fold, described] as const
    })
    return {
      folds: new Map(folds),
      unlevelled: statements,
      incidents: new Map(Array.from(this.#incidents, ([level, all]) => [level, all.describe()])),
      incidentSeq: this.#incidentSeq
    }
  }
}

/** The incidents that readers of a level have. */
class LevelIncidents {
  readonly #incidents = new Map<string, PublishedIncident & { readonly seq: number }>()
  /** By report, the last event of an earlier version in which it was with a hidden one, or hidden. */
  readonly #hidden = new Map<string, number>()

  add({ type, data: { incidentId, revision, aliases, reports, seq } }: IncidentEvent): void {
    for (const id of aliases) this.#incidents.delete(id)
    if (type === 'incident.withdrawn') this.#incidents.delete(incidentId)
    else {
      const reportIds = reports.map(({ reportId }) => reportId)
      this.#incidents.set(incidentId, { incidentId, revision, reportIds, seq })
    }
  }

  passOver({ data: { reports, seq } }: IncidentEvent): void {
    for (const { reportId } of reports) this.#hidden.set(reportId, seq)
  }

  /** What became of the reports that were with hidden ones is not known. */
  describe(): PublishedIncident[] {
    return Array.from(this.#incidents.values(), ({ incidentId, revision, reportIds, seq }) => {
      const isKnown = reportIds.every(id => (this.#hidden.get(id) ?? 0) < seq)
      return { incidentId, revision, reportIds: isKnown ? reportIds : [] }
    })
  }
}

function describeSum({ state, isTold }: Told<AlertSum>): PublishedAlert {
  return { state, triggers: state.triggers, isTold }
}

/** A statement of version 2 as the sum of events. */
function describeStatement({ state, isTold }: Told<AlertState>): PublishedAlert {
  const { window, measure, levels, evidence, times, references } = state
  const triggers = evidence
    .filter(({ role }) => role === 'trigger')
    .map(({ incidentId }) => incidentId)
  return {
    state: {
      ...state,
      from: window.from,
      to: window.to,
      levels: levels.map(({ at }) => at),
      value: measure.value,
      threshold: measure.threshold,
      baseline: measure.baseline,
      references,
      detectedAt: times.detectedAt,
      reason: null,
      action: null
    },
    triggers,
    isTold
  }
}

// What theatres have already published: the facts that a replay is compared with, so that nothing
// is published twice or changed.

import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import {
  decodeAlertRecord,
  decodeIncidentEvent,
  engineVersion
} from '@tocsin/contracts/record/records'
import type { AlertState, RecordedAlert } from '@tocsin/domain/alert/alert'
import type { PublishedAlert } from '@tocsin/domain/alert/alert-succession'
import { membersOf, type PublishedIncident } from '@tocsin/domain/assembly/incident-register'
import { knownOf, wholeOf } from '@tocsin/domain/evidence/alert-recording'
import type { IncidentEvent } from '@tocsin/domain/incident/incident-event'
import type { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import type { Cursor, EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { PublishedPositions } from './owner.ts'

export interface PublishedFacts {
  /** Last alert seq in the log. */
  lastSeq: number
  /**
   * The record at each seq that a replay will make again, in order of the log. The first record at
   * a seq wins.
   */
  readonly alerts: Map<number, PublishedRecord>
  lastIncidentSeq: number
  /** Position of the incident event of that seq; null if there is none. */
  lastIncidentAt: bigint | null
  /** Position of the first incident event that was read; null if there is none. */
  firstIncidentAt: bigint | null
  /** The last state that another engine published: this engine need not repeat it. */
  others: OthersFacts
}

export interface PublishedRecord {
  readonly hash: string
  readonly position: bigint
}

export interface OthersFacts {
  readonly seq: number
  /** The hash of its last alert event. */
  readonly hash: string
  readonly incidentSeq: number
  /**
   * The causes of its last alert event and last incident event: up to these records it has folded
   * the theatre.
   */
  readonly causes: { readonly alerts: string | null; readonly incidents: string | null }
  /** The last statement of each alert then, by whichever engine. */
  readonly alerts: Map<string, PublishedAlert>
  /** The same for each incident that stood. */
  readonly incidents: Map<string, PublishedIncident>
}

/** A position for each of some partitions. */
export type PartitionPositions = ReadonlyMap<number, bigint>

export interface Published {
  readonly facts: ReadonlyMap<string, PublishedFacts>
  /** Positions up to which the two logs were read: everything before them is in the facts. */
  readonly alertsEnd: Map<number, bigint>
  readonly assemblyEnd: Map<number, bigint>
}

export const noFacts = (): PublishedFacts => ({
  lastSeq: 0,
  alerts: new Map(),
  lastIncidentSeq: 0,
  lastIncidentAt: null,
  firstIncidentAt: null,
  others: {
    seq: 0,
    hash: '',
    incidentSeq: 0,
    causes: { alerts: null, incidents: null },
    alerts: new Map(),
    incidents: new Map()
  }
})

/** A theatre as its snapshot holds it. */
export type HeldFold = Pick<TheatreFold, 'alertSeq' | 'alerts'>

/** Where the facts begin. */
export function beginningOf({ alerts, firstIncidentAt }: PublishedFacts): PublishedPositions {
  const [first] = alerts.values()
  return { alerts: first?.position ?? null, assembly: firstIncidentAt }
}

/**
 * The facts of every theatre after the given positions. `heldOf`: published events up to the seq of
 * a snapshot are not compared, and those after it continue from its alerts.
 */
export async function readPublished(
  log: EventLog,
  alertsFrom: PartitionPositions,
  assemblyFrom: PartitionPositions,
  heldOf: (theatre: string) => HeldFold | undefined
): Promise<Published> {
  const facts = new Map<string, PublishedFacts>()
  /**
   * By theatre, what this engine has published after another: needed only if a third stretch by
   * another engine follows.
   */
  const own = new Map<string, Map<string, PublishedAlert>>()
  const ownIncidents = new Map<string, (readonly [string, PublishedIncident | null])[]>()
  const of = (theatre: string) => {
    const known = facts.get(theatre) ?? noFacts()
    facts.set(theatre, known)
    return known
  }
  const alertsEnd = await readOn(log, topics.alerts, alertsFrom, stored => {
    const { position } = stored
    const value = stored.value as Uint8Array
    const decoded = decodeAlertRecord(value)
    if (decoded.kind !== 'decoded') return
    const { theatre, seq } = decoded.record.data
    const known = of(theatre)
    const held = heldOf(theatre)
    const sinceSeq = held?.alertSeq ?? 0
    const isRepeated = seq <= known.lastSeq
    if (seq > sinceSeq && !known.alerts.has(seq))
      known.alerts.set(seq, { hash: hashSha256Hex(value), position })
    known.lastSeq = Math.max(known.lastSeq, seq)
    if (isRepeated || seq <= sinceSeq) return
    const since = own.get(theatre) ?? new Map<string, PublishedAlert>()
    own.set(theatre, since)
    const { others } = known
    note(since, id => others.alerts.get(id) ?? heldAlert(held, id), decoded.record)
    if (decoded.envelope.engine === engineVersion) return
    for (const [id, alert] of since) others.alerts.set(id, alert)
    since.clear()
    known.others = {
      ...others,
      seq,
      hash: hashSha256Hex(value),
      causes: { ...others.causes, alerts: decoded.envelope.cause }
    }
  })
  const assemblyEnd = await readOn(log, topics.assembly, assemblyFrom, ({ value, position }) => {
    const decoded = decodeIncidentEvent(value as Uint8Array)
    if (decoded.kind !== 'decoded') return
    const { seq, theatre } = decoded.record.data
    const known = of(theatre)
    known.firstIncidentAt ??= position
    if (seq > known.lastIncidentSeq) {
      known.lastIncidentSeq = seq
      known.lastIncidentAt = position
    }
    const { others } = known
    if (seq <= others.incidentSeq) return
    const since = ownIncidents.get(theatre) ?? []
    ownIncidents.set(theatre, since)
    since.push(...noted(decoded.record))
    if (decoded.envelope.engine === engineVersion) return
    for (const [id, incident] of since.splice(0)) {
      if (incident === null) others.incidents.delete(id)
      else others.incidents.set(id, incident)
    }
    known.others = {
      ...others,
      incidentSeq: seq,
      causes: { ...others.causes, incidents: decoded.envelope.cause }
    }
  })
  return { facts, alertsEnd, assemblyEnd }
}

function heldAlert(held: HeldFold | undefined, alertId: string): PublishedAlert | undefined {
  return held?.alerts.find(alertId)
}

/** The last state of each alert counts. Records of one theatre come in order. */
function note(
  since: Map<string, PublishedAlert>,
  before: (alertId: string) => PublishedAlert | undefined,
  recorded: RecordedAlert
): void {
  if (recorded.type === 'alert.action-refused') return
  const { alertId, notify } = recorded.data
  const known = since.get(alertId) ?? before(alertId)
  const { event } = wholeOf(recorded, known === undefined ? null : knownOf(known.state))
  since.set(alertId, {
    state: recordable(event.data),
    told: known?.told === true || notify !== 'quiet'
  })
}

/**
 * If the log has lost the evidence there is none to continue from: the alert's next event states it
 * whole.
 */
function recordable({ evidenceLost: _, ...state }: AlertState): AlertState {
  return state
}

/** The state of the event's incident, and of incidents merged into it. */
function noted({ type, data }: IncidentEvent): (readonly [string, PublishedIncident | null])[] {
  const { incidentId, aliases, revision } = data
  const parts = aliases.map(id => [id, null] as const)
  return [
    ...parts,
    [incidentId, type === 'incident.withdrawn' ? null : { revision, members: membersOf(data) }]
  ]
}

/** The beginning of every partition of a topic. */
export async function beginnings(log: EventLog, topic: Topic): Promise<Map<number, bigint>> {
  return new Map((await log.state(topic)).map(({ partition, start }) => [partition, start]))
}

/** Every value of a topic from a cursor to its end, in order within each partition. */
export async function scan(
  log: EventLog,
  from: Cursor,
  take: (value: Uint8Array) => void
): Promise<void> {
  await readOn(log, from.topic, new Map(from.positions.entries()), ({ value }) =>
    take(value as Uint8Array)
  )
}

/**
 * Passes on every value from the given positions to the ends of their partitions. Returns the ends.
 */
export async function readOn(
  log: EventLog,
  topic: Topic,
  from: PartitionPositions,
  take: (stored: StoredRecord) => void
): Promise<Map<number, bigint>> {
  const ends = new Map<number, bigint>()
  for (const [partition, start] of from) {
    const end = await readUpTo(log, { topic, partition, from: start, to: null }, stored => {
      if (stored.value !== null) take(stored)
    })
    ends.set(partition, end)
  }
  return ends
}

// All alerts, folded from the alerts log: the state of each, and for each of its events where it stands in the log and what audiences are
// judged by. Bodies of past events stay in the log. Not here: reading the log (alert-journal.ts), who may see what (reader-view.ts).

import { isDeepStrictEqual } from 'node:util'
import { sha256Hex } from '@tocsin/contracts/digest'
import type { Envelope } from '@tocsin/contracts/envelope'
import type { ActionRefused, AlertEvent, AlertState } from '@tocsin/domain/alert'
import type { FilterFacts } from '@tocsin/domain/alert-filter'
import type { Handling } from '@tocsin/domain/handling'
import { type Moment, momentOf } from './audience.ts'

export interface AlertIndexLimits {
  /** Events that are remembered of one alert; of a longer story the first and the newest. */
  readonly momentsPerAlertMax: number
  /** Alerts that are remembered after they closed; beyond that the one closed first is forgotten. Open alerts are never forgotten. */
  readonly closedAlertsMax: number
  /** Outcomes of operators' actions; the oldest is forgotten. */
  readonly outcomesMax: number
}

export const alertIndexDefaults: AlertIndexLimits = { momentsPerAlertMax: 1000, closedAlertsMax: 20_000, outcomesMax: 10_000 }

/** One record of the alerts log, decoded. */
export interface AlertRecord {
  readonly partition: number
  readonly position: bigint
  readonly envelope: Envelope
  readonly event: AlertEvent
}

/** One that was read without its evidence. */
export interface OutlinedRecord extends AlertRecord {
  /** The canonical bytes of the event's data, with it. */
  readonly dataBytes: Uint8Array
}

export interface AlertMoment extends Moment {
  readonly partition: number
  readonly position: bigint
}

export interface AlertEntry {
  readonly alertId: string
  readonly theatre: string
  /** Time of its first event and its id: the order of lists. */
  readonly firstTime: string
  readonly state: AlertState
  /** The state, perhaps without its evidence: enough for who asks whether it is wanted. */
  readonly outline: AlertState
  /** Envelope of the event that made the state. */
  last: Pick<Envelope, 'id' | 'type' | 'time' | 'cause'>
  /** Who moved `operatorRevision` last, and when; null where the machine did. */
  lastOperator: { readonly by: string; readonly at: string } | null
  readonly moments: AlertMoment[]
  momentsOmitted: number
}

export type ActionOutcome =
  | { readonly kind: 'done'; readonly alertId: string; readonly at: string }
  | { readonly kind: 'refused'; readonly alertId: string; readonly at: string; readonly refusal: ActionRefused }

/** What the index makes of a record. Only `accepted` counts; the first record at a seq wins. */
export type Acceptance = 'accepted' | 'repeated' | 'conflicting' | 'gap'

/** Hashes of this many newest events of a theatre are kept, to tell a repeat from another content at one seq. */
const hashesKept = 4096

const nothingHeld = Buffer.alloc(0)
/** Room for a word that is a little longer than the one before. */
const heldRoomBytes = 256

/** An entry whose evidence is read when somebody asks for it: of years of alerts most are never asked for. */
class HeldAlert implements AlertEntry {
  readonly alertId: string
  readonly theatre: string
  readonly firstTime: string
  readonly moments: AlertMoment[] = []
  last: AlertEntry['last']
  lastOperator: AlertEntry['lastOperator'] = null
  momentsOmitted = 0
  #outline: AlertState
  /** Of the whole state, at the beginning of what is held; none where the outline is whole. */
  #dataLength = 0
  #held = nothingHeld

  constructor(state: AlertState, { id, type, time, cause }: Envelope) {
    this.alertId = state.alertId
    this.theatre = state.theatre
    this.firstTime = time
    this.last = { id, type, time, cause }
    this.#outline = state
  }

  get outline(): AlertState {
    return this.#outline
  }

  get state(): AlertState {
    if (this.#dataLength > 0) {
      this.#outline = JSON.parse(this.#held.toString('utf8', 0, this.#dataLength)) as AlertState
      this.#dataLength = 0
      this.#held = nothingHeld
    }
    return this.#outline
  }

  hold(state: AlertState, dataBytes: Uint8Array | null): void {
    this.#outline = state
    this.#dataLength = dataBytes?.length ?? 0
    if (dataBytes === null) {
      this.#held = nothingHeld
      return
    }
    // A copy: the bytes are a part of a whole page, which would be kept with them. An alert has words by the dozen: the next one goes where this one was.
    if (this.#held.length < dataBytes.length) this.#held = Buffer.allocUnsafeSlow(dataBytes.length + heldRoomBytes)
    this.#held.set(dataBytes)
  }
}

interface TheatreTail {
  lastSeq: number
  readonly hashBySeq: Map<number, string>
}

export class AlertIndex {
  readonly #limits: AlertIndexLimits
  readonly #entries = new Map<string, HeldAlert>()
  /** By (firstTime, alertId), ascending. */
  readonly #order: AlertEntry[] = []
  /** Closed ones in the order of their closing. */
  readonly #closed = new Set<string>()
  readonly #open = new Set<string>()
  readonly #theatres = new Map<string, TheatreTail>()
  readonly #outcomes = new Map<string, ActionOutcome>()
  readonly #onForget = new Set<(alertId: string) => void>()

  constructor(limits: AlertIndexLimits = alertIndexDefaults) {
    this.#limits = limits
  }

  get openCount(): number {
    return this.#open.size
  }

  get closedCount(): number {
    return this.#closed.size
  }

  get outcomeCount(): number {
    return this.#outcomes.size
  }

  get(alertId: string): AlertEntry | undefined {
    return this.#entries.get(alertId)
  }

  /** How an alert is marked now; null for one that is not known. */
  handlingNow(alertId: string): Handling | null {
    return this.#entries.get(alertId)?.outline.handling ?? null
  }

  /** How an alert was marked before a record of its theatre: the same whenever it is asked, so that an event always has the same bytes. */
  handlingBefore(alertId: string, { position }: { readonly position: bigint }): Handling | null {
    const moments = this.#entries.get(alertId)?.moments ?? []
    return moments.findLast(moment => moment.position < position)?.facts.handling ?? null
  }

  outcomeOf(actionId: string): ActionOutcome | undefined {
    return this.#outcomes.get(actionId)
  }

  /** Newest first, from after the given place in the order; the whole order without one. */
  *newestFirst(after: { readonly firstTime: string; readonly alertId: string } | null): Generator<AlertEntry> {
    const start = after === null ? this.#order.length : this.#rankOf(after.firstTime, after.alertId)
    for (let i = start - 1; i >= 0; i--) yield this.#order[i] as AlertEntry
  }

  *openAlerts(): Generator<AlertEntry> {
    for (const id of this.#open) yield this.#entries.get(id) as AlertEntry
  }

  /** Calls back for each alert that is forgotten from now on. */
  onForget(listener: (alertId: string) => void): void {
    this.#onForget.add(listener)
  }

  /**
   * Takes the next record of its partition in. A `gap` is taken in as well: seq numbers are missing before it, which the caller must tell
   * loudly. Repeats and conflicts change nothing.
   */
  apply(record: AlertRecord | OutlinedRecord): Acceptance {
    const acceptance = this.#accept(record)
    if (acceptance !== 'accepted' && acceptance !== 'gap') return acceptance
    const { event, envelope } = record
    if (event.type === 'alert.action-refused') {
      this.#noteOutcome(event.data.actionId, {
        kind: 'refused',
        alertId: event.data.alertId,
        at: envelope.time,
        refusal: event.data
      })
      return acceptance
    }
    const entry = this.#entryFor(event.data, envelope)
    this.#noteOperator(entry, event.data, envelope)
    entry.hold(event.data, 'dataBytes' in record ? record.dataBytes : null)
    entry.last = { id: envelope.id, type: envelope.type, time: envelope.time, cause: envelope.cause }
    this.#noteMoment(entry, record)
    this.#place(entry)
    return acceptance
  }

  #accept(record: AlertRecord | OutlinedRecord): Acceptance {
    const { theatre, seq } = record.event.data
    const hash = hashOf(record)
    const tail = this.#theatres.get(theatre)
    if (tail === undefined) {
      this.#theatres.set(theatre, { lastSeq: seq, hashBySeq: new Map([[seq, hash]]) })
      return 'accepted'
    }
    if (seq <= tail.lastSeq) {
      const winner = tail.hashBySeq.get(seq)
      return winner === undefined || winner === hash ? 'repeated' : 'conflicting'
    }
    const acceptance = seq === tail.lastSeq + 1 ? 'accepted' : 'gap'
    tail.lastSeq = seq
    tail.hashBySeq.set(seq, hash)
    if (tail.hashBySeq.size > hashesKept) tail.hashBySeq.delete(tail.hashBySeq.keys().next().value as number)
    return acceptance
  }

  #entryFor(state: AlertState, envelope: Envelope): HeldAlert {
    const known = this.#entries.get(state.alertId)
    if (known) return known
    const entry = new HeldAlert(state, envelope)
    this.#entries.set(entry.alertId, entry)
    this.#order.splice(this.#rankOf(entry.firstTime, entry.alertId), 0, entry)
    return entry
  }

  #noteOperator(entry: HeldAlert, next: AlertState, { time }: Envelope): void {
    if (next.operatorRevision !== entry.outline.operatorRevision || entry.moments.length === 0) {
      entry.lastOperator = next.action === null ? null : { by: next.action.by, at: time }
    }
    if (next.action !== null) this.#noteOutcome(next.action.actionId, { kind: 'done', alertId: next.alertId, at: time })
  }

  #noteOutcome(actionId: string, outcome: ActionOutcome): void {
    this.#outcomes.set(actionId, outcome)
    if (this.#outcomes.size > this.#limits.outcomesMax) this.#outcomes.delete(this.#outcomes.keys().next().value as string)
  }

  #noteMoment(entry: HeldAlert, { event, partition, position }: AlertRecord): void {
    const moment = momentOf(event)
    if (moment === null) return
    const before = entry.moments.at(-1)?.facts
    // Most events leave what filters read as it was: one object serves them all.
    const facts = before !== undefined && sameFacts(before, moment.facts) ? before : moment.facts
    entry.moments.push({ ...moment, facts, partition, position })
    if (entry.moments.length > this.#limits.momentsPerAlertMax) {
      entry.moments.splice(1, 1)
      entry.momentsOmitted++
    }
  }

  #place({ alertId, outline }: AlertEntry): void {
    if (outline.status === 'provisional' || outline.status === 'confirmed') {
      this.#closed.delete(alertId)
      this.#open.add(alertId)
      return
    }
    this.#open.delete(alertId)
    this.#closed.add(alertId)
    if (this.#closed.size > this.#limits.closedAlertsMax) this.#forget(this.#closed.values().next().value as string)
  }

  #forget(alertId: string): void {
    const entry = this.#entries.get(alertId)
    if (entry === undefined) return
    this.#closed.delete(alertId)
    this.#entries.delete(alertId)
    this.#order.splice(this.#rankOf(entry.firstTime, alertId), 1)
    for (const listener of this.#onForget) listener(alertId)
  }

  /** Index of the first entry that is not before the given place. */
  #rankOf(firstTime: string, alertId: string): number {
    let [low, high] = [0, this.#order.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(this.#order[middle] as AlertEntry, firstTime, alertId)) low = middle + 1
      else high = middle
    }
    return low
  }
}

const closing = Buffer.from(']')

/** What tells a record from another at its seq. What stands in the log is canonical: its bytes and its parsed data written anew are one text. */
function hashOf(record: AlertRecord | OutlinedRecord): string {
  const { type, previoushash } = record.envelope
  const before = `[${JSON.stringify(type)},${JSON.stringify(previoushash ?? null)},`
  if (!('dataBytes' in record)) return sha256Hex(`${before}${JSON.stringify(record.event.data)}]`)
  return sha256Hex(Buffer.concat([Buffer.from(before), record.dataBytes, closing]))
}

function isBefore(entry: AlertEntry, firstTime: string, alertId: string): boolean {
  return entry.firstTime < firstTime || (entry.firstTime === firstTime && entry.alertId < alertId)
}

const plainFacts = ['severity', 'status', 'pattern', 'ruleId', 'theatre', 'certainty', 'handling', 'drill'] as const

function sameFacts(a: FilterFacts, b: FilterFacts): boolean {
  return plainFacts.every(name => a[name] === b[name]) && isDeepStrictEqual([a.category, a.area], [b.category, b.area])
}

// The owner of a theatre: folds its records and turns the output into records for the log.
// Already published output is compared, not published again: the first record at a seq counts.
//
// Output of another engine is fact as well. Until this engine's mark after the last such record its
// own output is dropped; at the mark it continues from the other engine's output, and publishes the
// difference. With two engines at a time the later mark counts.

import { deserialize, serialize } from 'node:v8'
import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import { digest, hashSha256Base64url } from '@tocsin/contracts/json/digest'
import { rankInLog, readAlertId } from '@tocsin/contracts/record/alert-event-v3'
import { RecentIds } from '@tocsin/contracts/record/recent-ids'
import { encodeIncidentEvent, engineVersion } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { TheatreConfig, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { IgnoredReason } from '@tocsin/engine/theatre/engine'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { TheatreEngine, type TheatreOptions } from '@tocsin/engine/theatre/theatre-engine'
import type { NewRecord, StoredRecord } from '@tocsin/event-log/port'
import type {
  CountedEvent,
  FoldAgain,
  OwnerOutput,
  PublishedPositions,
  TimeSetRecord
} from './owner.ts'
import { type Adopted, isOwnAlert, type KnownState, type TheatreFacts } from './published-events.ts'

const source = '/tocsin/rules'
/**
 * Increase with any change to the content of a state: an owner then folds the log from its
 * beginning.
 */
export const snapshotFormat = 37
/** Bytes of a state that are packed at a time. */
const blockBytes = 1024 * 1024

interface AlertRecord {
  readonly fold: Handling
  readonly text: string
}

/** The owner's knowledge in addition to the fold. */
interface OwnState {
  now: string | null
  config: TheatreConfig | null
  markedEngine: string | null
  timeSetBy: string | null
}

/** The state that an owner continues from. */
export interface EngineState extends KnownState {
  readonly own: OwnState
  readonly configurationIds: readonly string[]
  readonly gated: GatedEngine
}

/** In a snapshot. */
type StoredState = Omit<EngineState, 'gated'>

/** Takes what a fold publishes. */
interface FoldListener {
  readonly takeAlert: (alert: AlertRecord) => void
  readonly takeIncident: (event: IncidentEvent) => void
}

/** A fold with an output that may be dropped. */
class GatedEngine implements FoldAgain {
  readonly engine: TheatreEngine
  /** Null: the output is dropped. */
  listener: FoldListener | null = null

  constructor(make: (options: TheatreOptions) => TheatreEngine, theatre: string) {
    this.engine = make({
      theatre,
      engine: engineVersion,
      write: (text, fold) => this.listener?.takeAlert({ fold, text }),
      writeIncident: event => this.listener?.takeIncident(event)
    })
  }

  apply(record: TheatreRecord): IgnoredReason | null {
    return this.engine.apply(record)
  }
}

function makeEmpty(theatre: string): GatedEngine {
  return new GatedEngine(options => new TheatreEngine(makeRuleSet([]), options), theatre)
}

export class EngineOwner {
  readonly theatre: string
  readonly #facts: TheatreFacts
  readonly #own: OwnState
  /** Events of other engines up to there are continued. */
  #adopted: Adopted
  #gated: GatedEngine
  readonly #listener: FoldListener = {
    takeAlert: alert => this.#takeAlert(alert),
    takeIncident: event => this.#takeIncident(event)
  }
  /** Ids of the latest configuration records: a log may have them twice. */
  readonly #configurationIds = new RecentIds()
  /** Records that another engine had folded when it published last, and that this one has not. */
  readonly #awaited: Set<string>
  #alerts: AlertRecord[] = []
  #incidents: IncidentEvent[] = []
  #conflicts: number[] = []
  #learned = 0

  constructor(theatre: string, facts: TheatreFacts, state: EngineState | null) {
    this.theatre = theatre
    this.#facts = facts
    this.#own = state?.own ?? { now: null, config: null, markedEngine: null, timeSetBy: null }
    this.#adopted = state?.adopted ?? { alerts: 0n, assembly: 0n }
    for (const id of state?.configurationIds ?? []) this.#configurationIds.add(id)
    this.#awaited = new Set(facts.other?.causes)
    this.#gated = state?.gated ?? makeEmpty(theatre)
    if (facts.other === null) this.#gated.listener = this.#listener
  }

  get engine(): TheatreEngine {
    return this.#gated.engine
  }

  get now(): string | null {
    return this.#own.now
  }

  get config(): TheatreConfig | null {
    return this.#own.config
  }

  get markedEngine(): string | null {
    return this.#own.markedEngine
  }

  get timeSetBy(): string | null {
    return this.#own.timeSetBy
  }

  get isEmpty(): boolean {
    return this.reportCount === 0 && this.engine.folds.every(({ book }) => book.alerts.size === 0)
  }

  get reportCount(): number {
    return this.engine.getFold('restricted').engine.reports.rowById.size
  }

  get hasToTell(): boolean {
    return this.#gated.listener === null
  }

  get markParts(): readonly string[] {
    const { other, lastIncidentSeq } = this.#facts
    const seqs = this.engine.folds.map(({ options, book }) => {
      const published = other?.published.folds.get(options.fold)?.seq ?? 0
      return Math.max(published, book.chain.seq)
    })
    const { alerts, assembly } = other?.adopted ?? this.#adopted
    const incidents = Math.max(lastIncidentSeq, this.engine.incidentSeq)
    return [this.markedEngine ?? '', ...[...seqs, incidents, alerts, assembly].map(String)]
  }

  get unreached(): PublishedPositions {
    const { alerts, lastIncidentSeq, lastIncidentAt } = this.#facts
    const [first] = alerts.values()
    return {
      alerts: first?.position ?? null,
      assembly: lastIncidentSeq > this.engine.incidentSeq ? lastIncidentAt : null
    }
  }

  get chain(): { readonly seq: number; readonly previousHash: string } {
    const { seq, previous } = this.engine.getFold('restricted').book.chain
    return { seq, previousHash: previous }
  }

  get learned(): number {
    return this.#learned
  }

  hasApplied(recordId: string): boolean {
    return this.#configurationIds.has(recordId)
  }

  findNextDeadlineMs(): number | null {
    return this.engine.findNextDeadlineMs()
  }

  /** Events of another engine count at the next start. */
  learn(stored: StoredRecord): void {
    if (!isOwnAlert(stored)) return
    const { fold, seq } = readAlertId(stored.id, this.theatre)
    const known = this.engine.folds.find(({ options }) => options.fold === fold)
    if (seq > (known?.book.chain.seq ?? 0) && this.#facts.addAlert(stored)) this.#learned += 1
  }

  /** Folds one record. Returns what must still be appended; writes no record itself. */
  take(record: TheatreRecord): OwnerOutput {
    const ignored = this.#apply(record)
    if (this.#awaited.size > 0) this.#awaited.delete(record.id)
    return this.#takeOutput(record, ignored)
  }

  #apply(record: TheatreRecord): IgnoredReason | null {
    if (configurationTypes.has(record.type)) {
      if (this.#configurationIds.has(record.id)) return 'repeated'
      this.#configurationIds.add(record.id)
    }
    if (record.type === 'engine.changed') {
      this.#own.markedEngine = record.data.engine
      if (record.data.engine === engineVersion && this.#awaited.size === 0) this.#adopt(record)
      return null
    }
    if (record.type === 'theatre.configured') this.#own.config = record.data
    if (record.type === 'clock.set') this.#own.timeSetBy = record.id
    if (record.type === 'clock.set' || record.type === 'clock.ticked') {
      const { to } = record.data
      if (this.#own.now === null || to > this.#own.now) this.#own.now = to
    }
    return this.#gated.apply(record)
  }

  #adopt(record: TheatreRecord): void {
    const { other } = this.#facts
    if (other === null) return
    this.#gated.listener = this.#listener
    this.engine.adopt(other.published, record)
    this.#adopted = other.adopted
    this.#facts.other = null
  }

  setsBack({ id, data }: TimeSetRecord): boolean {
    return !this.hasApplied(id) && this.now !== null && data.to <= this.now
  }

  beginAgain(): FoldAgain {
    return makeEmpty(this.theatre)
  }

  takeAgain(again: FoldAgain, record: TimeSetRecord): OwnerOutput {
    const { listener, engine } = this.#gated
    this.#gated = again as GatedEngine
    this.#gated.listener = listener
    if (listener !== null) this.engine.adopt(engine.listPublished(), record)
    this.#own.now = record.data.to
    return this.take(record)
  }

  #takeIncident(event: IncidentEvent): void {
    if (event.data.seq > this.#facts.lastIncidentSeq) this.#incidents.push(event)
  }

  #takeAlert(alert: AlertRecord): void {
    const { fold, text } = alert
    const id = readRecordId(text)
    const fact = this.#facts.alerts.get(id)
    if (fact === undefined) {
      this.#alerts.push(alert)
      return
    }
    this.#facts.alerts.delete(id)
    if (fact.hash === hashSha256Base64url(text)) return
    this.#conflicts.push(readAlertId(id, this.theatre).seq)
    // The chain continues from the published record.
    const own = this.engine.folds.find(({ options }) => options.fold === fold)
    if (own !== undefined) own.book.chain.previous = fact.hash
  }

  #takeOutput(record: TheatreRecord, ignored: IgnoredReason | null): OwnerOutput {
    const [alerts, incidents, conflicts] = [this.#alerts, this.#incidents, this.#conflicts]
    if (alerts.length + incidents.length + conflicts.length === 0) return { ...noOutput, ignored }
    this.#alerts = []
    this.#incidents = []
    this.#conflicts = []
    if (this.engine.folds.length > 1)
      alerts.sort((a, b) => rankInLog(a.text, a.fold) - rankInLog(b.text, b.fold))
    const top = this.engine.getFold('restricted').options.fold
    return {
      alerts: alerts.map(({ text }) => this.#makeRecord(readRecordId(text), Buffer.from(text))),
      incidents: incidents.map(event => this.#makeIncidentRecord(event, record)),
      events: alerts.filter(({ fold }) => fold === top).map(({ text }) => readEvent(text)),
      conflicts,
      ignored
    }
  }

  #makeRecord(id: string, value: Uint8Array): NewRecord {
    return { id, key: this.theatre, value }
  }

  #makeIncidentRecord(event: IncidentEvent, record: TheatreRecord): NewRecord {
    const { theatre } = this
    const id = digest('incident', theatre, String(event.data.seq))
    const { time, traceparent } = record
    const trace = traceparent === undefined ? {} : { traceparent }
    const envelope = { id, source, time, cause: record.id, theatre, ...trace }
    return this.#makeRecord(id, encodeIncidentEvent(envelope, event))
  }

  capture(): Iterable<Buffer> {
    const fold = this.engine.writeSnapshot()
    const stored: StoredState = {
      own: { ...this.#own },
      adopted: this.#adopted,
      seqs: new Map(this.engine.folds.map(({ options, book }) => [options.fold, book.chain.seq])),
      configurationIds: this.#configurationIds.exportState()
    }
    return splitBytes(serialize(stored), fold)
  }
}

function* splitBytes(first: Buffer, rest: Buffer): Generator<Buffer> {
  yield first
  for (let at = 0; at < rest.length; at += blockBytes) yield rest.subarray(at, at + blockBytes)
}

/** Restores what `capture` gave. */
export async function restoreState(
  theatre: string,
  blocks: AsyncIterable<Buffer>
): Promise<EngineState> {
  let stored: StoredState | null = null
  const parts: Buffer[] = []
  for await (const block of blocks) {
    if (stored === null) stored = deserialize(block) as StoredState
    else parts.push(block)
  }
  if (stored === null) throw new RangeError('the snapshot is empty')
  const bytes = Buffer.concat(parts)
  const gated = new GatedEngine(options => TheatreEngine.restore(bytes, options), theatre)
  return { ...stored, gated }
}

const noOutput: Omit<OwnerOutput, 'ignored'> = {
  alerts: [],
  incidents: [],
  events: [],
  conflicts: []
}

const configurationTypes: ReadonlySet<TheatreRecord['type']> = new Set([
  'theatre.configured',
  'source.configured',
  'rule.configured',
  'rule.removed',
  'engine.changed',
  'clock.set'
])

const idName = ',"id":"'

/** The id of the envelope: its members follow the data. */
function readRecordId(text: string): string {
  const from = text.lastIndexOf(idName) + idName.length
  return text.slice(from, text.indexOf('"', from))
}

function readEvent(text: string): CountedEvent {
  const { type, data } = JSON.parse(text)
  const { severity, ruleId, pattern = ruleId, drill = false } = data
  return {
    type: String(type).replace(/^tocsin\.|\.v\d+$/g, ''),
    data: { severity, pattern, drill }
  }
}

// Audit trail of the suite's administration, folded from the control log: for each effective change
// its kind, subject, author, and the access needed to read it. The change itself is in the log; of
// rules it is here too, to show and restore what they were. Pure. Source: decision 0081.

import type {
  AuditedType,
  Author,
  ControlRecord,
  SilenceRecord,
  WatchDeclared
} from '@tocsin/contracts/record/control-record'
import { type Handling, maySee, stricter } from '@tocsin/contracts/theatre/handling'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import type { ControlState } from './control-state.ts'

/**
 * Maximum number of changes in memory; older ones are dropped here and stay in the log. About 300
 * bytes each, and the text of a rule.
 */
export const auditKeptMax = 50_000

const forgottenAtOnce = 1_000

/** Theatres and handling of something: a reader needs access to all of it. */
export interface Marking {
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

export interface AuditEntry {
  /** Number of the change since the beginning of the log: the same at every instance. */
  readonly ordinal: number
  /** Of the record. */
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly type: AuditedType
  /**
   * Id of the theatre, source, rule, key, subscription, silence, watch, view or report, or of the maker
   * of a session.
   */
  readonly subject: string
  /**
   * Null if the suite wrote it itself, or the author was not stored. In old records the name is the
   * id.
   */
  readonly by: Author | null
  readonly marking: Marking
  /** Of `watch.handed-over`. */
  readonly handOver?: NonNullable<WatchDeclared['handOver']>
  /** Of `rule.declared`: the rule of that version. */
  readonly rule?: RuleVersion
}

/** What is asked of a trail: of each part null or an infinite bound asks for all. */
export interface AuditQuestion {
  /** Id of the author, or the name. */
  readonly by: string | null
  readonly type: string | null
  readonly subject: string | null
  /** From this time on, and before the other, ms. */
  readonly fromMs: number
  readonly toMs: number
}

/** Pure. */
export function isAskedFor(
  entry: Pick<AuditEntry, 'at' | 'subject' | 'by'> & { readonly type: string },
  { by, type, subject, fromMs, toMs }: AuditQuestion
): boolean {
  if (by !== null && entry.by?.id !== by && entry.by?.name !== by) return false
  if ((type !== null && entry.type !== type) || (subject !== null && entry.subject !== subject))
    return false
  const atMs = Date.parse(entry.at)
  return atMs >= fromMs && atMs < toMs
}

export class AuditTrail {
  readonly #max: number
  readonly #entries: AuditEntry[] = []
  #ordinal = 0

  constructor(max = auditKeptMax) {
    this.#max = max
  }

  /** Number of changes in memory. */
  get size(): number {
    return Math.min(this.#entries.length, this.#max)
  }

  get lastOrdinal(): number {
    return this.#ordinal
  }

  /** The changes after one, oldest first. */
  listAfter(ordinal: number): readonly AuditEntry[] {
    const count = this.#ordinal - ordinal
    return count === 0 ? [] : this.#entries.slice(-count)
  }

  /**
   * Adds the next record, with the state before and after it: a record without effect is not a
   * change.
   */
  take(record: ControlRecord, before: ControlState, after: ControlState): void {
    const audited = describeAudited(record, before)
    if (audited === null || (before === after && record.type !== 'report.erasure-requested')) return
    const { subject, marking } = audited
    const entry = {
      ...{ ordinal: ++this.#ordinal, id: record.id, at: record.time, by: authorIn(record) },
      // No more of the record than its marking is kept.
      ...{ subject, marking: { theatres: marking.theatres, handling: marking.handling } },
      type: record.type as AuditedType
    }
    if (record.type === 'rule.declared') {
      const { by: _, ...rule } = record.data
      this.#entries.push({ ...entry, rule })
    } else if (record.type === 'watch.declared' && record.data.handOver) {
      this.#entries.push({ ...entry, type: 'watch.handed-over', handOver: record.data.handOver })
    } else this.#entries.push(entry)
    // Dropped in batches: moving all entries for each one would cost O(n) each.
    if (this.#entries.length >= this.#max + forgottenAtOnce)
      this.#entries.splice(0, this.#entries.length - this.#max)
  }

  /**
   * Newest first, those before an ordinal (null: all) that are asked for and that a reader may see.
   * O(entries checked).
   */
  newestFirst(
    reader: Marking,
    asked: AuditQuestion,
    before: number | null,
    limit: number
  ): readonly AuditEntry[] {
    const found: AuditEntry[] = []
    const oldest = Math.max(0, this.#entries.length - this.#max)
    for (let i = this.#entries.length - 1; i >= oldest && found.length < limit; i--) {
      const entry = this.#entries[i] as AuditEntry
      if (before !== null && entry.ordinal >= before) continue
      if (mayRead(reader, entry.marking) && isAskedFor(entry, asked)) found.push(entry)
    }
    return found
  }
}

/** True if a reader has access to everything marked so. */
function mayRead({ theatres, handling }: Marking, marking: Marking): boolean {
  const isWithin =
    theatres === '*' ||
    (marking.theatres !== '*' && marking.theatres.every(id => theatres.includes(id)))
  return isWithin && maySee(handling, marking.handling)
}

const everywhere: Marking = { theatres: '*', handling: 'public' }
/** Marking of an unknown subject: only readers with full access see it. */
const forAllSeeing: Marking = { theatres: '*', handling: 'restricted' }

/** The subject of a record and its marking; null for records that are not audited. */
function describeAudited(
  record: ControlRecord,
  { rules, keys, subscriptions, silences, watches, views }: ControlState
): Pick<AuditEntry, 'subject' | 'marking'> | null {
  const about = (subject: string, marking: Marking = forAllSeeing) => ({ subject, marking })
  const inTheatre = (theatre: string, handling: Handling = 'public') => ({
    theatres: [theatre],
    handling
  })
  switch (record.type) {
    case 'theatre.declared':
      return about(record.data.id, inTheatre(record.data.id))
    case 'theatre.time-set':
      return about(record.data.theatre, inTheatre(record.data.theatre))
    case 'source.declared':
      return about(record.data.id, everywhere)
    case 'rule.declared': {
      const { ruleId, theatres } = record.data
      const before = rules.has(ruleId) ? rules.get(ruleId)?.theatres : []
      return about(ruleId, ofTheatres(theatres, before))
    }
    case 'rule.withdrawn': {
      const { ruleId } = record.data
      return about(ruleId, ofTheatres(rules.get(ruleId)?.theatres, []))
    }
    case 'key.created':
      return about(record.data.keyId, record.data)
    case 'key.rotated':
    case 'key.revoked':
    case 'key.link-made':
      return about(record.data.keyId, keys.get(record.data.keyId))
    case 'subscription.created':
    case 'subscription.updated':
      return about(record.data.subscriptionId, record.data)
    case 'subscription.consented':
    case 'subscription.deleted':
      return about(record.data.subscriptionId, subscriptions.get(record.data.subscriptionId))
    case 'silence.created':
      return about(record.data.silenceId, ofSilence(record.data, subscriptions))
    case 'silence.ended': {
      const { silenceId } = record.data
      return about(silenceId, ofSilence(silences.get(silenceId), subscriptions))
    }
    case 'watch.declared':
      return about(record.data.watchId, record.data)
    case 'watch.withdrawn':
      return about(record.data.watchId, watches.get(record.data.watchId))
    case 'view.saved':
      return about(record.data.viewId, record.data)
    case 'view.deleted':
      return about(record.data.viewId, views.get(record.data.viewId))
    case 'webhook-key.rotated':
      return about(`generation ${record.data.generation}`, everywhere)
    case 'report.erasure-requested': {
      const { reportId, theatre, handling } = record.data
      return about(reportId, inTheatre(theatre, handling))
    }
    case 'session.ended':
      return about(record.data.maker, keys.get(record.data.maker))
    case 'suite.begun':
    case 'copy.begun':
    case 'log.copied':
    case 'log.restored':
    case 'cap.publisher-set':
    case 'keys.used':
    case 'theatre.tick-requested':
      return null
    default:
      return record satisfies never
  }
}

/** Whoever made one for a subscription probably owns it: a reader needs access to both. */
function ofSilence(
  silence: SilenceRecord | undefined,
  subscriptions: ControlState['subscriptions']
): Marking {
  if (silence === undefined) return forAllSeeing
  if (silence.subscriptionId === null) return silence
  const { theatres, handling } = subscriptions.get(silence.subscriptionId) ?? forAllSeeing
  const isEverywhere = theatres === '*' || silence.theatres === '*'
  return {
    theatres: isEverywhere ? '*' : [...new Set([...theatres, ...silence.theatres])],
    handling: stricter(handling, silence.handling)
  }
}

/** The theatres of a rule before and after the change; undefined: all. */
function ofTheatres(
  now: readonly string[] | undefined,
  before: readonly string[] | undefined
): Marking {
  if (now === undefined || before === undefined) return everywhere
  return { theatres: [...new Set([...before, ...now])], handling: 'public' }
}

/** Rules have the author in their data, as keys did before records had an author, by id only. */
function authorIn({ by, data }: ControlRecord): Author | null {
  if (by !== undefined) return by
  const said = 'by' in data ? data.by : undefined
  return typeof said === 'string' ? { id: said, name: said } : (said ?? null)
}

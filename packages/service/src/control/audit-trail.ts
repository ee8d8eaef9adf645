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

  get size(): number {
    return Math.min(this.#entries.length, this.#max)
  }

  get lastOrdinal(): number {
    return this.#ordinal
  }

  listAfter(ordinal: number): readonly AuditEntry[] {
    const count = this.#ordinal - ordinal
    return count === 0 ? [] : this.#entries.slice(-count)
  }

  /**
   * Adds the next record, with the state before and after it: a record without effect is not a
   * change.
   */
  take(record: ControlRecord, before: ControlState, after: ControlState): void {
    const type = record.type as keyof typeof audited
    const describe = audited[type] as ((data: object, state: ControlState) => Described) | undefined
    if (describe === undefined || (before === after && type !== 'report.erasure-requested')) return
    // No more of the record than its marking is kept.
    const [subject, { theatres, handling } = forAllSeeing] = describe(record.data, before)
    const entry = {
      ...{ ordinal: ++this.#ordinal, id: record.id, at: record.time, by: authorIn(record) },
      ...{ subject, marking: { theatres, handling }, type }
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

type DataOf<Type> = Extract<ControlRecord, { type: Type }>['data']
type Described = readonly [subject: string, marking: Marking | undefined]

const inTheatre = (theatre: string, handling: Handling = 'public') => ({
  theatres: [theatre],
  handling
})
const ofKey = ({ keyId }: { readonly keyId: string }, { keys }: ControlState) =>
  [keyId, keys.get(keyId)] as const
const ofSubscription = (
  { subscriptionId: id }: { readonly subscriptionId: string },
  { subscriptions }: ControlState
) => [id, subscriptions.get(id)] as const

/** The subject of each audited change and its marking, given the state before it. */
const audited: {
  readonly [Type in Exclude<AuditedType, 'watch.handed-over'>]: (
    data: DataOf<Type>,
    before: ControlState
  ) => Described
} = {
  'theatre.declared': ({ id }) => [id, inTheatre(id)],
  'theatre.time-set': ({ theatre }) => [theatre, inTheatre(theatre)],
  'source.declared': ({ id }) => [id, everywhere],
  'rule.declared': ({ ruleId, theatres }, { rules }) => [
    ruleId,
    ofTheatres(theatres, rules.has(ruleId) ? rules.get(ruleId)?.theatres : [])
  ],
  'rule.withdrawn': ({ ruleId }, { rules }) => [
    ruleId,
    ofTheatres(rules.get(ruleId)?.theatres, [])
  ],
  'key.created': data => [data.keyId, data],
  'key.rotated': ofKey,
  'key.revoked': ofKey,
  'key.link-made': ofKey,
  'subscription.created': data => [data.subscriptionId, data],
  'subscription.updated': data => [data.subscriptionId, data],
  'subscription.consented': ofSubscription,
  'subscription.deleted': ofSubscription,
  'silence.created': (data, before) => [data.silenceId, ofSilence(data, before)],
  'silence.ended': ({ silenceId: id }, before) => [id, ofSilence(before.silences.get(id), before)],
  'watch.declared': data => [data.watchId, data],
  'watch.withdrawn': ({ watchId }, { watches }) => [watchId, watches.get(watchId)],
  'view.saved': data => [data.viewId, data],
  'view.deleted': ({ viewId }, { views }) => [viewId, views.get(viewId)],
  'webhook-key.rotated': ({ generation }) => [`generation ${generation}`, everywhere],
  'report.erasure-requested': ({ reportId, theatre, handling }) => [
    reportId,
    inTheatre(theatre, handling)
  ],
  'session.ended': ({ maker }, { keys }) => [maker, keys.get(maker)]
}

/** Whoever made one for a subscription probably owns it: a reader needs access to both. */
function ofSilence(
  silence: SilenceRecord | undefined,
  { subscriptions }: ControlState
): Marking | undefined {
  if (silence === undefined || silence.subscriptionId === null) return silence
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

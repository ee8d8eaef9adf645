// What readers of one level should get of the alerts of a log: revision, notification and content.
// A simple model, independent of the notifier's code.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import type { Entry } from '../world/store-reader.ts'

const levels = ['public', 'partners', 'internal', 'restricted']

interface Piece {
  readonly incidentId: string
  readonly role: string
  readonly handling: string
}

/** The part of an alert event's data that is needed here. */
export interface AlertData {
  readonly alertId: string
  readonly actionId?: string
  readonly theatre: string
  readonly handling: string
  /** The lowest level for which an event that changes only support is news. */
  readonly concerns?: string
  readonly severity: string
  readonly pattern: string
  readonly status: string
  readonly notify: string
  readonly drill: boolean
  readonly revision: number
  readonly evidence: readonly Piece[]
  readonly levels?: readonly { readonly incidentId?: string }[]
  readonly references: readonly string[]
  readonly partOf: string | null
  /** Of levels that are told another one. */
  readonly partOfFor?: Readonly<Record<string, string | null>>
  readonly times: Readonly<Record<string, string>>
  readonly operator: Operator
  readonly operatorRevision: number
  readonly action: { readonly handling?: string } | null
}

interface Operator {
  readonly acknowledgedBy: string | null
  readonly acknowledgedById?: string
  readonly acknowledgedHandling?: string
  readonly assignedTo: string | null
  readonly assignedHandling?: string
}

interface Refusal {
  readonly seq?: number
  readonly by: string
  readonly byId?: string
  readonly actionHandling?: string
  readonly standingBy: string | null
  readonly standingById?: string
  readonly standingHandling?: string
  readonly operatorRevision: number | null
}

export type Told =
  | { readonly kind: 'told'; readonly id: string; readonly data: AlertData }
  /** Above the level; `leftId` is the id of the one event by which it leaves. */
  | { readonly kind: 'hidden'; readonly leftId: string }
  /** It changes nothing for readers of the level. */
  | { readonly kind: 'withheld' }

interface Shown {
  revision: number
  wasPaged: boolean
  /** Its last content for them; null while hidden. */
  words: string | null
}

export class LevelView {
  readonly #level: string
  readonly #seesAll: boolean
  readonly #shown = new Map<string, Shown>()
  readonly #marked = new Map<string, string>()
  /** By alert: the operator revisions of comments that they are not told of. */
  readonly #comments = new Map<string, number[]>()

  constructor(level: string, seesAll: boolean) {
    this.#level = level
    this.#seesAll = seesAll
  }

  /** The next event of the log, in order. */
  take({ id, record }: Entry): Told {
    const data = record?.data as unknown as AlertData
    const type = record?.type ?? ''
    if (this.#seesAll)
      return { kind: 'told', id, data: type === 'alert.action-refused' ? data : stated(data) }
    const { alertId } = data
    if (type === 'alert.action-refused') {
      const refusal = data as unknown as Refusal
      if (!this.#sees(refusal.actionHandling ?? 'public')) return { kind: 'withheld' }
      const id = digest('refusal-in-view', this.#level, alertId, data.actionId as string)
      return { kind: 'told', id, data: this.#refused(alertId, refusal) as unknown as AlertData }
    }
    if (type === 'alert.commented' && !this.#sees(data.concerns ?? 'public'))
      this.#comments.set(alertId, [...(this.#comments.get(alertId) ?? []), data.operatorRevision])
    const shown = this.#shown.get(alertId) ?? { revision: 0, wasPaged: false, words: null }
    this.#shown.set(alertId, shown)
    const said = this.#inWords(data)
    this.#marked.set(alertId, data.handling)
    if (!this.#sees(data.handling)) {
      shown.words = null
      return {
        kind: 'hidden',
        leftId: digest('left-view', this.#level, alertId, String(shown.revision))
      }
    }
    if (this.#level === 'restricted') {
      shown.revision = data.revision
      return { kind: 'told', id: this.#idOf(data, shown), data: stated(said) }
    }
    const words = toCanonicalJson({
      ...said,
      revision: 0,
      notify: '',
      concerns: '',
      reason: '',
      action: '',
      times: startOf(data)
    })
    if (
      !this.#sees(data.concerns ?? 'public') ||
      (type === 'alert.revised' && words === shown.words)
    )
      return { kind: 'withheld' }
    shown.words = words
    shown.revision += 1
    const notify = notifyOf(type, data.notify, shown.wasPaged)
    if (notify !== 'quiet' && isOfMachine(type)) shown.wasPaged = true
    return {
      kind: 'told',
      id: this.#idOf(data, shown),
      data: stated({ ...said, revision: shown.revision, notify })
    }
  }

  #idOf({ alertId }: AlertData, { revision }: Shown): string {
    return digest('event-in-view', this.#level, alertId, String(revision))
  }

  #sees(handling: string): boolean {
    return levels.indexOf(handling) <= levels.indexOf(this.#level)
  }

  #numberOf(alertId: string, operatorRevision: number): number {
    return (
      operatorRevision -
      (this.#comments.get(alertId) ?? []).filter(each => each <= operatorRevision).length
    )
  }

  /** Names stand as `an officer` where they may not be read. */
  #refused(alertId: string, { seq: _, ...refusal }: Refusal): object {
    const { byId: _by, standingById: _standing, standingHandling: _handling, ...rest } = refusal
    const names = this.#sees(refusal.actionHandling ?? 'internal')
    const stands = refusal.standingBy === null || this.#sees(refusal.standingHandling ?? 'internal')
    return {
      ...(names ? refusal : { ...rest, by: 'an officer' }),
      ...(stands
        ? {}
        : { standingBy: 'an officer', standingById: undefined, standingHandling: undefined }),
      operatorRevision:
        refusal.operatorRevision === null ? null : this.#numberOf(alertId, refusal.operatorRevision)
    }
  }

  #talk({
    alertId,
    action,
    operator,
    operatorRevision
  }: AlertData): Pick<AlertData, 'action' | 'operator' | 'operatorRevision'> {
    const taken =
      operator.acknowledgedBy === null || this.#sees(operator.acknowledgedHandling ?? 'internal')
    const given =
      operator.assignedTo === null || this.#sees(operator.assignedHandling ?? 'internal')
    return {
      action: action !== null && this.#sees(action.handling ?? 'internal') ? action : null,
      operator: {
        ...operator,
        ...(taken
          ? {}
          : {
              acknowledgedBy: 'an officer',
              acknowledgedById: undefined,
              acknowledgedHandling: undefined
            }),
        ...(given ? {} : { assignedTo: 'an officer', assignedHandling: undefined })
      } as Operator,
      operatorRevision: this.#numberOf(alertId, operatorRevision)
    }
  }

  #inWords(data: AlertData): AlertData {
    const { seq: _, partOfFor = {}, ...visible } = data as AlertData & { readonly seq?: number }
    if (this.#level === 'restricted') return visible
    const { [this.#level]: partOf = data.partOf } = partOfFor
    const isNamed = (id: string) =>
      this.#marked.has(id) && this.#sees(this.#marked.get(id) as string)
    return {
      ...visible,
      ...this.#talk(data),
      // The revision of an incident also counts hidden reports.
      evidence: data.evidence
        .filter(item => this.#sees(item.handling))
        .map(item => ({ ...item, revision: undefined })),
      ...{ evidenceOmitted: 0 },
      references: data.references.filter(isNamed),
      partOf: partOf !== null && isNamed(partOf) ? partOf : null
    }
  }
}

/** A drill calls only who asked for drills: what would page is an update to all others. */
export function calling(data: AlertData, asksForDrills: boolean): AlertData {
  return data.drill && !asksForDrills && data.notify === 'page'
    ? { ...data, notify: 'update' }
    : data
}

/**
 * With at most twenty pieces of evidence: those named by levels, then triggers and then support
 * from the end; all counted.
 */
function stated({ partOfFor: _, ...data }: AlertData): AlertData {
  const { evidence, levels = [] } = data
  const rankOf = (piece: Piece, i: number) => {
    if (
      piece.role === 'trigger' &&
      levels.some(({ incidentId }) => incidentId === piece.incidentId)
    )
      return i
    return (piece.role === 'trigger' ? 2000 : 3000) - i
  }
  const ranked = evidence
    .map((piece, i) => ({ piece, rank: rankOf(piece, i) }))
    .sort((a, b) => a.rank - b.rank)
  const named = new Set(ranked.slice(0, 20).map(({ piece }) => piece))
  const triggers = evidence.filter(({ role }) => role === 'trigger').length
  const evidenceCount = { triggers, support: evidence.length - triggers }
  return { ...data, evidence: evidence.filter(piece => named.has(piece)), ...{ evidenceCount } }
}

function startOf({ times: { detectedAt: _, ...times } }: AlertData) {
  return times
}

function isOfMachine(type: string): boolean {
  return /\.(raised|revised|escalated|reopened|confirmed|resolved|retracted)$/.test(type)
}

/**
 * Readers who were not notified before are paged by any paging event; a continuation by itself
 * pages nobody.
 */
function notifyOf(type: string, notify: string, wasPaged: boolean): string {
  if (notify === 'quiet' || wasPaged || !isOfMachine(type)) return notify
  return /\.(confirmed|resolved|retracted)$/.test(type) ? 'quiet' : 'page'
}

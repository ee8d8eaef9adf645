// What readers of one level should be told of the alerts of a log: under which revision, to whom, in which words. Worked out plainly, by other code than
// the notifier's.

import { canonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import type { Entry } from '../world/store-reader.ts'

const levels = ['public', 'partners', 'internal', 'restricted']

/** The data of an alert event, as far as this reads it. */
export interface AlertData {
  readonly alertId: string
  readonly actionId?: string
  readonly theatre: string
  readonly handling: string
  /** The least level at which an event that changes support alone changes anything. */
  readonly concerns?: string
  readonly severity: string
  readonly status: string
  readonly notify: string
  readonly revision: number
  readonly evidence: readonly { readonly handling: string }[]
  readonly references: readonly string[]
  readonly partOf: string | null
  readonly times: Readonly<Record<string, string>>
  readonly operator: { readonly acknowledgedBy: string | null; readonly assignedTo: string | null }
}

export type Told =
  | { readonly kind: 'told'; readonly id: string; readonly data: AlertData }
  /** Above the level; `leftId` is the id of the one event by which it leaves. */
  | { readonly kind: 'hidden'; readonly leftId: string }
  /** It changes nothing for such readers. */
  | { readonly kind: 'withheld' }

interface Shown {
  revision: number
  wasPaged: boolean
  /** What it said last to them; null while they may not see it. */
  words: string | null
}

export class LevelView {
  readonly #level: string
  readonly #seesAll: boolean
  readonly #shown = new Map<string, Shown>()
  readonly #marked = new Map<string, string>()

  constructor(level: string, seesAll: boolean) {
    this.#level = level
    this.#seesAll = seesAll
  }

  /** The next event of the log, in order. */
  take({ id, record }: Entry): Told {
    const data = record?.data as unknown as AlertData
    const type = record?.type ?? ''
    if (this.#seesAll) return { kind: 'told', id, data }
    const { alertId } = data
    if (type === 'alert.action-refused') {
      const { seq: _, ...refusal } = data as AlertData & { readonly seq?: number }
      return { kind: 'told', id: digest('refusal-in-view', this.#level, alertId, data.actionId as string), data: refusal }
    }
    const shown = this.#shown.get(alertId) ?? { revision: 0, wasPaged: false, words: null }
    this.#shown.set(alertId, shown)
    const said = this.#inWords(data)
    this.#marked.set(alertId, data.handling)
    if (!this.#sees(data.handling)) {
      shown.words = null
      return { kind: 'hidden', leftId: digest('left-view', this.#level, alertId, String(shown.revision)) }
    }
    if (this.#level === 'restricted') {
      shown.revision = data.revision
      return { kind: 'told', id: this.#idOf(data, shown), data: said }
    }
    const words = canonicalJson({ ...said, revision: 0, notify: '', concerns: '', reason: '', action: '', times: startOf(data) })
    if (!this.#sees(data.concerns ?? 'public') || (type === 'alert.revised' && words === shown.words)) return { kind: 'withheld' }
    shown.words = words
    shown.revision += 1
    const notify = notifyOf(type, data.notify, shown.wasPaged)
    if (notify !== 'quiet' && isOfMachine(type)) shown.wasPaged = true
    return { kind: 'told', id: this.#idOf(data, shown), data: { ...said, revision: shown.revision, notify } }
  }

  #idOf({ alertId }: AlertData, { revision }: Shown): string {
    return digest('event-in-view', this.#level, alertId, String(revision))
  }

  #sees(handling: string): boolean {
    return levels.indexOf(handling) <= levels.indexOf(this.#level)
  }

  #inWords(data: AlertData): AlertData {
    const { seq: _, ...visible } = data as AlertData & { readonly seq?: number }
    if (this.#level === 'restricted') return visible
    const isNamed = (id: string) => this.#marked.has(id) && this.#sees(this.#marked.get(id) as string)
    return {
      ...visible,
      // Which revision of its incident it was counts what hidden reports made of that.
      evidence: data.evidence.filter(item => this.#sees(item.handling)).map(item => ({ ...item, revision: undefined })),
      ...{ evidenceOmitted: 0 },
      references: data.references.filter(isNamed),
      partOf: data.partOf !== null && isNamed(data.partOf) ? data.partOf : null
    }
  }
}

function startOf({ times: { detectedAt: _, ...times } }: AlertData) {
  return times
}

function isOfMachine(type: string): boolean {
  return /\.(raised|revised|escalated|reopened|confirmed|resolved|retracted)$/.test(type)
}

/** Who was told nothing yet is paged by what pages anybody; that something goes on by itself pages nobody. */
function notifyOf(type: string, notify: string, wasPaged: boolean): string {
  if (notify === 'quiet' || wasPaged || !isOfMachine(type)) return notify
  return /\.(confirmed|resolved|retracted)$/.test(type) ? 'quiet' : 'page'
}

// Which lists have changed, by the records of the control log, and who learns of it: who may read
// the list, and what changed in it. Clients then read the list; the frame has no contents.

import { holdsTheatres, mayUse, type Principal, seesAll } from '@tocsin/auth/access/principal'
import type { ControlRecord, Scope } from '@tocsin/contracts/record/control-record'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import type { ControlState } from '@tocsin/service/control/control-state'

/** By the records of each list, the scopes of which one reads it. */
const lists: Readonly<Record<string, readonly [name: string, scopes: readonly Scope[]]>> = {
  silence: ['silences', ['subscriptions:manage', 'alerts:operate']],
  watch: ['watches', ['subscriptions:manage', 'alerts:operate']],
  view: ['views', ['alerts:read']],
  subscription: ['subscriptions', ['subscriptions:manage']],
  source: ['sources', ['alerts:read', 'reports:read', 'reports:write']],
  theatre: ['theatres', ['alerts:read', 'reports:read', 'reports:write']],
  rule: ['rules', ['alerts:read', 'rules:manage']],
  key: ['keys', []]
}
/** The last record of an entry. */
const endings: ReadonlySet<string> = new Set([
  'silence.ended',
  'watch.withdrawn',
  'view.deleted',
  'subscription.deleted'
])

/** What an entry of a list is about. */
interface Mark {
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

export interface ListChange {
  readonly list: string
  readonly scopes: readonly Scope[]
  /** Null: an entry that all readers of the list see. */
  readonly mark: Mark | null
}

export class ChangedLists {
  /** By id of the entry: the record of its end does not say what it was about. */
  readonly #marks = new Map<string, Mark>()

  constructor({ silences, watches, views, subscriptions }: ControlState) {
    for (const entries of [silences, watches, views, subscriptions])
      for (const [id, mark] of entries) this.#marks.set(id, mark)
  }

  take(record: ControlRecord): ListChange | null {
    const [subject = ''] = record.type.split('.')
    const known = record.type === 'theatre.tick-requested' ? undefined : lists[subject]
    if (known === undefined) return null
    const [list, scopes] = known
    const id = (record.data as Readonly<Record<string, unknown>>)[`${subject}Id`]
    if (typeof id !== 'string' || !hasMarks(subject)) return { list, scopes, mark: null }
    if ('handling' in record.data) this.#marks.set(id, record.data as Mark)
    const mark = this.#marks.get(id)
    if (endings.has(record.type)) this.#marks.delete(id)
    return mark === undefined ? null : { list, scopes, mark }
  }
}

function hasMarks(subject: string): boolean {
  return ['silence', 'watch', 'view', 'subscription'].includes(subject)
}

export function isToldOf(principal: Principal, { scopes, mark }: ListChange): boolean {
  if (!mayUse(principal, scopes)) return false
  if (mark === null || seesAll(principal)) return true
  const { theatres, handling } = mark
  return (
    maySee(principal.handling, handling) &&
    holdsTheatres(principal, theatres === '*' ? undefined : theatres)
  )
}

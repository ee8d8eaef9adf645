// Which lists have changed, and who learns of it: who may read the list, and what changed in it.
// Clients then read the list; the frame has no contents.

import { mayUse, type Principal, reaches } from '@tocsin/auth/access/principal'
import type { ControlRecord, Scope } from '@tocsin/contracts/record/control-record'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { AlertRecord } from '../alerts/alert-record.ts'
import { whoDid } from '../alerts/officers-talk.ts'

const manages: readonly Scope[] = ['subscriptions:manage']
/** Officers see who was notified of an alert. */
const operates: readonly Scope[] = [...manages, 'alerts:operate']

/** By the records of each list, the scopes of which one reads it. */
const lists: Readonly<Record<string, readonly [name: string, scopes: readonly Scope[]]>> = {
  silence: ['silences', operates],
  watch: ['watches', operates],
  view: ['views', ['alerts:read']],
  subscription: ['subscriptions', manages],
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

export const quarantineChange: ListChange = { list: 'quarantine', scopes: [], mark: null }

export class ChangedLists {
  readonly #control: Pick<ControlView, 'audit'>
  /** By id of the entry: the record of its end does not say what it was about. */
  readonly #marks = new Map<string, Mark>()
  /** Of the last change in the audit. */
  #audited: number

  constructor({ state, audit }: ControlView) {
    this.#control = { audit }
    this.#audited = audit.lastOrdinal
    const { silences, watches, views, subscriptions } = state
    for (const entries of [silences, watches, views, subscriptions])
      for (const [id, mark] of entries) this.#marks.set(id, mark)
  }

  /** The next records of the control log, after they were folded. */
  takeControl(records: readonly ControlRecord[]): readonly ListChange[] {
    const entries = this.#control.audit.listAfter(this.#audited)
    this.#audited = entries.at(-1)?.ordinal ?? this.#audited
    return [
      ...records.flatMap(record => this.#take(record) ?? []),
      ...entries.map(({ marking }) => makeAuditChange(marking))
    ]
  }

  /** A subscription has a delivery more, or one has another state. */
  takeDelivery(subscriptionId: string): ListChange | null {
    const mark = this.#marks.get(subscriptionId)
    return mark === undefined ? null : { list: 'deliveries', scopes: operates, mark }
  }

  #take(record: ControlRecord): ListChange | null {
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

/** What somebody did with an alert is in the audit. */
export function takeAct({ event }: AlertRecord): ListChange | null {
  const done = whoDid(event)
  return done && makeAuditChange({ theatres: [event.data.theatre], handling: done.handling })
}

function makeAuditChange(mark: Mark): ListChange {
  return { list: 'audit', scopes: ['audit:read'], mark }
}

function hasMarks(subject: string): boolean {
  return ['silence', 'watch', 'view', 'subscription'].includes(subject)
}

export function isToldOf(principal: Principal, { scopes, mark }: ListChange): boolean {
  if (!mayUse(principal, scopes)) return false
  return mark === null || reaches(principal, mark)
}

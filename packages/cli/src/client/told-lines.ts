// Who was told of an alert, who has it, and what holds it back, as lines for people at a terminal.
// Pure.

import { tableLines } from '../terminal/table.ts'

/** As `GET /v1/alerts/:id/told` answers. */
export interface ToldList {
  readonly items: readonly ToldRow[]
  /** Earlier suites do not tell them. */
  readonly silences?: readonly ToldSilence[]
}

interface ToldRow {
  readonly subscriptionId: string
  readonly by: string | null
  readonly contact: string | null
  readonly state: string
  readonly acceptedAt: string | null
  readonly waitsSince: string | null
  readonly held?: { readonly reason: string | null; readonly until: string | null } | null
  readonly answered?: PartnersWord | null
}

interface ToldSilence {
  readonly id: string
  readonly isForOne: boolean
  readonly endsAt: string
  readonly by: string | null
  readonly reason: string | null
}

/** What a partner says who was told. */
export interface PartnersWord {
  readonly at: string
  readonly until: string | null
  readonly note: string | null
  readonly response?: { readonly kind: string; readonly at: string } | null
}

const columns = [
  'by',
  'contact',
  'state',
  'acceptedAt',
  'waitsSince',
  'held',
  'hasIt',
  'subscriptionId'
] as const

/** A table of who was told, and a line for each silence over the alert. */
export function toldLines({ items, silences = [] }: ToldList): readonly string[] {
  const rows = items.map(
    ({ subscriptionId, by, contact, state, acceptedAt, waitsSince, held, answered }) => [
      ...[by ?? '-', contact ?? '-', state, acceptedAt ?? '-', waitsSince ?? '-'],
      ...[
        held == null ? '-' : heldWords(held),
        answered == null ? '-' : answerWords(answered),
        subscriptionId
      ]
    ]
  )
  return [...tableLines(columns, rows), ...silences.map(silenceLine)]
}

/** Since when a human there has it, and what they said. */
export function answerWords({ at, until, note, response }: PartnersWord): string {
  const untilWords = until === null ? '' : ` until ${until}`
  const done = response == null ? '' : `; ${response.kind} at ${response.at}`
  return `since ${at}${untilWords}${note === null ? '' : `: ${note}`}${done}`
}

function heldWords({ reason, until }: NonNullable<ToldRow['held']>): string {
  return `${reason ?? 'held'}${until === null ? '' : ` until ${until}`}`
}

function silenceLine({ id, isForOne, endsAt, by, reason }: ToldSilence): string {
  const whom = isForOne ? 'one subscription' : 'all'
  return `silence ${id} for ${whom} until ${endsAt}${by === null ? '' : `, by ${by}`}${reason === null ? '' : `: ${reason}`}`
}

// What was done about an alert, as officers recorded it and partners said. Pure.

import {
  eventName,
  partnersDeedIn,
  type ShownAlert,
  type ShownResponse,
  type ShownRevision
} from '../shown/shown-alert.ts'

/** A response with who recorded it, as far as the reader is told. */
export interface Deed extends ShownResponse {
  /** Null: not told to this reader, or the event is not among those that were asked for. */
  readonly by: string | null
  readonly text: string | null
  /** From when the alert was raised, ms; less than nothing for what was done before. */
  readonly afterMs: number
}

export interface Deeds {
  /** In order of what was done. */
  readonly deeds: readonly Deed[]
  /** Responses that are counted and not known. */
  readonly omitted: number
}

/** `responses`: what the state of the alert says of them; its events say by whom. */
export function listDeeds(
  revisions: readonly ShownRevision[],
  responses: ShownAlert['operator']['responses'],
  raisedAt: string
): Deeds {
  const all = revisions.flatMap(({ type, data: { operator, action } }) => {
    const last = toldIn(type, operator)
    const by = partnersDeedIn(type, operator)?.by ?? action?.by ?? null
    return last === undefined ? [] : [{ ...last, by, text: action?.text ?? null }]
  })
  const gone = replacedIn(revisions)
  const told = all.filter(({ id }) => id === undefined || !gone.has(id))
  // Those of an alert that became part of this one have their events there.
  const ends =
    responses === undefined
      ? []
      : responses.count === 1
        ? [responses.last]
        : [responses.first, responses.last]
  const unnamed = ends
    .filter(end => !told.some(each => isSame(each, end)))
    .map(end => ({ ...end, by: null, text: null }))
  const deeds = [...told, ...unnamed].map(each => ({
    ...each,
    afterMs: Date.parse(each.at) - Date.parse(raisedAt)
  }))
  const partners = revisions.filter(
    ({ type, data }) => partnersDeedIn(type, data.operator) !== undefined
  ).length
  return {
    deeds: deeds.sort(byTime),
    omitted: Math.max(0, (responses?.count ?? 0) + partners - deeds.length)
  }
}

/** What an event says was done: of a correction what it puts in place. */
export function toldIn(type: string, operator: ShownAlert['operator']): ShownResponse | undefined {
  const name = eventName(type)
  const isTold =
    name === 'responded' ||
    (name === 'response-corrected' && operator.responseWithdrawn === undefined)
  return isTold ? operator.responses?.last : partnersDeedIn(type, operator)?.response
}

/** Ids of what was corrected or withdrawn by events. */
function replacedIn(revisions: readonly ShownRevision[]): ReadonlySet<string> {
  const corrections = revisions.filter(({ type }) => eventName(type) === 'response-corrected')
  return new Set(
    corrections.flatMap(({ data: { operator } }) => {
      const { responses, responseWithdrawn } = operator
      return responseWithdrawn?.id === undefined
        ? (responses?.last.corrects ?? [])
        : [responseWithdrawn.id]
    })
  )
}

function isSame(one: ShownResponse, other: ShownResponse): boolean {
  if (one.id !== undefined && other.id !== undefined) return one.id === other.id
  return one.kind === other.kind && one.at === other.at && one.recordedAt === other.recordedAt
}

function byTime(a: Deed, b: Deed): number {
  return Date.parse(a.at) - Date.parse(b.at) || Date.parse(a.recordedAt) - Date.parse(b.recordedAt)
}

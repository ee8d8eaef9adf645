// What was done about an alert, as recorded by officers and reported by partners. Pure.

import {
  eventName,
  partnersDeedIn,
  type ShownAlert,
  type ShownResponse,
  type ShownRevision
} from '../shown/shown-alert.ts'

/** A response with who recorded it, if visible to the reader. */
export interface Deed extends ShownResponse {
  /** Null: not visible to this reader, or the event is not among those that were requested. */
  readonly by: string | null
  readonly text: string | null
  /** From when the alert was raised, ms; negative for what was done before. */
  readonly afterMs: number
}

export interface Deeds {
  /** In the order in which they were done. */
  readonly deeds: readonly Deed[]
  /** Responses that are counted and not known. */
  readonly omitted: number
}

/** `responses`: those in the state of the alert; its events have the authors. */
export function readDeeds(
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

/** The response in an event: for a correction, the corrected one. */
export function toldIn(type: string, operator: ShownAlert['operator']): ShownResponse | undefined {
  const name = eventName(type)
  const isTold =
    name === 'responded' ||
    (name === 'response-corrected' && operator.responseWithdrawn === undefined)
  return isTold ? operator.responses?.last : partnersDeedIn(type, operator)?.response
}

/** Ids of the responses that events corrected or withdrew. */
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

// The responses to an alert, as stored in its state: which response can be corrected, who reads who
// recorded it, what a partner's answer records as done. Pure. Source: decision 0081.

import type {
  AlertOperator,
  AlertPartnerAnswer,
  AlertResponse
} from '@tocsin/contracts/alert/alert'

/** The response with an id, if it is current and can be corrected. O(responses stored). */
export function findResponse(
  operator: AlertOperator,
  alertId: string,
  id: string
): AlertResponse | null {
  return listRecent(operator, alertId).find(each => each.id === id) ?? null
}

/** Why a response can not be corrected. `by`: the id of its replacement. */
export type NotCorrectable =
  | { readonly kind: 'unknown' | 'of-another-alert' | 'withdrawn' | 'settled' }
  | { readonly kind: 'corrected'; readonly by: string; readonly at: string }

/**
 * Why the response of an id can not be corrected; null: it can be. `settled`: it was withdrawn
 * before others, or is older than those that can be corrected. Whether another alert has it is not
 * looked at.
 */
export function findCorrectionFault(
  operator: AlertOperator,
  alertId: string,
  id: string
): NotCorrectable | null {
  const [, of, digits] = /^(.+)\.([1-9]\d{0,8})$/.exec(id) ?? []
  if (of === undefined || digits === undefined) return { kind: 'unknown' }
  if (of !== alertId) return { kind: 'of-another-alert' }
  if (findResponse(operator, alertId, id) !== null) return null
  const replaces = ({ corrects = [] }: AlertResponse) => corrects.includes(id)
  const by = listRecent(operator, alertId).find(replaces)
  if (by?.id !== undefined) return { kind: 'corrected', by: by.id, at: by.recordedAt }
  const { responseWithdrawn } = operator
  if (
    responseWithdrawn !== undefined &&
    (responseWithdrawn.id === id || replaces(responseWithdrawn))
  )
    return { kind: 'withdrawn' }
  const recorded = operator.responsesRecorded ?? operator.responses?.count ?? 0
  return { kind: Number(digits) <= recorded ? 'settled' : 'unknown' }
}

/**
 * The number of a response among those recorded for its alert. Older ones have no id: their number
 * is the count at the time. Pure.
 */
export function readResponseNumber({ id }: Pick<AlertResponse, 'id'>, count: number): number {
  return id === undefined ? count : Number(id.slice(id.lastIndexOf('.') + 1))
}

/** Removes who recorded responses, for readers who may not know. */
export function hideRecorders(
  { responses }: AlertOperator,
  isRead: (response: AlertResponse) => boolean
): Pick<AlertOperator, 'responses'> {
  if (responses?.recent === undefined) return {}
  const recent = responses.recent.map(each => {
    const { byId: _, handling: _handling, ...hidden } = each
    return isRead(each) ? each : hidden
  })
  return { responses: { ...responses, recent } }
}

/** Of older states, which list none, the first and the last are known. */
function listRecent({ responses }: AlertOperator, alertId: string): readonly AlertResponse[] {
  if (responses === undefined) return []
  const { recent, count, first, last } = responses
  if (recent !== undefined) return recent
  return [
    { ...first, id: `${alertId}.1` },
    { ...last, id: `${alertId}.${count}` }
  ].slice(-count)
}

/**
 * The deed that the answer of an event records; null: none, or an earlier answer recorded it. Pure.
 */
export function findDeed({
  at,
  response
}: AlertPartnerAnswer): NonNullable<AlertPartnerAnswer['response']> | null {
  return response?.recordedAt === at ? response : null
}

// What was done about an alert, as its state keeps it: recorded, corrected, withdrawn. The log
// keeps every record, the state what stands. Pure. Source: decision 0081.

import { compareText } from '../incident/incident.ts'
import { type CorrectionRequest, type ResponseRequest, talkOf } from '../record/theatre-record.ts'
import { type AlertOperator, type AlertResponse, responsesMax } from './alert.ts'

type Responses = Pick<AlertOperator, 'responses' | 'responsesRecorded' | 'responseWithdrawn'>

/** The operator state with a further response, accepted at a time, ISO 8601. */
export function withResponse(
  before: AlertOperator,
  request: ResponseRequest,
  time: string
): AlertOperator {
  const { alertId, kind, at } = request
  const number = recordedOf(before) + 1
  const response = {
    kind,
    at: at ?? time,
    recordedAt: time,
    id: idOf(alertId, number),
    ...recorderOf(request)
  }
  const { responseWithdrawn: _, ...others } = before
  const count = (before.responses?.count ?? 0) + 1
  const responses = keptOf([...recentOf(before, alertId), response], count, before.responses?.first)
  return { ...others, ...responses, responsesRecorded: number }
}

/**
 * The operator state with a response replaced or withdrawn. What takes its place is the last that
 * was recorded: so it is listed, and what it replaces is named in it. The same object if what is
 * corrected does not stand.
 */
export function withCorrection(
  before: AlertOperator,
  request: CorrectionRequest,
  time: string
): AlertOperator {
  const { alertId, corrects, withdrawn, kind, at } = request
  const standing = standingResponse(before, alertId, corrects)
  if (standing === null) return before
  const { responses: _, responseWithdrawn: _withdrawn, ...others } = before
  const count = before.responses?.count ?? 1
  const left = recentOf(before, alertId).filter(({ id }) => id !== corrects)
  const { first: earliest } = before.responses ?? {}
  const first = (earliest?.id ?? idOf(alertId, 1)) === corrects ? undefined : earliest
  if (withdrawn) {
    const responseWithdrawn = toldOf(standing)
    return {
      ...others,
      ...keptOf(left, count - 1, first),
      responsesRecorded: recordedOf(before),
      responseWithdrawn
    }
  }
  const number = recordedOf(before) + 1
  const response = {
    ...{
      kind: kind ?? standing.kind,
      at: at ?? standing.at,
      recordedAt: time,
      id: idOf(alertId, number)
    },
    ...{
      corrects: [...(standing.corrects ?? []), corrects].slice(-responsesMax),
      ...recorderOf(request)
    }
  }
  return { ...others, ...keptOf([...left, response], count, first), responsesRecorded: number }
}

/** The response of an id, if it stands and can be corrected. O(responses kept). */
export function standingResponse(
  operator: AlertOperator,
  alertId: string,
  id: string
): AlertResponse | null {
  return recentOf(operator, alertId).find(each => each.id === id) ?? null
}

/** Why a response can not be corrected. `by`: the id of the one that stands in its place. */
export type NotCorrectable =
  | { readonly kind: 'unknown' | 'of-another-alert' | 'withdrawn' | 'settled' }
  | { readonly kind: 'corrected'; readonly by: string; readonly at: string }

/**
 * Why the response of an id can not be corrected; null: it can be. `settled`: it was withdrawn
 * before others, or is older than those that can be corrected. Whether another alert has it is not
 * looked at.
 */
export function whyNotCorrectable(
  operator: AlertOperator,
  alertId: string,
  id: string
): NotCorrectable | null {
  const [, of, digits] = /^(.+)\.([1-9]\d{0,8})$/.exec(id) ?? []
  if (of === undefined || digits === undefined) return { kind: 'unknown' }
  if (of !== alertId) return { kind: 'of-another-alert' }
  if (standingResponse(operator, alertId, id) !== null) return null
  const replaces = ({ corrects = [] }: AlertResponse) => corrects.includes(id)
  const by = recentOf(operator, alertId).find(replaces)
  if (by?.id !== undefined) return { kind: 'corrected', by: by.id, at: by.recordedAt }
  const { responseWithdrawn } = operator
  if (
    responseWithdrawn !== undefined &&
    (responseWithdrawn.id === id || replaces(responseWithdrawn))
  )
    return { kind: 'withdrawn' }
  return { kind: Number(digits) <= recordedOf(operator) ? 'settled' : 'unknown' }
}

/**
 * The number of a response among those recorded of its alert: older ones, without an id, were as
 * many as were counted. Pure.
 */
export function responseNumberOf({ id }: Pick<AlertResponse, 'id'>, count: number): number {
  return id === undefined ? count : Number(id.slice(id.lastIndexOf('.') + 1))
}

/** Who recorded responses, to nobody who may not read it. */
export function responsesInView(
  operator: Pick<AlertOperator, 'responses'>,
  isRead: (response: AlertResponse) => boolean
): Pick<AlertOperator, 'responses'> {
  const { responses } = operator
  if (responses?.recent === undefined) return {}
  return {
    responses: {
      ...responses,
      recent: responses.recent.map(each => (isRead(each) ? each : toldOf(each)))
    }
  }
}

/**
 * The responses of two alerts that become one. Those of the other are numbered on: its id is not
 * everybody's to know.
 */
export function unitedResponses(
  stays: AlertOperator,
  gone: AlertOperator,
  alertId: string
): Omit<Responses, 'responseWithdrawn'> {
  const all = [stays.responses, gone.responses].filter(responses => responses !== undefined)
  const count = all.reduce((sum, responses) => sum + responses.count, 0)
  if (all.every(({ recent }) => recent === undefined)) {
    const first = all.map(responses => responses.first).sort(byRecord)[0]
    const last = all
      .map(responses => responses.last)
      .sort(byRecord)
      .at(-1)
    return first === undefined || last === undefined ? {} : { responses: { count, first, last } }
  }
  const own = recordedOf(stays)
  const brought = recentOf(gone, alertId).map(({ corrects: _, ...each }, i) => ({
    ...each,
    id: idOf(alertId, own + i + 1)
  }))
  const recent = [...recentOf(stays, alertId), ...brought].sort(byRecord)
  const first =
    count === recent.length ? undefined : all.map(responses => responses.first).sort(byRecord)[0]
  return {
    ...keptOf(recent, count, first && ofAlert(first, alertId)),
    responsesRecorded: own + brought.length
  }
}

/** Those kept of all in order of record; nothing stands: nothing is kept. */
function keptOf(
  recent: readonly AlertResponse[],
  count: number,
  before: AlertResponse | undefined
): Pick<Responses, 'responses'> {
  const first = before ?? recent[0]
  const last = recent.at(-1) ?? first
  if (count === 0 || first === undefined || last === undefined) return {}
  return {
    responses: {
      count,
      first: toldOf(first),
      last: toldOf(last),
      recent: recent.slice(-responsesMax)
    }
  }
}

/** Of older states, which list none, the first and the last are known. */
function recentOf({ responses }: AlertOperator, alertId: string): readonly AlertResponse[] {
  if (responses === undefined) return []
  const { recent, count, first, last } = responses
  if (recent !== undefined) return recent
  const ends =
    count === 1
      ? [{ of: last, number: 1 }]
      : [
          { of: first, number: 1 },
          { of: last, number: count }
        ]
  return ends.map(({ of, number }) => ({ ...of, id: idOf(alertId, number) }))
}

function recordedOf({ responses, responsesRecorded }: AlertOperator): number {
  return responsesRecorded ?? responses?.count ?? 0
}

function idOf(alertId: string, number: number): string {
  return `${alertId}.${number}`
}

function recorderOf(request: ResponseRequest | CorrectionRequest) {
  return { ...(request.byId === undefined ? {} : { byId: request.byId }), ...talkOf(request) }
}

/** Without who recorded it. */
function toldOf({ byId: _, handling: _handling, ...response }: AlertResponse): AlertResponse {
  return response
}

/** Without the id that it has in another alert. */
function ofAlert({ id, corrects: _, ...response }: AlertResponse, alertId: string): AlertResponse {
  return id?.startsWith(`${alertId}.`) === true ? { ...response, id } : response
}

function byRecord(a: AlertResponse, b: AlertResponse): number {
  return compareText(a.recordedAt, b.recordedAt)
}

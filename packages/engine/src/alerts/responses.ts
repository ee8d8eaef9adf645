// What was done about an alert, as officers recorded it: each response has an id, and can be
// corrected or withdrawn. The log has every record, the operator state what is valid now. Pure.

import type { AlertOperator } from '@tocsin/contracts/record/alert-event-v3'
import type { CorrectionRequest, ResponseRequest } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'

type Responses = NonNullable<AlertOperator['responses']>
export type Response = Responses['first']

/** Who recorded a response, and who may read that. */
const recorder = ['byId', 'handling'] as const

/** Responses that can still be corrected: the newest. */
const maxRecent = 20

/** The operator state with a further response. `time`: when it was accepted, ISO 8601. */
export function addResponse(
  operator: AlertOperator,
  request: ResponseRequest,
  time: string
): AlertOperator {
  const number = countRecorded(operator) + 1
  const response = {
    kind: request.kind,
    at: request.at ?? time,
    recordedAt: time,
    id: formatId(request.alertId, number),
    ...copyStated(request, recorder)
  }
  const { responseWithdrawn: _, ...others } = operator
  const count = (operator.responses?.count ?? 0) + 1
  const recent = [...listRecent(operator, request.alertId), response]
  return {
    ...others,
    ...makeResponses(recent, count, operator.responses?.first),
    responsesRecorded: number
  }
}

/** The operator state with a response replaced or withdrawn; unchanged if it is not among the recent. */
export function correctResponse(
  operator: AlertOperator,
  request: CorrectionRequest,
  time: string
): AlertOperator {
  const { alertId, corrects, withdrawn } = request
  const corrected = findResponse(operator, alertId, corrects)
  const { responses, responseWithdrawn: _, ...others } = operator
  if (corrected === null || responses === undefined) return operator
  const left = listRecent(operator, alertId).filter(({ id }) => id !== corrects)
  const isFirst = (responses.first.id ?? formatId(alertId, 1)) === corrects
  const first = isFirst ? undefined : responses.first
  const number = countRecorded(operator) + (withdrawn ? 0 : 1)
  const next = makeCorrection(corrected, request, number, time)
  return withdrawn
    ? {
        ...others,
        ...makeResponses(left, responses.count - 1, first),
        responsesRecorded: number,
        responseWithdrawn: hideRecorder(corrected)
      }
    : {
        ...others,
        ...makeResponses([...left, next], responses.count, first),
        responsesRecorded: number
      }
}

function makeCorrection(
  corrected: Response,
  request: CorrectionRequest,
  number: number,
  time: string
): Response {
  return {
    kind: request.kind ?? corrected.kind,
    at: request.at ?? corrected.at,
    recordedAt: time,
    id: formatId(request.alertId, number),
    corrects: [...(corrected.corrects ?? []), request.corrects].slice(-maxRecent),
    ...copyStated(request, recorder)
  }
}

/** A response that can be corrected; null if there is none of this id. */
export function findResponse(
  operator: AlertOperator,
  alertId: string,
  id: string
): Response | null {
  return listRecent(operator, alertId).find(response => response.id === id) ?? null
}

/** The responses of two alerts that become one. Those of the other alert get further numbers. */
export function uniteResponses(
  stays: AlertOperator,
  gone: AlertOperator,
  alertId: string
): Pick<AlertOperator, 'responses' | 'responsesRecorded'> {
  const count = (stays.responses?.count ?? 0) + (gone.responses?.count ?? 0)
  if (count === 0) return {}
  const recorded = countRecorded(stays)
  const brought = listRecent(gone, alertId).map(({ corrects: _, ...response }, i) => ({
    ...response,
    id: formatId(alertId, recorded + i + 1)
  }))
  const recent = [...listRecent(stays, alertId), ...brought].sort(compareRecords)
  const firsts = [stays.responses?.first, gone.responses?.first].filter(x => x !== undefined)
  const first = count === recent.length ? undefined : firsts.sort(compareRecords)[0]
  return {
    ...makeResponses(recent, count, first && dropForeignId(first, alertId)),
    responsesRecorded: recorded + brought.length
  }
}

function makeResponses(
  recent: readonly Response[],
  count: number,
  earliest: Response | undefined
): Pick<AlertOperator, 'responses'> {
  const first = earliest ?? recent[0]
  const last = recent.at(-1) ?? first
  if (count === 0 || first === undefined || last === undefined) return {}
  return {
    responses: {
      count,
      first: hideRecorder(first),
      last: hideRecorder(last),
      recent: recent.slice(-maxRecent)
    }
  }
}

/** Older operator states have no list, but the first and the last response. */
function listRecent({ responses }: AlertOperator, alertId: string): readonly Response[] {
  if (responses === undefined) return []
  const { recent, count, first, last } = responses
  if (recent !== undefined) return recent
  const newest = { ...last, id: formatId(alertId, count) }
  return count === 1 ? [newest] : [{ ...first, id: formatId(alertId, 1) }, newest]
}

function countRecorded({ responses, responsesRecorded }: AlertOperator): number {
  return responsesRecorded ?? responses?.count ?? 0
}

function formatId(alertId: string, number: number): string {
  return `${alertId}.${number}`
}

/** Copies the members of these names that are stated. */
export function copyStated<T extends object, K extends keyof T>(
  from: T,
  names: readonly K[]
): Pick<T, K> {
  const stated = names.filter(name => from[name] !== undefined)
  return Object.fromEntries(stated.map(name => [name, from[name]])) as Pick<T, K>
}

function hideRecorder({ byId: _, handling: _handling, ...response }: Response): Response {
  return response
}

/** Drops the id that a response has in another alert. */
function dropForeignId({ id, corrects: _, ...response }: Response, alertId: string): Response {
  return id?.startsWith(`${alertId}.`) === true ? { ...response, id } : response
}

function compareRecords(a: Response, b: Response): number {
  return compareText(a.recordedAt, b.recordedAt)
}

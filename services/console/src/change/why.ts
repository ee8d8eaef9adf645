// Why an alert was raised, in parts, and what was done about it. Pure.

import {
  eventName,
  partnersDeedIn,
  type ShownAlert,
  type ShownResponse,
  type ShownRevision
} from '../shown/shown-alert.ts'

/** Its last sentence, as the suite writes it in each language. */
const endsAt = /^(?:End of the alert:|Fin de l’alerte :)\s/u

/** The suite's sentences: the first, the one that ends the alert, and those that are read once. */
export function explainAlert(explanation: string) {
  const [found = '', ...others] = explanation.split(
    /(?<=[.:])\s+(?=End of the alert: |Fin de l’alerte : )|(?<=\.)\s+(?!\d{4}\b)(?=\p{Lu}|\d)/u
  )
  const ends = others.find(text => endsAt.test(text))
  return {
    found,
    ends: ends === undefined ? null : ends.replace(endsAt, ''),
    rest: others.filter(text => text !== ends)
  }
}

export type Gauge = NonNullable<ReturnType<typeof readGauge>>

/** Below that a sentence is better than a bar. */
const leastMax = 3

/** The measure with its threshold, usual value and levels on one scale; null: too small to draw. */
export function readGauge({ measure, levels }: Pick<ShownAlert, 'measure' | 'levels'>) {
  const { value, threshold, baseline } = measure
  const reached = levels.flatMap(({ reason }) => {
    const number = Number(/^(\d+(?:\.\d+)?) (?!days?\b)/.exec(reason)?.[1] ?? Number.NaN)
    return number > 0 && number <= value ? [number] : []
  })
  const greatest = Math.max(value, threshold, baseline ?? 0, ...reached)
  if (!(greatest >= leastMax)) return null
  const marks = [
    { at: threshold, kind: 'threshold' as const },
    ...(baseline === null || baseline < greatest / 100
      ? []
      : [{ at: baseline, kind: 'usual' as const }]),
    ...reached.map(at => ({ at, kind: 'level' as const }))
  ]
  return {
    value,
    max: greatest * 1.15,
    marks: marks
      .filter(({ at }, i) => marks.findIndex(each => each.at === at) === i)
      .sort((a, b) => a.at - b.at)
  }
}

/** A response with who recorded it, if visible to the reader. */
export interface Deed extends ShownResponse {
  /** Null: not visible to this reader, or the event is not among those that were requested. */
  readonly by: string | null
  readonly text: string | null
  /** From when the alert was raised, ms; negative for what was done before. */
  readonly afterMs: number
}

/** In the order in which they were done. `omitted`: responses that are counted and not known. */
export function readDeeds(
  revisions: readonly ShownRevision[],
  responses: ShownAlert['operator']['responses'],
  raisedAt: string
) {
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

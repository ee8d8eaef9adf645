// What officers ask of an alert, and why it is refused: the bodies of the routes of one alert,
// which that of many alerts takes as well, and the problems that they answer.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { saidLinePattern } from '@tocsin/contracts/report/posted-text'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import { dispositions, type ResponseKind } from '@tocsin/contracts/theatre/theatre-record'
import { instantOrNullIn } from '../administration/control-operations.ts'
import type { Projection } from '../projection/projection.ts'
import { refusalInView } from '../reader/officers-talk.ts'
import type { ReaderView } from '../reader/reader-view.ts'
import { refusedProblem, refusedReader, staleProblem } from '../refusal/action-refusals.ts'
import { deedMembers, lacksReason, reasonWords, written } from '../response/deed-body.ts'
import { untimelyWords } from '../response/deed-times.ts'
import { type AlertAnswer, type OperatorAsk, untilDaysMax } from './alert-operations.ts'

const noteText = { type: ['string', 'null'], ...written } as const
const instant = { type: 'string', maxLength: 40 } as const
const nameOrNobody = {
  type: ['string', 'null'],
  minLength: 1,
  maxLength: 200,
  pattern: saidLinePattern
} as const
const handling = { enum: handlings } as const

/** By the last part of their address. */
export const actions = {
  acknowledgement: {
    action: 'acknowledge',
    body: {
      properties: { until: { anyOf: [instant, { type: 'null' }] }, note: noteText, handling },
      required: []
    }
  },
  assignment: {
    action: 'assign',
    // To nobody: given back. It must be said, so that a body with a misspelt member gives nothing
    // back.
    body: { properties: { to: nameOrNobody, note: noteText, handling }, required: ['to'] }
  },
  comment: {
    action: 'comment',
    body: {
      properties: { text: { type: 'string', minLength: 1, ...written }, handling },
      required: ['text']
    }
  },
  response: {
    action: 'respond',
    body: {
      properties: {
        ...deedMembers,
        corrects: { type: 'string', minLength: 1, maxLength: 128 },
        withdrawn: { type: 'boolean' },
        handling
      },
      required: []
    }
  },
  resolution: {
    action: 'resolve',
    // The disposition `true` is a string; the JSON literal true is accepted as well.
    body: {
      properties: { disposition: { enum: [...dispositions, true] }, note: noteText, handling },
      required: ['disposition']
    }
  },
  reopening: {
    action: 'reopen',
    body: { properties: { note: noteText, handling }, required: [] }
  }
} as const

export interface ActionBody {
  readonly until?: string | null
  readonly note?: string | null
  readonly to?: string | null
  readonly text?: string | null
  readonly kind?: ResponseKind
  readonly at?: string | null
  readonly corrects?: string
  readonly withdrawn?: boolean
  readonly disposition?: (typeof dispositions)[number] | true
  readonly handling?: Handling
}

/** Throws a ProblemError that names the field. */
export function askOf(action: OperatorAsk['action'], body: ActionBody): OperatorAsk {
  const { until, note, to, text, disposition, kind, at, corrects, withdrawn, handling } = body
  if (action === 'respond') refuseUnclear(body)
  if (lacksReason({ kind, text })) throw bodyRefused('/text', reasonWords)
  const [ends, doneAt] = [instantOrNullIn('/until', until), instantOrNullIn('/at', at)]
  return {
    action,
    ...(ends === null ? {} : { until: ends }),
    ...(note ? { note } : {}),
    ...(to ? { to } : {}),
    ...(text ? { text } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(doneAt === null ? {} : { at: doneAt }),
    ...(corrects === undefined ? {} : { corrects }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
    ...(disposition === undefined
      ? {}
      : { disposition: disposition === true ? ('true' as const) : disposition }),
    ...(handling === undefined ? {} : { handling })
  }
}

/**
 * What was done is said, unless it was said before and is corrected; what is withdrawn is nothing
 * else instead.
 */
function refuseUnclear({ kind, at, corrects, withdrawn }: ActionBody): void {
  if (corrects === undefined && kind === undefined)
    throw bodyRefused('/kind', 'is required: what was done')
  if (corrects === undefined && withdrawn !== undefined)
    throw bodyRefused('/corrects', 'is required: which response is withdrawn')
  if (withdrawn !== true) return
  const more = kind === undefined ? (at == null ? null : '/at') : '/kind'
  if (more !== null) throw bodyRefused(more, 'must be left out: what is withdrawn was not done')
}

/** Why it was not done, as the officer may read it. */
export function problemIn(
  projection: Projection,
  view: ReaderView,
  answer: Exclude<AlertAnswer, { readonly kind: 'done' | 'pending' }>
): ProblemError {
  switch (answer.kind) {
    case 'unknown-alert':
      return new ProblemError('not-found', 'There is no such alert.')
    case 'key-taken': {
      const detail = `was used to ${answer.action} this alert with a different body: use a new key for another action`
      return new ProblemError('header-invalid', `Idempotency-Key ${detail}.`, {
        errors: [{ pointer: 'idempotency-key', detail }]
      })
    }
    case 'over-already':
      return bodyRefused('/until', `must be later than now, which is ${answer.now} in this theatre`)
    case 'too-far':
      return bodyRefused(
        '/until',
        `must be at most ${untilDaysMax} days after now, which is ${answer.now} in this theatre`
      )
    case 'not-yet':
    case 'too-early':
      return bodyRefused('/at', untimelyWords(answer))
    case 'not-correctable':
      return bodyRefused('/corrects', answer.detail)
    case 'no-reason':
      return bodyRefused('/text', reasonWords)
    case 'stale':
      return staleProblem(answer, refusedReader(projection, view))
    case 'refused':
      return refusedProblem(
        refusalInView(view.handling, answer.refusal),
        answer.entry,
        refusedReader(projection, view)
      )
    default:
      return answer satisfies never
  }
}

function bodyRefused(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', `${pointer} ${detail}.`, {
    errors: [{ pointer, detail }]
  })
}

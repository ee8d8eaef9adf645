// What officers ask of an alert, and why it is refused: the bodies of the routes of one alert,
// which the route of many alerts accepts as well, and the problems that they answer.

import {
  makeFormat,
  optional,
  orNull,
  text,
  truth,
  type ValuesOf,
  words
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { saidLinePattern } from '@tocsin/contracts/report/posted-text'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { dispositions, responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { instantOrNullIn } from '../admin/control-operations.ts'
import { refusedProblem, refusedReader, staleProblem } from '../alerts/action-refusals.ts'
import { refusalInView } from '../alerts/officers-talk.ts'
import type { Projection } from '../alerts/projection.ts'
import type { ReaderView } from '../alerts/reader-view.ts'
import { type AlertAnswer, type OperatorAsk, untilDaysMax } from './alert-operations.ts'
import { lacksReason, reasonWords, written } from './deed-body.ts'
import { untimelyWords } from './deed-times.ts'

const said = {
  until: optional(
    orNull(text('An instant with its UTC offset, later than now.', { maxLength: 40 }))
  ),
  note: optional(orNull(text('Shown in the history of the alert.', { ...written }))),
  handling: optional(
    words(
      handlings,
      'Who may read your name and the text. Left out: `internal`. Others see that an officer acted.'
    )
  )
}
const { note, handling } = said

/** By the last part of their address. */
export const actions = {
  acknowledgement: {
    action: 'acknowledge',
    id: 'acknowledgeAlert',
    summary: 'Acknowledge an alert',
    description:
      'Marks the alert as being handled. Lapses at `until`, or when the alert escalates.',
    body: said,
    example: { note: 'Calling the field office.' }
  },
  assignment: {
    action: 'assign',
    id: 'assignAlert',
    summary: 'Assign an alert, or give it back',
    description:
      'Names who works on it. With `to: null` it is given back: from then on nobody has it, and an acknowledgement ends.',
    // Null releases the alert. It must be explicit, so that a body with a misspelt member releases
    // none.
    body: {
      to: orNull(
        text('A person or a desk; null: nobody.', {
          minLength: 1,
          maxLength: 200,
          pattern: saidLinePattern
        })
      ),
      ...{ note, handling }
    },
    example: { to: 'night desk' }
  },
  comment: {
    action: 'comment',
    id: 'commentAlert',
    summary: 'Comment on an alert',
    description: 'Adds a comment to its history.',
    body: { text: text({ minLength: 1, ...written }), handling },
    example: { text: 'Road confirmed closed by two drivers.' }
  },
  response: {
    action: 'respond',
    id: 'respondToAlert',
    summary: 'Record what was done about an alert',
    description:
      'Several can be recorded, of a closed alert too. With `corrects` it replaces one of them, and with `withdrawn` that one is taken back: by who recorded it, or whoever may read who did. Everyone who sees the alert is told what was done, and when; who recorded it, and the text, are for readers of `handling` alone.',
    body: {
      kind: optional(
        words(
          responseKinds,
          'Required, unless `corrects` is given. People were warned, people were moved, somebody was sent, something else; `none`: it was decided not to act.'
        )
      ),
      at: optional(
        orNull(
          text(
            "When it was done; now if left out. At most 30 days before the alert's first event.",
            { maxLength: 40 }
          )
        )
      ),
      text: optional(
        orNull(text('What was done, in words. Required with `none`.', { ...written }))
      ),
      corrects: optional(
        text(
          'Id of a response of `recent`, which this one replaces: `kind` and `at` stay if left out.',
          { minLength: 1, maxLength: 128 }
        )
      ),
      withdrawn: optional(
        truth('With `corrects`: nothing takes its place. `kind` and `at` are left out.')
      ),
      handling
    },
    example: {
      kind: 'warned',
      at: '2025-06-02T09:40:00Z',
      text: 'Called the three village heads.'
    }
  },
  resolution: {
    action: 'resolve',
    id: 'resolveAlert',
    summary: 'Resolve an alert',
    description: 'Closes it with a disposition.',
    body: {
      // The disposition `true` is a string; the JSON literal true is accepted as well.
      disposition: makeFormat<(typeof dispositions)[number] | true>(
        { enum: [...dispositions, true] },
        'What the alert turned out to be.'
      ),
      ...{ note, handling }
    },
    example: { disposition: 'true', note: 'Handed to the regional office.' }
  },
  reopening: {
    action: 'reopen',
    id: 'reopenAlert',
    summary: 'Reopen an alert that an officer resolved',
    description:
      'Takes its disposition back, while its situation goes on. One whose situation has ended is reopened by a report alone: `action-refused` with the reason `invalid`.',
    body: { note, handling },
    example: { note: 'Resolved by mistake: the road is still closed.' }
  }
} as const

type Actions = typeof actions
type Said<Name extends keyof Actions> = ValuesOf<Actions[Name]['body']>
/** The members of all actions. */
export type ActionBody = Partial<
  Said<'acknowledgement'> & Said<'assignment'> & Omit<Said<'response'>, 'text'> & Said<'resolution'>
> &
  Pick<Said<'response'>, 'text'>

/** Throws a ProblemError that names the field. */
export function readAsk(action: OperatorAsk['action'], body: ActionBody): OperatorAsk {
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
 * The body must state what was done, unless it corrects an earlier response; a withdrawal has no
 * replacement.
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

// What a person sees who opens the link in a webhook: the alert as the subscription may see it, one
// button by which somebody has it, and a form for what was done.

import type { ResponseKind } from '@tocsin/contracts/theatre/theatre-record'
import { formatDay } from '@tocsin/domain/space-time/event-time'
import { escaped, formatText, sendPlainPage } from '@tocsin/service/http/plain-page'
import type { FastifyReply } from 'fastify'
import type { VisibleAlert } from '../alerts/reader-view.ts'
import type { DeedFields } from './answer-form.ts'
import { written } from './deed-body.ts'

/** Of the alert, as this subscription is sent it. */
export type LinkedAlert = Pick<VisibleAlert, 'headline' | 'severity' | 'status'>

export interface AnswerOffer {
  readonly token: string
  /** When the alert paged the subscription last: what the button answers. */
  readonly page: string
  /**
   * When somebody of the subscription last answered that a human has it, since that page; null: no
   * answer.
   */
  readonly said: string | null
  /** The deed that somebody of the subscription recorded last; null: none. */
  readonly done: Done | null
  /** The alert is over: no human is needed any more, and what was done is still recorded. */
  readonly isOver: boolean
  /** Why a press was not recorded, and what was typed, which stays in the form; null: no press. */
  readonly refused: Refused | null
}

export interface Done {
  readonly kind: ResponseKind
  /** ISO 8601. */
  readonly at: string
}

export interface Refused {
  /**
   * `again`: the alert paged again since the page was opened. `enough`: as much was recorded as a
   * link takes.
   */
  readonly why: 'again' | 'over' | 'enough' | { readonly fault: string }
  readonly fields: DeedFields | null
}

const doneWords: Readonly<Record<ResponseKind, string>> = {
  warned: 'people were warned',
  moved: 'people were moved',
  sent: 'somebody was sent',
  other: 'something else was done',
  none: 'it was decided not to act'
}

export function sendAnswerOffer(
  reply: FastifyReply,
  alert: LinkedAlert,
  offer: AnswerOffer
): FastifyReply {
  const { token, page, said, done, isOver, refused } = offer
  const action = `/answer?token=${encodeURIComponent(token)}&amp;page=${encodeURIComponent(page)}`
  const before =
    refusedText(refused) +
    (said === null ? '' : `<p>At ${makeMoment(said)} it was recorded that a human has it.</p>`) +
    (done === null ? '' : `<p>Recorded as done: ${doneText(done)}.</p>`)
  const press = `<form method="post" action="${action}"><p><button>A human has it</button></p></form>`
  const what =
    '<p>The button tells the officers of the operations centre that somebody of yours has this alert. It takes it from nobody. Until it is pressed, nothing has happened.</p>'
  const has = isOver ? '<p>The alert is over: nobody needs to have it.</p>' : press + what
  const title = isOver ? 'The alert is over' : 'An alert'
  return sendPlainPage(
    reply,
    computeStatus(refused),
    title,
    makeStatement(alert) + before + has + deedForm(action, refused?.fields)
  )
}

/** `done`: what was recorded as done; null: that a human has it. */
export function sendAnswered(
  reply: FastifyReply,
  alert: LinkedAlert,
  at: string,
  done: Done | null
): FastifyReply {
  const what = done === null ? 'a human has it' : doneText(done)
  return sendPlainPage(
    reply,
    200,
    'Recorded',
    `${makeStatement(alert)}<p>Recorded at ${makeMoment(at)}: ${what}.</p>${furtherText}`
  )
}

export function sendAnswerStored(reply: FastifyReply, alert: LinkedAlert): FastifyReply {
  const what =
    '<p>It is stored, and officers will be told. Open the link again to see that it is recorded.</p>'
  return sendPlainPage(reply, 202, 'Stored', makeStatement(alert) + what)
}

/** The same for every token that does not open, for any reason. */
export function sendAnswerLinkOver(reply: FastifyReply): FastifyReply {
  const what =
    '<p>It was cut, or it has ended: it holds for seven days, and as long as the subscription and its right to the alert.</p>' +
    '<p>Nothing was recorded. Call the operations centre.</p>'
  return sendPlainPage(reply, 404, 'This link opens nothing', what)
}

const furtherText =
  '<p>Open the link again to record what was done since. The same again, with another time, puts a wrong time right.</p>'

function computeStatus(refused: Refused | null): number {
  if (refused === null) return 200
  return typeof refused.why === 'string' ? 409 : 422
}

function refusedText(refused: Refused | null): string {
  if (refused === null) return ''
  const { why } = refused
  if (why === 'again')
    return '<p>People were called again since that page was opened. Nothing was recorded: press again.</p>'
  if (why === 'over') return '<p>Nothing was recorded.</p>'
  if (why === 'enough')
    return '<p>This link takes no more. Nothing was recorded: call the operations centre.</p>'
  return `<p>Nothing was recorded. ${formatText(why.fault)}</p>`
}

function doneText({ kind, at }: Done): string {
  return `${doneWords[kind]}, at ${makeMoment(at)}`
}

/** To the minute: `21:42 UTC on 24 November 2026`. */
function makeMoment(iso: string): string {
  return `<time datetime="${escaped(iso)}">${escaped(iso.slice(11, 16))} UTC on ${formatDay(Date.parse(iso.slice(0, 10)))}</time>`
}

const nothingTyped: DeedFields = { kind: '', hours: '', minutes: '', text: '' }

/** Times are asked for as how long ago: this page does not know in which zone its reader is. */
function deedForm(action: string, typed: DeedFields | null = null): string {
  const { kind, hours, minutes, text } = typed ?? nothingTyped
  const choice = ([value, words]: readonly [string, string]) =>
    `<option value="${value}"${value === kind ? ' selected' : ''}>${words.charAt(0).toUpperCase()}${words.slice(1)}</option>`
  const choices = [['', 'choose'] as const, ...Object.entries(doneWords)].map(choice).join('')
  const number = (name: string, value: string, words: string) =>
    `<label><input name="${name}" inputmode="numeric" maxlength="5" size="5" value="${escaped(value)}"> ${words}</label>`
  return `<form method="post" action="${action}">
<h2>What was done</h2>
<p><label>What <select name="kind" required>${choices}</select></label></p>
<p>How long ago, now if left empty: ${number('hours', hours, 'hours')} ${number('minutes', minutes, 'minutes')}</p>
<p><label>In words, for the officers alone; if nothing is done, why<br><textarea name="text" rows="4" maxlength="${written.maxLength}">${escaped(text)}</textarea></label></p>
<p><button>Record what was done</button></p>
</form>
<p>It tells the officers of the operations centre what somebody of yours did, and nobody else. It closes nothing.</p>`
}

function makeStatement({ headline, severity, status }: LinkedAlert): string {
  return `<p><strong>${formatText(headline)}</strong></p><p>Severity: ${formatText(severity)}. Status: ${formatText(status)}.</p>`
}

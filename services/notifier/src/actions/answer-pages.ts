// The page behind the link in a webhook, and what it sends: the alert as the subscription may see it,
// one button by which somebody has it, with an empty body, and a form for what was done. Pure but for
// the answer. A page without script does not know the local time of its reader, so it asks how long
// ago something was done, not at what time of day.

import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import {
  type PartnersDeed,
  type ResponseKind,
  responseKinds
} from '@tocsin/contracts/theatre/theatre-record'
import { formatDay } from '@tocsin/domain/space-time/event-time'
import { escaped, formatText, sendPlainPage } from '@tocsin/service/http/plain-page'
import type { FastifyReply } from 'fastify'
import type { VisibleAlert } from '../alerts/reader-view.ts'
import { lacksReason, written } from './deeds.ts'

/** Most of a form that is read: each of 4,000 characters takes up to 9 bytes as forms are sent. */
export const formBytesMax = 64 * 1024

/** The fields as they were typed. */
interface DeedFields {
  readonly kind: string
  readonly hours: string
  readonly minutes: string
  readonly text: string
}

export type PressedForm =
  /** The button for "a human has it". */
  | { readonly kind: 'has-it' }
  /** `once`: the same for the same fields. */
  | {
      readonly kind: 'done'
      readonly deed: PartnersDeed
      readonly once: string
      readonly fields: DeedFields
    }
  | { readonly kind: 'fault'; readonly fault: string; readonly fields: DeedFields }

const fieldNames = ['kind', 'hours', 'minutes', 'text'] as const
const pattern = new RegExp(saidTextPattern, 'u')
/** Largest number of hours in the fields: the alert decides which are allowed. */
const hoursMax = 10_000

/**
 * The content of a form, by the time of its alert, ISO 8601. `body`: as browsers send it; null:
 * there was none.
 */
export function pressedForm(body: string | null, now: string): PressedForm {
  // The button sends no body. A form with other fields is not treated as a press of it: what was
  // done would be lost.
  if (body === null || body === '') return { kind: 'has-it' }
  const form = new URLSearchParams(body)
  const kind = form.get('kind') ?? ''
  const [hours = '', minutes = '', text = ''] = ['hours', 'minutes', 'text'].map(name =>
    (form.get(name) ?? '').replaceAll('\r\n', '\n').trim()
  )
  const fields = { kind, hours, minutes, text }
  const refused = (fault: string) => ({ kind: 'fault', fault, fields }) as const
  const twice = fieldNames.find(name => form.getAll(name).length > 1)
  if (twice !== undefined) return refused(`The form has ${twice} twice.`)
  if (!isKind(kind)) return refused('Choose what was done.')
  const [hoursAgo, minutesAgo] = [makeWhole(hours, hoursMax), makeWhole(minutes, hoursMax * 60)]
  if (hoursAgo === null || minutesAgo === null)
    return refused(
      `Hours and minutes must be whole numbers, of at most ${hoursMax} hours, or left empty.`
    )
  if (text.length > written.maxLength)
    return refused(`The words must be at most ${written.maxLength} characters.`)
  if (!pattern.test(text))
    return refused('The words have a character that cannot be kept, or none that is seen.')
  if (lacksReason(kind, text)) return refused('Say why nothing is done.')
  const agoMs = (hoursAgo * 60 + minutesAgo) * 60_000
  const at = agoMs === 0 ? null : new Date(Date.parse(now) - agoMs).toISOString()
  const once = JSON.stringify([kind, hoursAgo, minutesAgo, text])
  return { kind: 'done', deed: { kind, at, text: text === '' ? null : text }, once, fields }
}

/** A whole number of a field; null if it is none. Empty is 0. */
function makeWhole(text: string, max: number): number | null {
  const value = text === '' ? 0 : Number(text)
  return /^\d*$/.test(text) && value <= max ? value : null
}

function isKind(text: string): text is ResponseKind {
  return (responseKinds as readonly string[]).includes(text)
}

/** Of the alert, as this subscription is sent it. */
export type LinkedAlert = Pick<VisibleAlert, 'headline' | 'severity' | 'status'>

interface AnswerOffer {
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
  /** Why a press was not recorded; null: the page was only opened. */
  readonly why: WhyRefused | null
  /** What was typed, which stays in the form. */
  readonly typed: DeedFields | null
}

interface Done {
  readonly kind: ResponseKind
  /** ISO 8601. */
  readonly at: string
}

/**
 * `again`: the alert paged again since the page was opened. `enough`: as much was recorded as a link
 * takes.
 */
export type WhyRefused = 'again' | 'over' | 'enough' | { readonly fault: string }

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
  const { token, page, said, done, isOver, why, typed } = offer
  const action = `/answer?token=${encodeURIComponent(token)}&amp;page=${encodeURIComponent(page)}`
  const before =
    (why === null ? '' : formatRefused(why)) +
    (said === null ? '' : `<p>At ${makeMoment(said)} it was recorded that a human has it.</p>`) +
    (done === null ? '' : `<p>Recorded as done: ${doneText(done)}.</p>`)
  const press = `<form method="post" action="${action}"><p><button>A human has it</button></p></form>`
  const what =
    '<p>The button tells the officers of the operations centre that somebody of yours has this alert. It takes it from nobody. Until it is pressed, nothing has happened.</p>'
  const has = isOver ? '<p>The alert is over: nobody needs to have it.</p>' : press + what
  const title = isOver ? 'The alert is over' : 'An alert'
  return sendPlainPage(
    reply,
    why === null ? 200 : typeof why === 'string' ? 409 : 422,
    title,
    makeStatement(alert) + before + has + deedForm(action, typed)
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

const whyWords = {
  again: 'People were called again since that page was opened. Nothing was recorded: press again.',
  over: 'Nothing was recorded.',
  enough: 'This link takes no more. Nothing was recorded: call the operations centre.'
} as const

function formatRefused(why: WhyRefused): string {
  return `<p>${typeof why === 'string' ? whyWords[why] : `Nothing was recorded. ${formatText(why.fault)}`}</p>`
}

function doneText({ kind, at }: Done): string {
  return `${doneWords[kind]}, at ${makeMoment(at)}`
}

/** To the minute: `21:42 UTC on 24 November 2026`. */
function makeMoment(iso: string): string {
  return `<time datetime="${escaped(iso)}">${escaped(iso.slice(11, 16))} UTC on ${formatDay(Date.parse(iso.slice(0, 10)))}</time>`
}

/** Times are asked for as how long ago: this page does not know in which zone its reader is. */
function deedForm(action: string, typed: DeedFields | null): string {
  const { kind = '', hours = '', minutes = '', text = '' } = typed ?? {}
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

// "A human has it", and what was done: the answer of a partner who was notified of an alert by
// webhook, with the key of the subscription, or without a key by a link in the webhook. It takes the
// alert from nobody. A link is not stored: it is a sealed text that names the subscription, the alert
// and its own end. A program that fetches links, such as a mail scanner or the preview of a chat
// program, changes no state: only a press of the buttons answers. Source: decision 0081.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { refuseFromElsewhere } from '@tocsin/auth/sign-in/sign-in-pages'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { optional, orNull, record, strict, text, words } from '@tocsin/contracts/format/format'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { talkHandling } from '@tocsin/contracts/theatre/handling'
import {
  type AnswerRequest,
  type PartnersDeed,
  type ResponseKind,
  responseKinds
} from '@tocsin/contracts/theatre/theatre-record'
import { textPattern } from '@tocsin/contracts/theatre/written-text'
import { dayMs, formatDay } from '@tocsin/domain/space-time/event-time'
import type { RecordPosition } from '@tocsin/event-log/port'
import { escaped, formatText, sendPlainPage } from '@tocsin/service/http/plain-page'
import { SealedTokens } from '@tocsin/service/projection/sealed-cursor'
import {
  answer,
  createRouteAdder,
  idText,
  pageAnswer,
  writeProblems
} from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { instantOrNullIn } from '../admin/control-operations.ts'
import { lastPageMs } from '../alerts/alert-calls.ts'
import type { AlertAtLevel, AlertEntry } from '../alerts/alert-entry.ts'
import type { ActionOutcome } from '../alerts/alert-index.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { VisibleAlert } from '../alerts/reader-view.ts'
import { shownTo, stateInView } from '../alerts/record-judging.ts'
import { findRetryKey } from '../alerts/request-headers.ts'
import { refusedProblem } from '../alerts/shown-alert.ts'
import { isWithSubscriber, subscriberDeedsMax } from '../alerts/subscriber-calls.ts'
import { alertWithoutParts } from '../alerts/withheld-parts.ts'
import { type AnswerableEvent, isStateEvent } from '../notification/delivery.ts'
import { computeAudience } from '../webhook/subscription-record.ts'
import {
  type ActingDeps,
  actionStatusSchema,
  checkDoneAt,
  checkReason,
  checkUntil,
  doneBy,
  lacksReason,
  makeActionId,
  type Outcome,
  pendingAnswer,
  requestOutcome,
  sendOutcome,
  written
} from './acts.ts'

export function addAnswerRoutes(app: FastifyInstance, deps: ActingDeps): void {
  makeReadingRoutes(app, deps, { tag: 'Subscriptions', access: ['subscriptions:manage'] })({
    id: 'answerAlert',
    method: 'POST',
    path: '/v1/subscriptions/:id/acknowledgements',
    summary: 'Say that a human has an alert, and what was done',
    description:
      'For the key that holds the subscription, of an alert that the subscription accepted and may still see. It takes the alert from nobody: it is shown beside what officers do, and only `internal` readers see who answered. With `response` also of an alert that is over. Of one subscription and call the last response of each kind counts.',
    params: { id: idText('Id of the subscription.') },
    headers: ['idempotency-key of an act'],
    body: strict({
      alertId: idText('The `alertId` of the event.'),
      until: optional(orNull(text('Until when you have it: later than now.', { maxLength: 40 }))),
      // Notes of partners are stored in the state of the alert.
      note: optional(
        orNull(text('A note for the officers.', { maxLength: 500, pattern: textPattern }))
      ),
      response: optional(
        orNull(
          strict(
            {
              kind: words(responseKinds),
              at: optional(orNull(text({ maxLength: 40 }))),
              text: optional(orNull(text(written)))
            },
            {
              description:
                "What was done there: its `kind`, as of an officer's response, when (`at`; now if left out), and `text`, which `none` needs. Only `internal` readers see it."
            }
          )
        )
      )
    }),
    example: { alertId: '5b1d…', note: 'Our team in Mopti calls the village heads.' },
    answers: {
      200: answer('It is recorded.', actionStatusSchema, 'tocsin-cursor'),
      202: pendingAnswer(
        'Stored, but not decided within two seconds: query `Location`, with a key that may read alerts.'
      )
    },
    problems: ['action-refused', ...writeProblems],
    async handle(request, reply) {
      const asker = getPrincipal(request)
      const subscription = await deps.subscriptionOperations.findNow(asker, request.params.id)
      const { alertId, until, note, response } = request.body
      checkReason(response?.kind, response?.text, '/response/text')
      const said = {
        until: instantOrNullIn('/until', until),
        note: note || null,
        ...(response && {
          response: {
            kind: response.kind,
            at: instantOrNullIn('/response/at', response.at),
            text: response.text || null
          }
        })
      }
      const retryKey = findRetryKey(request)
      const once = retryKey === null ? null : `${retryKey} ${toCanonicalJson(said)}`
      const notified = await findNotified(deps, subscription, alertId)
      if (notified === null)
        throw new ProblemError('not-found', 'The subscription was not notified of such an alert.')
      const answered = await recordAnswer(deps, notified, { asker, ...said, once })
      return sendOutcome(deps, reply, answered, ({ actionId, at }) =>
        reply.send({ actionId, state: 'done', alertId, at })
      )
    }
  })
}

interface PartnerAnswer {
  /** Left out: the holder of a link, which names the subscription alone. */
  readonly asker?: Principal
  /** Until when they have it, ISO 8601. */
  readonly until: string | null
  readonly note: string | null
  /** What was done; without a time: it is done when this is recorded. */
  readonly response?: PartnersDeed
  /** Repeats with the same name are one answer; null: each is another. */
  readonly once: string | null
}

/** An alert of which a subscription was notified, as the subscription may see it. */
export interface NotifiedAlert {
  readonly subscription: SubscriptionRecord
  readonly entry: AlertEntry
  readonly shown: AlertAtLevel
}

/**
 * The alert, if the subscription still has its right, accepted an event of the alert and may see it
 * now; null in all other cases. Rejects with `projection-behind` if other instances' writes are not
 * folded here in time.
 */
export async function findNotified(
  { projection, dispatcher, shared }: ActingDeps,
  subscription: SubscriptionRecord,
  alertId: string
): Promise<NotifiedAlert | null> {
  await shared.learn('control', 'incidents', 'alerts')
  await dispatcher.catchUp()
  const entry = projection.alerts.get(alertId)
  const deliveries = dispatcher.of(subscription.subscriptionId)
  if (entry === undefined || deliveries.isEnded || !dispatcher.isAuthorized(subscription))
    return null
  if (deliveries.findTrace(alertId).accepted === null) return null
  const shown = shownTo(computeAudience(subscription).view, entry)
  return shown === null ? null : { subscription, entry, shown }
}

/**
 * Records an answer and waits for the outcome, up to two seconds. `doneAt`: the recorded time of
 * what was done; null: nothing, or not known any more. Throws the ProblemError of a refusal, by a
 * link also `too-many` if the subscription recorded as much as a link takes. Rejects with an
 * EventLogError if it could not be written.
 */
export async function recordAnswer(
  deps: ActingDeps,
  { subscription, entry, shown }: NotifiedAlert,
  { asker, until, note, response, once }: PartnerAnswer
): Promise<
  Outcome<{ readonly actionId: string; readonly at: string; readonly doneAt: string | null }>
> {
  const { alerts, clocks, views } = deps.projection
  const { alertId, theatre } = entry
  const { subscriptionId, handling } = subscription
  const via = asker === undefined ? 'link' : 'key'
  const said = ['answer', via, subscriptionId, asker?.id ?? '', alertId]
  const actionId = makeActionId(deps, once, ...said)
  const refuse = (reason: Parameters<typeof refusedProblem>[0]['reason']) =>
    refusedProblem({ reason, operatorRevision: null }, entry, handling)
  const conclude = (outcome: ActionOutcome, appended: RecordPosition | null) => {
    if (outcome.kind === 'refused') throw refuse(outcome.refusal.reason)
    const asked = clocks.request(actionId)?.request
    const done = asked?.action === 'answer' ? asked.response : undefined
    const doneAt = done === undefined ? null : (done.at ?? outcome.at)
    return { kind: 'done', actionId, at: outcome.at, doneAt, appended } as const
  }
  const known = alerts.findOutcome(actionId)
  if (known !== undefined) return conclude(known, null)
  const now = deps.nowIn(theatre)
  if (clocks.request(actionId) === undefined) {
    checkUntil(until, now)
    if (response !== undefined) checkDoneAt('/response/at', response.at, now, shown.firstTime)
    const own = (entry.at(handling)?.deeds ?? []).filter(
      each => each.subscriptionId === subscriptionId
    )
    if (via === 'link' && response !== undefined && own.length >= subscriberDeedsMax)
      throw new ProblemError('too-many', 'As much was recorded as a link takes.')
  }
  // What was done is often written down late: also of an alert that is over by then.
  if (response === undefined && !isOpen(shown.state)) throw refuse('alert-closed')
  const holder = deps.subscriptionOperations.findHolder(subscription) ?? subscriptionId
  const data: AnswerRequest = {
    ...{ actionId, alertId, action: 'answer', subscriptionId, via, until, note, holder },
    ...(asker === undefined ? { by: holder } : { by: asker.name, byId: asker.id }),
    ...(response && { response: { ...response, at: doneBy(now, response.at) } }),
    ...{ handling: talkHandling, clearance: handling }
  }
  const { appended, outcome } = await requestOutcome(
    deps,
    { id: actionId, theatre, cause: entry.top.last.id },
    { type: 'answer.requested', data },
    views.alerts,
    () => alerts.findOutcome(actionId)
  )
  return outcome === undefined
    ? { kind: 'pending', actionId, appended }
    : conclude(outcome, appended)
}

/** How long a link can be used, from when its delivery was planned. */
const linkMs = 7 * dayMs
/** Longest token that is opened, characters. */
const tokenLengthMax = 512

interface AnswerLink {
  readonly subscriptionId: string
  readonly alertId: string
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number
}

export type AnswerLinks = ReturnType<typeof makeAnswerLinks>

/** `publicUrl`: where partners reach Tocsin; empty: nowhere, and no link is made. */
export function makeAnswerLinks(secret: Buffer, publicUrl: string) {
  const sealed = new SealedTokens<AnswerLink>(secret, 'ta_', tokenLengthMax)
  return {
    /**
     * The link of a delivery; null if the subscription wants none, or no answer is possible. The
     * same at every attempt and replay, like the rest of the body: its end counts from when the
     * delivery was planned.
     */
    formatUrl(
      { subscriptionId, answerLinks }: SubscriptionRecord,
      delivery: AnswerableEvent
    ): string | null {
      const { alertId, verdict, closes, plannedAt } = delivery
      const isStanding = verdict === 'event' && closes !== true && isStateEvent(delivery)
      if (answerLinks !== true || publicUrl === '' || !isStanding) return null
      const expiresAtMs = Date.parse(plannedAt) + linkMs
      return `${publicUrl}/answer?token=${sealed.seal({ subscriptionId, alertId, expiresAtMs })}`
    },

    /** The content of a token; null if it is forged or expired. */
    open: (token: string, nowMs: number) => sealed.open(token, nowMs)
  }
}

interface AnswerLinkDeps extends ActingDeps {
  readonly answerLinks: AnswerLinks
}

/** What a link leads to now. */
interface Linked {
  readonly token: string
  readonly notified: NotifiedAlert
  /** As the subscription is sent it. */
  readonly alert: VisibleAlert
  /** When the alert paged the subscription last, ms in digits; `0`: never. */
  readonly page: string
}

const formType = 'application/x-www-form-urlencoded'
/** Most of a form that is read: each of 4,000 characters takes up to 9 bytes as forms are sent. */
const formBytesMax = 64 * 1024

const linkRoute = {
  path: '/answer',
  query: {
    token: optional(text('The token in the link.', { maxLength: tokenLengthMax })),
    // The last page of the alert as the button knew it, ms in digits.
    page: optional(
      text('Which time that people were called the button answers, as the page has it.', {
        maxLength: 16
      })
    )
  },
  ignoresOtherQuery: true,
  config: {
    // An answer that was recorded, but not seen to be, is the same one when it is pressed again.
    page: 'Open the link again in a minute and press again, or call the operations centre.'
  }
} as const
const family = { tag: 'Subscriptions', access: 'open' } as const
const opensNothing = pageAnswer(
  'A page that says that the link opens nothing, whatever the reason.'
)

export function addAnswerLinkRoutes(app: FastifyInstance, deps: AnswerLinkDeps): void {
  /** Links whose responses wait for the rules: one could write any number of them in parallel. */
  const waiting = new Set<string>()

  createRouteAdder(
    app,
    family
  )({
    ...linkRoute,
    id: 'openAnswerLink',
    method: 'GET',
    summary: 'Open the link in a webhook',
    description:
      'For browsers: the alert as the subscription may see it now, a button, and a form for what was done. It changes nothing.',
    answers: { 200: pageAnswer('The alert.'), 404: opensNothing },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const linked = await readLinked(deps, request)
      return linked === null ? sendLinkOver(reply) : sendOffer(reply, linked)
    }
  })

  void app.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      formType,
      { parseAs: 'string' },
      async (_request: FastifyRequest, text: string) => text
    )
    // Unread, another body would be taken for a press of the button.
    scope.addContentTypeParser('*', (_request: FastifyRequest, _payload: unknown, done) =>
      done(
        new ProblemError(
          'content-type-unsupported',
          `The button sends no body, and the form ${formType}.`
        )
      )
    )
    createRouteAdder(
      scope,
      family
    )({
      ...linkRoute,
      id: 'answerByLink',
      method: 'POST',
      summary: 'Say by the link in a webhook that a human has the alert, or what was done',
      description:
        'For browsers: what the button of the page sends, or its form. One link is one answer to each time that people were paged, however often it is pressed, and takes 20 responses.',
      reads: {
        required: false,
        content: {
          [formType]: {
            schema: record({
              kind: words(responseKinds, 'What was done.'),
              hours: optional(text('How long ago, with `minutes`. Left out: 0.')),
              minutes: optional(text()),
              text: optional(text('In words. `none` needs them.'))
            })
          }
        }
      },
      answers: {
        200: pageAnswer('It is recorded.'),
        202: pageAnswer('It is stored, and not decided yet.'),
        404: opensNothing,
        409: pageAnswer(
          'The alert is over; it paged again since the button was shown, which is shown again; or the link takes no more. What was typed is kept.'
        ),
        422: pageAnswer('What was typed cannot be recorded: the page says why, and keeps it.')
      },
      problems: writeProblems,
      options: {
        bodyLimit: formBytesMax,
        // Without a valid link the body is not read: it does not count among the bodies in the
        // process's memory.
        onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
          refuseFromElsewhere(request, 'Pages of another origin may not answer an alert.')
          if (openLink(deps, request) === null) return sendLinkOver(reply)
        }
      },
      async handle(request, reply) {
        const linked = await readLinked(deps, request)
        if (linked === null) return sendLinkOver(reply)
        const { token, notified, page } = linked
        const fields = request.body ? readFields(request.body as string) : null
        const refuse = (status: 409 | 422, why: string) =>
          sendOffer(reply, linked, { status, why, fields })
        // What came back, or escalated, since the button was shown: whoever presses has not seen
        // it.
        if ((request.query.page ?? page) !== page && isOpen(notified.shown.state))
          return refuse(
            409,
            'People were called again since that page was opened. Nothing was recorded: press again.'
          )
        const response = fields && readResponse(fields, deps.nowIn(notified.entry.theatre))
        if (typeof response === 'string') return refuse(422, `Nothing was recorded. ${response}`)
        if (response !== null && waiting.has(token)) return refuse(409, takesNoMore)
        if (response !== null) waiting.add(token)
        try {
          const answered = await recordAnswer(deps, notified, {
            ...{ until: null, note: null, once: `${token} ${page} ${JSON.stringify(fields)}` },
            ...(response && { response })
          })
          if (answered.kind === 'pending') return sendRecorded(reply, linked, null)
          const { at, doneAt } = answered
          const what =
            response === null
              ? 'a human has it'
              : formatDone({ kind: response.kind, at: doneAt ?? at })
          return sendRecorded(reply, linked, { at, what })
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error
          if (error.code === 'action-refused') return refuse(409, 'Nothing was recorded.')
          if (error.code === 'too-many') return refuse(409, takesNoMore)
          const fault = error.errors.find(({ pointer }) => pointer === '/response/at')
          if (fault === undefined) throw error
          return refuse(422, `Nothing was recorded. The time ${fault.detail}.`)
        } finally {
          if (response !== null) waiting.delete(token)
        }
      }
    })
  })
}

const takesNoMore = 'This link takes no more. Nothing was recorded: call the operations centre.'

/** The link of a request; null if it does not open. */
function openLink({ answerLinks, clock }: AnswerLinkDeps, { query }: FastifyRequest) {
  // Before the query is validated one that is repeated is a list.
  const { token } = query as Readonly<Record<string, unknown>>
  return typeof token === 'string' ? answerLinks.open(token, clock.nowMs()) : null
}

/** What a request's link leads to; null if it does not open now. */
async function readLinked(
  deps: AnswerLinkDeps,
  request: FastifyRequest<{ Querystring: { readonly token?: string } }>
): Promise<Linked | null> {
  const { control, shared, projection } = deps
  const link = openLink(deps, request)
  if (link === null) return null
  await shared.learn('control')
  const subscription = control.state.subscriptions.get(link.subscriptionId)
  if (subscription?.answerLinks !== true) return null
  const notified = await findNotified(deps, subscription, link.alertId)
  if (notified === null) return null
  const { token = '' } = request.query
  const state = stateInView(projection.alerts, computeAudience(subscription).view, notified.shown)
  const call = notified.shown.calls.calls.at(-1)
  const page = call === undefined ? '0' : String(lastPageMs(call))
  return { token, notified, alert: alertWithoutParts(state, subscription.withhold), page }
}

/** What was typed into the form, by the names of its fields. */
type Fields = ReturnType<typeof readFields>

const pattern = new RegExp(textPattern, 'u')
/** Largest number of hours in the fields: the alert decides which are allowed. */
const hoursMax = 10_000

function readFields(body: string) {
  const form = new URLSearchParams(body)
  const read = (name: string) => (form.get(name) ?? '').replaceAll('\r\n', '\n').trim()
  return {
    ...{ kind: read('kind'), hours: read('hours') },
    ...{ minutes: read('minutes'), text: read('text') }
  }
}

/** What a form says was done, by the time of the alert, ISO 8601; a text: why it cannot be so. */
function readResponse(fields: Fields, now: string): PartnersDeed | string {
  const { hours, minutes, text } = fields
  const kind = responseKinds.find(each => each === fields.kind)
  if (kind === undefined) return 'Choose what was done.'
  const isWhole = (field: string, max: number) => /^\d*$/.test(field) && Number(field) <= max
  if (!isWhole(hours, hoursMax) || !isWhole(minutes, hoursMax * 60))
    return `Hours and minutes must be whole numbers, of at most ${hoursMax} hours, or left empty.`
  if (text.length > written.maxLength)
    return `The words must be at most ${written.maxLength} characters.`
  if (!pattern.test(text))
    return 'The words have a character that cannot be kept, or none that is seen.'
  if (lacksReason(kind, text)) return 'Say why nothing is done.'
  const agoMs = (Number(hours) * 60 + Number(minutes)) * 60_000
  const at = agoMs === 0 ? null : new Date(Date.parse(now) - agoMs).toISOString()
  return { kind, at, text: text === '' ? null : text }
}

const doneWords: Readonly<Record<ResponseKind, string>> = {
  warned: 'people were warned',
  moved: 'people were moved',
  sent: 'somebody was sent',
  other: 'something else was done',
  none: 'it was decided not to act'
}

/** The page behind a link. `refused`: why a press was not recorded; what was typed stays. */
function sendOffer(
  reply: FastifyReply,
  { token, notified, alert, page }: Linked,
  refused?: { readonly status: number; readonly why: string; readonly fields: Fields | null }
): FastifyReply {
  const { subscription, shown } = notified
  const isOwn = (id: string) => id === subscription.subscriptionId
  const last = shown.lastAnswers.findLast(({ subscriptionId }) => isOwn(subscriptionId))
  // The end that they gave does not matter: this is what was recorded.
  const isToThis = isWithSubscriber(shown.answers, isOwn, {
    ...{ sinceMs: Number(page), nowMs: Number.NEGATIVE_INFINITY }
  })
  const action = `/answer?token=${encodeURIComponent(token)}&amp;page=${encodeURIComponent(page)}`
  const isOver = !isOpen(shown.state)
  const content = [
    makeStatement(alert),
    refused && `<p>${formatText(refused.why)}</p>`,
    last && isToThis && `<p>At ${formatTime(last.at)} it was recorded that a human has it.</p>`,
    last?.response && `<p>Recorded as done: ${formatDone(last.response)}.</p>`,
    isOver
      ? '<p>The alert is over: nobody needs to have it.</p>'
      : `<form method="post" action="${action}"><p><button>A human has it</button></p></form>
<p>The button tells the officers of the operations centre that somebody of yours has this alert. It takes it from nobody. Until it is pressed, nothing has happened.</p>`,
    formatForm(action, refused?.fields ?? null)
  ]
  const title = isOver ? 'The alert is over' : 'An alert'
  return sendPlainPage(reply, refused?.status ?? 200, title, content.filter(Boolean).join(''))
}

/** `recorded` null: it is stored, and not decided yet. */
function sendRecorded(
  reply: FastifyReply,
  { alert }: Linked,
  recorded: { readonly at: string; readonly what: string } | null
): FastifyReply {
  const words =
    recorded === null
      ? '<p>It is stored, and officers will see it. Open the link again to see that it is recorded.</p>'
      : `<p>Recorded at ${formatTime(recorded.at)}: ${recorded.what}.</p>
<p>Open the link again to record what was done since. The same again, with another time, puts a wrong time right.</p>`
  const [status, title] =
    recorded === null ? ([202, 'Stored'] as const) : ([200, 'Recorded'] as const)
  return sendPlainPage(reply, status, title, makeStatement(alert) + words)
}

/** The same for every token that does not open, for any reason. */
function sendLinkOver(reply: FastifyReply): FastifyReply {
  const what =
    '<p>It was cut, or it has ended: it holds for seven days, and as long as the subscription and its right to the alert.</p>' +
    '<p>Nothing was recorded. Call the operations centre.</p>'
  return sendPlainPage(reply, 404, 'This link opens nothing', what)
}

function formatDone({ kind, at }: Pick<PartnersDeed, 'kind'> & { readonly at: string }): string {
  return `${doneWords[kind]}, at ${formatTime(at)}`
}

/** To the minute: `21:42 UTC on 24 November 2026`. */
function formatTime(iso: string): string {
  return `<time datetime="${escaped(iso)}">${escaped(iso.slice(11, 16))} UTC on ${formatDay(Date.parse(iso.slice(0, 10)))}</time>`
}

/** A page without script does not know in which zone its reader is: it asks how long ago. */
function formatForm(action: string, typed: Fields | null): string {
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

function makeStatement({ headline, severity, status }: Linked['alert']): string {
  return `<p><strong>${formatText(headline)}</strong></p><p>Severity: ${formatText(severity)}. Status: ${formatText(status)}.</p>`
}

// Times to acknowledgement and to response over HTTP, as JSON or as CSV; and how often alerts were
// judged to be false alarms. For officers from the calls shown to them; of subscriptions for who
// manages them, and for officers within their reach (decision 0081).

import { mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import { makeView, type ReaderView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  count,
  instant,
  listOf,
  nullable,
  number,
  part,
  shape,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { maySee } from '@tocsin/contracts/theatre/handling'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { dispositions } from '@tocsin/contracts/theatre/theatre-record'
import type { AskedCalls } from '@tocsin/read-model/alerts/call-table'
import { csvLine } from '@tocsin/service/csv-line'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { makeSpan, readSpan, type Span } from '../alerts/list-queries.ts'
import { someOfficer } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { findShown } from '../alerts/record-judging.ts'
import { ResponseTimes, responseTargets, sumCall, type TimesRow } from '../alerts/response-times.ts'
import { ReportQueue } from '../alerts/scan-scheduler.ts'
import { subscriberCalls } from '../alerts/subscriber-calls.ts'
import { namedSubscriptions } from '../webhook/subscriber-names.ts'
import type { ActingDeps } from './acts.ts'
import { listDispositions } from './dispositions.ts'

/** By what times are summarised. */
const timesBy = ['severity', 'area', 'officer', 'subscriber'] as const
type TimesBy = (typeof timesBy)[number]

const seconds = (description: string) => nullable(count(description))

const responseTimesRowSchema = shape(
  'ResponseTimesRow',
  'The calls of one severity, area, officer or subscription. Median and 90th percentile are times that occurred, null without any.',
  {
    severity: text('By severity: the gravest while the call goes on.'),
    area: nullable(
      text('By area: a country, or an ISO 3166-2 code; null for alerts without either.')
    ),
    officer: nullable(text('By officer: who acknowledged; null: nobody.')),
    officerId: nullable(text('Id of that key, if the reader may see it.')),
    subscriber: nullable(
      text(
        'By subscriber: the name of the key that made the subscription; null if it is not known any more.'
      )
    ),
    subscriptionId: text('Id of that subscription.'),
    drill: truth('An exercise.'),
    called: count('Calls: alerts that paged people, and reopenings that did.'),
    acknowledged: count(
      'Calls that were acknowledged; by subscriber: that a human there answered.'
    ),
    acknowledgementMedianS: seconds('Seconds from the page to the first acknowledgement.'),
    acknowledgementP90S: seconds('The 90th percentile of the same.'),
    responded: count(
      'Calls to which a response was recorded; by subscriber: by an officer, or there.'
    ),
    responseMedianS: seconds('Seconds from the page to the earliest of what was done.'),
    responseP90S: seconds('The 90th percentile of the same.'),
    detected: count(
      'First pages of alerts: detection runs from the beginning of what they are about; none by subscriber.'
    ),
    detectionMedianS: seconds('Seconds from that beginning to the first page.'),
    detectionP90S: seconds('The 90th percentile of the same.'),
    detectedInTime: count('Those within the target.'),
    acknowledgedInTime: count('Acknowledgements within the target.'),
    respondedInTime: count('Responses within the target.'),
    allInTime: count('Of `detected`: those that met all three targets.'),
    unanswered: count('Calls that wait for an answer now, as `answered=false` lists alerts.')
  },
  ['severity', 'area', 'officer', 'officerId', 'subscriber', 'subscriptionId']
)
const responseTimesSchema = shape(
  'ResponseTimes',
  'Times from calls to their answers, in whole seconds.',
  {
    by: words(timesBy),
    from: nullable(instant()),
    to: nullable(instant()),
    targets: part(
      'Within how many seconds.',
      Object.fromEntries(Object.keys(responseTargets).map(name => [name, count()]))
    ),
    items: listOf(
      responseTimesRowSchema,
      'By severity the gravest first, else by name; drills after the others.'
    )
  }
)
const ruleDispositionsSchema = shape(
  'RuleDispositions',
  'Alerts of one rule in one theatre that were raised in the last 365 days.',
  {
    theatre: text(),
    ruleId: text(),
    since: instant('365 days ago, or the first alert of the theatre that is kept.'),
    raised: count('Alerts that were raised since.'),
    judged: count('Those of them that officers closed with a disposition.'),
    dispositions: part(
      'How many of each.',
      Object.fromEntries(dispositions.map(each => [each, count()]))
    ),
    falseAlarmsPerYear: nullable(
      number('As judged: the least that it can be unless all were. Null: too little to say.')
    ),
    expectedPerYear: nullable(
      number('The budget of the rule, false alarms a year; null: it has none.')
    ),
    spent: nullable(
      number(
        'About so many of the alerts that began since came by chance, as each states how rare it is; null without a budget.'
      )
    )
  }
)
const dispositionsSchema = shape(
  'Dispositions',
  'How often alerts were judged to be false alarms.',
  {
    items: listOf(
      ruleDispositionsSchema,
      'By theatre, then by rule; none for a rule without an alert.'
    )
  }
)

/**
 * Reports by subscriber that may wait: each reads every alert that any of the subscribers was
 * notified of.
 */
const waitingMax = { total: 8, perKey: 2 }

export function addResponseRoutes(app: FastifyInstance, deps: ActingDeps): void {
  const queue = new ReportQueue(waitingMax)
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })
  add({
    id: 'getDispositions',
    method: 'GET',
    path: '/v1/dispositions',
    summary: 'How often alerts of each rule were false alarms, by dispositions',
    description:
      'What officers judged of alerts raised in the last 365 days of their theatre that the key may see, beside the budget of their rule and what they spent of it by their own statements. Drills are left out. A rate is null if fewer than 10 were judged or less than half a year is kept.',
    query: {},
    answers: { 200: answer('The rows.', dispositionsSchema) },
    problems: ['log-unavailable'],
    async handle(request) {
      return { items: listDispositions(deps, makeView(getPrincipal(request))) }
    }
  })
  add({
    id: 'getResponseTimes',
    method: 'GET',
    path: '/v1/response-times',
    summary: 'Times from alerts to acknowledgement and to response',
    description:
      'A call begins with the first event that paged people and lasts until the alert is over; a reopening that pages is another. The time to acknowledgement ends with the first one, the time to response with the earliest of what was done. `…InTime` counts those within the targets: 7 days from the beginning to the page, 1 to acknowledgement, 7 to response. Drills are counted apart. By `subscriber` a call begins when the endpoint has the alert, and is acknowledged by an answer there. Alerts that the key may see, and subscriptions that it manages or, for officers, within its reach.',
    query: {
      ...makeSpan(
        'Only calls that began at this time or later: a day, or an instant with a UTC offset.',
        'Only calls that began before this time.'
      ),
      by: words(
        timesBy,
        'A row is the gravest severity of a call; an area, ISO 3166; the officer who acknowledged; or a subscription.',
        { default: 'severity' }
      ),
      format: words(['json', 'csv'], '`json`, or `csv` with the same rows.', { default: 'json' })
    },
    answers: {
      200: {
        ...answer('The rows.', responseTimesSchema),
        alsoAs: { 'text/csv': { schema: { type: 'string' } } }
      }
    },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const { by, format } = request.query
      const span = readSpan(request.query)
      const principal = getPrincipal(request)
      const report = () => makeReport(deps, principal, by, span)
      const items = by === 'subscriber' ? await queue.run(principal.id, report) : await report()
      if (format === 'csv')
        return reply.type('text/csv; charset=utf-8; header=present').send(formatCsv(by, items))
      const [from, to] = [computeInstant(span.fromMs), computeInstant(span.toMs)]
      return { by, from, to, targets: responseTargets, items }
    }
  })
}

/** The members that name a row, by what is asked for. */
const rowNames = {
  severity: ['severity'],
  area: ['area'],
  officer: ['officer', 'officerId'],
  subscriber: ['subscriber', 'subscriptionId']
} as const satisfies Record<TimesBy, readonly string[]>

const figures = [
  ...['drill', 'called', 'acknowledged', 'acknowledgementMedianS', 'acknowledgementP90S'],
  ...['responded', 'responseMedianS', 'responseP90S', 'unanswered'],
  ...['detected', 'detectionMedianS', 'detectionP90S'],
  ...['detectedInTime', 'acknowledgedInTime', 'respondedInTime', 'allInTime']
]

/** A line for each row, below the names. */
function formatCsv(by: TimesBy, rows: readonly ReportRow[]): string {
  const names = [...rowNames[by], ...figures]
  return [names, ...rows.map(row => names.map(name => row[name] ?? null))].map(csvLine).join('')
}

/** Null: without a bound. */
function computeInstant(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}

/** A row as it is answered: its names, then its figures. */
type ReportRow = Readonly<Record<string, string | number | boolean | null>>

/** The rows of the calls that began in a span. */
async function makeReport(
  deps: ActingDeps,
  principal: Principal,
  by: TimesBy,
  span: Span
): Promise<ReportRow[]> {
  const times = new ResponseTimes()
  if (by === 'subscriber') await countSubscribers(times, deps, principal, span)
  else countReaders(times, deps, makeView(principal), by, span)
  const rows = times.rows()
  const gravity = ({ name }: TimesRow) => severities.indexOf(name[0] as Severity)
  if (by === 'severity')
    rows.sort((a, b) => Number(a.drill) - Number(b.drill) || gravity(b) - gravity(a))
  return rows.map(({ name: parts, ...figures }) => ({
    ...Object.fromEntries(rowNames[by].map((name, i) => [name, parts[i] ?? null])),
    ...figures
  }))
}

/** After all names. */
const lastId = '\uffff'

function countReaders(
  times: ResponseTimes,
  { projection: { alerts } }: ActingDeps,
  view: ReaderView,
  by: Exclude<TimesBy, 'subscriber'>,
  { fromMs, toMs }: Span
): void {
  const asked: AskedCalls = {
    ...{ level: view.level, fromMs, toMs, targets: responseTargets },
    wantsKind: ({ facts }) => mayReadTheatre(view, facts.theatre)
  }
  if (by === 'officer') {
    for (const calls of alerts.calls.sumByOfficer(asked)) {
      const { officer } = calls
      if (officer === null) times.add(calls, lastId, [null, null])
      else if (maySee(view.level, officer.handling))
        times.add(calls, `${officer.by}\n${officer.byId}`, [officer.by, officer.byId])
      else times.add(calls, `${someOfficer}\n`, [someOfficer, null])
    }
    return
  }
  for (const calls of alerts.calls.sumByKind(asked)) {
    const { country, admin1 } = calls.kind.facts.area
    // An alert in several areas counts in each; each area counts in its country.
    const codes = by === 'severity' ? [calls.severity] : [...country, ...admin1]
    for (const code of codes) times.add(calls, code, [code])
    if (codes.length === 0) times.add(calls, lastId, [null])
  }
}

/** Alerts looked at before others have their turn. */
const alertsPerTurn = 100

/**
 * Counts the calls of subscriptions that began in a span: of alerts that a subscription accepted an
 * event of, and may see now. The scan yields to other work.
 */
async function countSubscribers(
  times: ResponseTimes,
  deps: ActingDeps,
  principal: Principal,
  { fromMs, toMs }: Span
): Promise<void> {
  const { dispatcher, scans, subscriptionOperations } = deps
  let looked = 0
  for (const subscription of namedSubscriptions(subscriptionOperations, principal)) {
    const { subscriptionId } = subscription
    const view = makeView(subscription)
    const name = [subscriptionOperations.findHolder(subscription), subscriptionId]
    for (const [alertId, acceptedMs] of dispatcher.of(subscriptionId).table.listFirstSent()) {
      if (++looked % alertsPerTurn === 0) await scans.next()
      const alert = findShown(deps.projection.alerts, view, alertId)
      if (alert === null) continue
      const { theatre, drill } = alert.state
      // Alerts of a replay have its times, which no delivery has.
      const toldMs = deps.isReplay(theatre) ? Number.NEGATIVE_INFINITY : acceptedMs
      for (const call of subscriberCalls(alert.calls, alert, { subscriptionId, toldMs }))
        if (call.calledAtMs >= fromMs && call.calledAtMs < toMs)
          times.add(sumCall(call, drill), `${name[0]}\n${name[1]}`, name)
    }
  }
}

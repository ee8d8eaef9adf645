// The digest of a week in a theatre, for one reader, also over HTTP: attacks by area against the usual week,
// findings there of rules without a page, and the standing situations.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import { makeView, type ReaderView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import type { Digest, DigestAlert } from '@tocsin/contracts/alert/digest'
import { optional, ref, text } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { readMoment } from '@tocsin/contracts/report/moments'
import type { Withholdable } from '@tocsin/contracts/subscription/subscription-settings'
import { attackCategories } from '@tocsin/contracts/theatre/report'
import { computeWindowStartMs } from '@tocsin/contracts/theatre/retention'
import type { TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { findAreaName } from '@tocsin/engine/render/area'
import { hasBudget } from '@tocsin/engine/theatre/budget'
import { baseDaysMax, findMonday, WeekCount, weekDays } from '@tocsin/engine/theatre/week-count'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { computeBudgets, type DispositionDeps } from '../actions/dispositions.ts'
import type { AdminDeps } from '../admin/control-operations.ts'
import { refuseQuery } from '../alerts/list-queries.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { VisibleAlert } from '../alerts/reader-view.ts'
import { findShown, stateInView } from '../alerts/record-judging.ts'
import { ReportQueue } from '../alerts/scan-scheduler.ts'
import { alertWithoutParts } from '../alerts/withheld-parts.ts'

interface Asked {
  readonly theatre: string
  /** Days since 1970. */
  readonly mondays: readonly number[]
  readonly withhold?: readonly Withholdable[] | undefined
}

/** Digests that may wait: each looks at every incident. */
export const digestsWaitingMax = { total: 16, perKey: 4 }
export const theatreText = text('Id of the theatre.', { minLength: 1, maxLength: 128 })

/** Throws `not-found` for a theatre that the caller may not read, as for one that is not there. */
export function checkTheatre(
  { state }: DispositionDeps['control'],
  principal: Principal,
  theatre: string
): TheatreConfig {
  const known = state.theatres.get(theatre)
  if (known === undefined || !mayReadTheatre(principal, theatre))
    throw new ProblemError('not-found', 'There is no such theatre.')
  return known
}

const listedMax = 50

/** The Monday of the last week that ended before an instant, ISO 8601. */
function findLastMonday(now: string): number {
  return findMonday(Math.floor(Date.parse(now) / dayMs)) - weekDays
}

/** When the digest of a week is sent: so long after its end, ms. */
export const dueAfterMs = 6 * 3_600_000

/** The Monday of the week whose digest is due by an instant, ISO 8601. */
export function findDueMonday(now: string): number {
  return findLastMonday(new Date(Date.parse(now) - dueAfterMs).toISOString())
}

export function findDueWeek(now: string): string {
  return formatDay(findDueMonday(now))
}

export async function makeDigestFor(
  deps: DispositionDeps,
  subscription: SubscriptionRecord,
  theatre: string,
  week: string
): Promise<Digest> {
  const { withhold } = subscription
  const mondays = [Date.parse(week) / dayMs]
  const digests = await makeDigests(deps, makeView(subscription), { theatre, mondays, withhold })
  return digests[0] as Digest
}

/**
 * Of several weeks, in one scan, which yields to other work: each incident counts as it is when it is
 * reached.
 */
export async function makeDigests(
  deps: DispositionDeps,
  view: ReaderView,
  { theatre, mondays, withhold = [] }: Asked
): Promise<readonly Digest[]> {
  const weeks = await countWeeks(deps, view, theatre, mondays)
  const budget = computeBudgets(deps, view, [theatre]).get(theatre) ?? null
  const nowMs = Date.parse(deps.nowIn(theatre))
  return mondays.map((monday, i) => {
    const week = weeks[i] as WeekCount
    const alerts = listAlerts(deps, view, theatre, monday)
    const isOver = nowMs >= (monday + weekDays) * dayMs
    return { theatre, ...describeWeek(monday, week, alerts, withhold), isOver, budget }
  })
}

async function countWeeks(
  { projection: { incidents } }: DispositionDeps,
  { level, theatres }: ReaderView,
  theatre: string,
  mondays: readonly number[]
): Promise<readonly WeekCount[]> {
  const firstMs = incidents.findFirstEnd(level, theatre)
  const weeks = mondays.map(monday => new WeekCount(monday, firstMs))
  const chunks = incidents.walk({
    ...{ level, theatres, theatre: [theatre], category: [...attackCategories] },
    ...{ country: null, admin1: null, sources: null },
    fromMs: (Math.min(...mondays) - baseDaysMax) * dayMs,
    toMs: (Math.max(...mondays) + weekDays) * dayMs
  })
  for (const states of chunks) {
    for (const week of weeks) for (const state of states) week.add(state)
    await nextTurn()
  }
  return weeks
}

function describeWeek(
  monday: number,
  week: WeekCount,
  alerts: readonly VisibleAlert[],
  withhold: readonly Withholdable[]
): Omit<Digest, 'theatre' | 'isOver' | 'budget'> {
  // Only now: the group that finds the area of an alert is a part that may be withheld.
  const describe = (alert: VisibleAlert) => describeAlert(alertWithoutParts(alert, withhold))
  const findings = alerts.filter(describesArea)
  const areas = week
    .listAreas([...new Set(findings.flatMap(({ area }) => area.admin1))])
    .map(({ isAbove, ...figures }) => {
      const found = findings.filter(({ area }) => area.admin1.includes(figures.admin1))
      return { isAbove, found, figures }
    })
    .filter(({ isAbove, found }) => isAbove || found.length > 0)
  return {
    from: formatDay(monday),
    to: formatDay(monday + weekDays - 1),
    baseDays: week.baseDays,
    ...week.total,
    areas: areas.slice(0, listedMax).map(({ figures: { admin1, ...figures }, found }) => {
      const name = findAreaName(admin1, 'en')
      return { admin1, name, ...figures, alerts: found.map(describe) }
    }),
    areasOmitted: Math.max(0, areas.length - listedMax),
    situations: alerts
      .filter(({ pattern }) => hasBudget(pattern))
      .slice(0, listedMax)
      .map(describe)
  }
}

/** Findings in an area notify no one; a description of a place is in its situation. */
function describesArea({ describes, group }: Pick<VisibleAlert, 'describes' | 'group'>): boolean {
  return describes === true && group.admin1 !== undefined
}

/**
 * Situations of rules with a budget, and descriptions of an area, that were standing in the week:
 * the newest first.
 */
function listAlerts(
  { projection: { alerts } }: DispositionDeps,
  view: ReaderView,
  theatre: string,
  monday: number
): readonly VisibleAlert[] {
  const [startMs, endMs] = [monday * dayMs, (monday + weekDays) * dayMs]
  const found: VisibleAlert[] = []
  const chunks = alerts.search(view, {
    filter: { theatre: [theatre], drill: false },
    wantsKind: ({ facts }) => facts.status !== 'retracted'
  })
  for (const { alertId } of [...chunks].flat()) {
    const shown = findShown(alerts, view, alertId)
    if (shown === null || !(hasBudget(shown.state.pattern) || describesArea(shown.state))) continue
    const { from, to } = shown.state.window
    if (Date.parse(from) < endMs && (to === null || Date.parse(to) >= startMs))
      found.push(stateInView(alerts, view, shown))
  }
  return found
}

function describeAlert(alert: VisibleAlert): DigestAlert {
  const { alertId, pattern, headline, inLanguages, severity, status, window } = alert
  return {
    ...{ alertId, pattern, headline, severity, status, from: window.from },
    ...(inLanguages === undefined
      ? {}
      : { inLanguages: { fr: { headline: inLanguages.fr.headline } } })
  }
}

function formatDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

export function addDigestRoutes(app: FastifyInstance, deps: AdminDeps): void {
  const queue = new ReportQueue(digestsWaitingMax)
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })
  add({
    id: 'getDigest',
    method: 'GET',
    path: '/v1/digest',
    summary: 'Areas well above their usual week',
    description:
      'Attacks by first-level area against the mean of the year before, with the chance of so many; what `surge` and `sustained-threat` find there; and the situations of rules with a budget. Of what the key may see, as it is known now. An attack counts on the first day that it may be of, once, in the area that its reports state; not if reports doubt it, or its dates span more than a week. Of a crowd as many count as the source with the most reports has, at most 100 a day and place.',
    query: {
      theatre: theatreText,
      week: optional(
        text({
          description:
            'A day of the week, which begins on Monday, UTC. Refused if it lies beyond the retention of the theatre and before all that is known. Omitted: the last week that ended.',
          pattern: '^\\d{4}-\\d\\d-\\d\\d$'
        })
      )
    },
    answers: { 200: answer('The digest.', ref('Digest')) },
    problems: ['log-unavailable'],
    async handle(request) {
      const principal = getPrincipal(request)
      const { theatre, week } = request.query
      const { retentionDays } = checkTheatre(deps.control, principal, theatre)
      const now = deps.nowIn(theatre)
      const monday = week === undefined ? findLastMonday(now) : readMonday(week, now)
      const view = makeView(principal)
      const [digest] = await queue.run(principal.id, () =>
        makeDigests(deps, view, { theatre, mondays: [monday] })
      )
      // Attacks of that time came too late to be taken: the week would seem calm.
      const isRetained = monday * dayMs >= computeWindowStartMs(Date.parse(now), retentionDays)
      if (!isRetained && digest?.baseDays === 0)
        throw refuseWeek(`is not kept: the theatre keeps ${retentionDays} days`)
      return digest
    }
  })
}

function readMonday(week: string, now: string): number {
  const day = readMoment(week)
  if (day.kind === 'moment' && day.startMs <= Date.parse(now))
    return findMonday(day.startMs / dayMs)
  throw refuseWeek('must be a day that is not in the future')
}

const refuseWeek = (detail: string) => refuseQuery('week', detail, `The week ${detail}.`)

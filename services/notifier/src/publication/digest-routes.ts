// The weekly digest over HTTP.

import { makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { optional, ref, text } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { readMoment } from '@tocsin/contracts/report/moments'
import { computeWindowStartMs } from '@tocsin/contracts/theatre/retention'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { findMonday } from '@tocsin/engine/theatre/week-count'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import type { AdminDeps } from '../admin/control-operations.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { ReportQueue } from '../alerts/scan-scheduler.ts'
import {
  checkTheatre,
  digestsWaitingMax,
  findLastMonday,
  makeDigests,
  theatreText
} from './week-digest.ts'

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
        throw makeWeekProblem(`is not kept: the theatre keeps ${retentionDays} days`)
      return digest
    }
  })
}

function readMonday(week: string, now: string): number {
  const day = readMoment(week)
  if (day.kind === 'moment' && day.startMs <= Date.parse(now))
    return findMonday(day.startMs / dayMs)
  throw makeWeekProblem('must be a day that is not in the future')
}

function makeWeekProblem(detail: string): ProblemError {
  const errors = [{ pointer: 'week', detail }]
  return new ProblemError('query-invalid', `The week ${detail}.`, { errors })
}

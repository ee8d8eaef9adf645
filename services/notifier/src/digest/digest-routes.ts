// The weekly digest over HTTP.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { readMoment } from '@tocsin/contracts/report/moments'
import { computeWindowStartMs } from '@tocsin/contracts/theatre/retention'
import type { TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { findMonday } from '@tocsin/engine/theatre/week-count'
import { mayReadTheatre, type Principal } from '@tocsin/service-kit/access/principal'
import type { ControlState } from '@tocsin/service-kit/control/control-state'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance } from 'fastify'
import { query } from '../alert-http/list-queries.ts'
import { reach } from '../cursor/position-headers.ts'
import { ReportQueue } from '../projection/scan-scheduler.ts'
import { viewOf } from '../reader/reader-view.ts'
import { type DigestDeps, findLastMonday, makeDigest } from './week-digest.ts'

export interface DigestRoutesDeps extends DigestDeps {
  readonly control: { readonly state: Pick<ControlState, 'rules' | 'theatres'> }
  readonly positions: ReadPositions
}

/** Digests that may wait: each looks at every incident. */
export const waitingMax = { inAll: 16, perKey: 4 }
export const theatreText = { type: 'string', minLength: 1, maxLength: 128 } as const

export function addDigestRoutes(app: FastifyInstance, deps: DigestRoutesDeps): void {
  const queue = new ReportQueue(waitingMax)
  app.get<{ Querystring: { theatre: string; week?: string } }>(
    '/v1/digest',
    {
      config: { access: ['alerts:read'] },
      schema: {
        querystring: {
          ...query({
            theatre: theatreText,
            week: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d$' }
          }),
          required: ['theatre']
        }
      }
    },
    async request => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { theatre, week } = request.query
      const { retentionDays } = checkTheatre(deps, principal, theatre)
      const now = deps.nowIn(theatre)
      const monday = week === undefined ? findLastMonday(now) : readMonday(week, now)
      const view = viewOf(principal)
      const digest = await queue.run(principal.id, () =>
        makeDigest(deps, view, { theatre, monday })
      )
      // Attacks of that time came too late to be taken: the week would seem calm.
      const isRetained = monday * dayMs >= computeWindowStartMs(Date.parse(now), retentionDays)
      if (!isRetained && digest.baseDays === 0)
        throw makeWeekProblem(`is not kept: the theatre keeps ${retentionDays} days`)
      return digest
    }
  )
}

/** Throws `not-found` for a theatre that the caller may not read, as for one that is not there. */
export function checkTheatre(
  { control }: Pick<DigestRoutesDeps, 'control'>,
  principal: Principal,
  theatre: string
): TheatreConfig {
  const known = control.state.theatres.get(theatre)
  if (known === undefined || !mayReadTheatre(principal, theatre))
    throw new ProblemError('not-found', 'There is no such theatre.')
  return known
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

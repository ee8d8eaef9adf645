// GET /v1/changes: waits until silences or watches are not, as the caller may see them, what the
// caller has seen. So a console shows at once what was done at another, and who may not know of a
// silence is not woken by it.

import { createHmac } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { reach } from '../cursor/position-headers.ts'
import type { Projection } from '../projection/projection.ts'
import type { HolderQuota } from '../reader/holder-quota.ts'
import type { SilenceOperations } from '../silence/silence-operations.ts'
import type { WatchOperations } from '../watch/watch-operations.ts'
import { ChangeWaits, type ChangingList, changingLists, type WaitEnd } from './change-waits.ts'

export interface ChangeRoutesDeps {
  readonly silenceOperations: Pick<SilenceOperations, 'list'>
  readonly watchOperations: Pick<WatchOperations, 'list'>
  readonly control: Pick<ControlView, 'subscribe'>
  readonly clock: Pick<Clock, 'nowMs' | 'sleep'>
  readonly projection: Projection
  readonly positions: ReadPositions
  /** Those of the feed count too. */
  readonly feedWaits: HolderQuota
  readonly cursorKey: Buffer
  /** Whether a principal could still authenticate now. */
  readonly isStillGood: (principal: Principal) => boolean
}

interface ChangesQuery {
  readonly of: ChangingList
  readonly seen?: string
  readonly wait: number
}

/** Longest wait, s: that of the feed. */
const waitMaxS = 30
/** Characters of a digest: for telling two lists apart. */
const seenLength = 22

const querystring = {
  type: 'object',
  additionalProperties: false,
  required: ['of'],
  properties: {
    of: { enum: changingLists },
    seen: { type: 'string', maxLength: seenLength },
    wait: { type: 'number', minimum: 0, maximum: waitMaxS, default: 0 }
  }
} as const

export function addChangeRoutes(app: FastifyInstance, deps: ChangeRoutesDeps): void {
  const { control, isStillGood } = deps
  const now = (principal: Principal, of: ChangingList) => seenIn(deps, principal, of)
  const waits = new ChangeWaits({ control, isStillGood, seenIn: now, nextTurn: () => nextTurn() })
  // A shutdown waits for no change.
  app.addHook('preClose', async () => {
    waits.close()
  })
  app.get<{ Querystring: ChangesQuery }>(
    '/v1/changes',
    { config: { access: ['subscriptions:manage', 'alerts:operate'] }, schema: { querystring } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { of, seen, wait } = request.query
      const before = now(principal, of)
      if (seen !== before || wait === 0) return { of, seen: before }
      request.readTurn?.end()
      await waitFor(deps, waits, { of, principal, reply, seen, waitS: wait })
      return { of, seen: now(principal, of) }
    }
  )
}

async function waitFor(
  { clock, feedWaits, isStillGood }: ChangeRoutesDeps,
  waits: ChangeWaits,
  { of, principal, reply, seen, waitS }: Wait
): Promise<void> {
  const { id, expiresAtMs } = principal
  if (!feedWaits.acquire(id, 1))
    throw new ProblemError(
      'too-many',
      'Too many requests are waiting: retry without `wait`, or later.',
      {
        retryAfterS: waitMaxS
      }
    )
  const { promise, resolve: end } = Promise.withResolvers<WaitEnd>()
  const slept = new AbortController()
  const remove = waits.add({ of, principal, seen, end })
  // Who left holds no place.
  reply.raw.once('close', () => end('over'))
  void clock
    .sleep(
      Math.min(waitS * 1000, (expiresAtMs ?? Number.POSITIVE_INFINITY) - clock.nowMs()),
      slept.signal
    )
    .then(() => end('over'))
  try {
    if ((await promise) === 'closing')
      throw new ProblemError('shutting-down', 'The service is shutting down.', { retryAfterS: 5 })
  } finally {
    remove()
    slept.abort('over')
    feedWaits.release(id, 1)
  }
  if (!isStillGood(principal))
    throw new ProblemError('not-authenticated', 'The key was revoked or has expired.')
}

interface Wait {
  readonly of: ChangingList
  readonly principal: Principal
  readonly reply: FastifyReply
  readonly seen: string
  readonly waitS: number
}

/**
 * A text that differs when the list does: of what the caller is shown, what somebody did, not what
 * is counted or goes by.
 */
function seenIn(
  { silenceOperations, watchOperations, cursorKey }: ChangeRoutesDeps,
  principal: Principal,
  of: ChangingList
): string {
  const shown =
    of === 'silences'
      ? silenceOperations.list(principal).map(({ silenceId, endedAt }) => `${silenceId} ${endedAt}`)
      : watchOperations.list(principal).map(({ watchId, version }) => `${watchId} ${version}`)
  const text = JSON.stringify([of, ...shown.toSorted()])
  return createHmac('sha256', cursorKey)
    .update(`changes ${text}`)
    .digest('base64url')
    .slice(0, seenLength)
}

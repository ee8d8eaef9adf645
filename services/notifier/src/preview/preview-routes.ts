// The preview of a policy over HTTP: what it would have told in the last week.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { AlertFilter } from '@tocsin/domain/alert/alert-filter'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import { notificationPolicyAskedFormat } from '@tocsin/domain/notification/notification-policy'
import { mayUse, type Principal } from '@tocsin/service-kit/access/principal'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance } from 'fastify'
import { reach } from '../cursor/position-headers.ts'
import { viewOf } from '../reader/reader-view.ts'
import {
  filterOf,
  policyIn,
  type SubscriptionOperations
} from '../webhook/subscription-operations.ts'
import { type PolicyPreviewDeps, previewOf } from './policy-preview.ts'

export interface PreviewRoutesDeps extends PolicyPreviewDeps {
  readonly operations: Pick<SubscriptionOperations, 'find'>
  readonly positions: ReadPositions
}

interface PreviewAsk {
  readonly policy: Partial<NotificationPolicy>
  readonly filter?: AlertFilter
  readonly subscriptionId?: string
}

/** Previews that may wait for each other, one a key. */
const waitingMax = 8

const config = { access: ['subscriptions:manage'] } as const
const body = {
  type: 'object',
  additionalProperties: false,
  required: ['policy'],
  properties: {
    policy: notificationPolicyAskedFormat,
    filter: { type: 'object' },
    subscriptionId: { type: 'string', minLength: 1, maxLength: 128 }
  }
} as const

export function addPreviewRoutes(app: FastifyInstance, deps: PreviewRoutesDeps): void {
  let last: Promise<unknown> = Promise.resolve()
  const asking = new Set<string>()

  app.post<{ Body: PreviewAsk }>(
    '/v1/subscriptions/preview',
    { config, schema: { body } },
    async request => {
      await reach(deps, request)
      const principal = principalOf(request)
      checkMayRead(principal)
      const policy = policyIn(request.body.policy)
      const filter = filterOf(request.body.filter ?? {})
      const view = await subscriberIn(deps, principal, request.body.subscriptionId)
      if (asking.has(principal.id))
        throw new ProblemError('too-many', 'A preview of this key is being played already.')
      if (asking.size >= waitingMax)
        throw new ProblemError('overloaded', `${waitingMax} other previews are waiting.`)
      asking.add(principal.id)
      // One at a time: many together would play as many weeks at once.
      const preview = last.then(() => previewOf(deps, policy, { view, filter }, viewOf(principal)))
      last = preview.catch(() => null)
      try {
        return await preview
      } finally {
        asking.delete(principal.id)
      }
    }
  )
}

/** A subscription may see less than who changes it; a new one sees what its maker does. */
async function subscriberIn(
  { operations }: PreviewRoutesDeps,
  principal: Principal,
  subscriptionId: string | undefined
) {
  if (subscriptionId === undefined) return viewOf(principal)
  const { handling, theatres } = await operations.find(principal, subscriptionId)
  return { handling, theatres }
}

function checkMayRead(principal: Principal): void {
  if (mayUse(principal, ['alerts:read'])) return
  throw new ProblemError(
    'forbidden',
    'A preview tells of alerts: it needs alerts:read or admin as well.'
  )
}

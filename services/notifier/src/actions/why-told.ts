// Why a subscription was notified of an alert, or was not, in one word of a closed set: from its
// deliveries, or if none was ever planned from how its audience judges the alert's events. Pure
// apart from its look-ups.

import { type AlertFilter, matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import { wantsEventType } from '@tocsin/contracts/subscription/event-types'
import type { PlannedCause, UnplannedCause } from '@tocsin/contracts/subscription/why-told'
import type { AlertMoment } from '../alerts/alert-record.ts'
import { type Audience, isReader, isUnaskedDrill } from '../alerts/audience.ts'
import type { Positions } from '../alerts/positions.ts'
import type { Delivery } from '../notification/delivery.ts'
import type { SubscriptionStatus } from '../webhook/subscription-answers.ts'

export interface Unplanned {
  readonly cause: UnplannedCause
  /** Of `filter`: the members that the newest event does not meet. */
  readonly unmet: readonly (keyof AlertFilter | 'types')[]
}

const stateCauses: Readonly<Record<Delivery['state'], PlannedCause>> = {
  delivered: 'told',
  pending: 'waiting',
  parked: 'not-accepted',
  superseded: 'superseded',
  expired: 'expired',
  lapsed: 'lapsed',
  'left-out': 'left-out',
  muted: 'muted'
}

const statusCauses: Readonly<Record<SubscriptionStatus, UnplannedCause | null>> = {
  suspended: 'not-authorized',
  unconfirmed: 'unconfirmed',
  disabled: 'disabled',
  ended: 'ended',
  active: null,
  parked: null
}

/**
 * A delivery that failed is retried even if the policy has changed since. While the subscription
 * must not be sent to, there is no attempt.
 */
export function plannedCause(
  { state, held, attempts }: Pick<Delivery, 'state' | 'held' | 'attempts'>,
  status: SubscriptionStatus
): PlannedCause | UnplannedCause {
  if (state === 'pending' && held !== null && attempts === 0) return 'held'
  return (state === 'pending' ? statusCauses[status] : null) ?? stateCauses[state]
}

export interface UnplannedFor {
  /** Where it begins. */
  readonly from: Positions
  readonly status: SubscriptionStatus
  /**
   * Behind the last planned event. Events before it are not judged again; later ones are judged by
   * the present settings.
   */
  readonly plannedFrom: Positions
  /** Types of events that it wants; null: all. */
  readonly types: readonly string[] | null
}

/** Why no delivery of an alert was ever planned. */
export function unplannedCause(
  audience: Audience,
  moments: readonly AlertMoment[],
  subscription: UnplannedFor
): Unplanned {
  const { view, filter } = audience
  const seen = moments.filter(each => isReader(view, each))
  const since = seen.filter(
    ({ partition, position }) => position >= (subscription.from[partition] ?? 0n)
  )
  const newest = since.at(-1)
  if (newest === undefined)
    return { cause: seen.length === 0 ? 'view' : 'before-subscription', unmet: [] }
  const asked = since.filter(({ facts }) => !isUnaskedDrill(facts, filter))
  if (asked.length === 0) return { cause: 'drill', unmet: [] }
  const wanted = asked.filter(({ facts }) => matchesFilter(filter, facts))
  if (wanted.length === 0) return { cause: 'filter', unmet: unmetBy(filter, newest) }
  if (!wanted.some(({ type }) => wantsEventType(subscription.types, type, false)))
    return { cause: 'filter', unmet: ['types'] }
  const isQuiet = ({ isTaken, notify }: AlertMoment) => !isTaken && notify === 'quiet'
  const calling = wanted.filter(each => !isQuiet(each))
  if (calling.length === 0) return { cause: 'quiet', unmet: [] }
  const isStillJudged = calling.some(
    ({ partition, position }) => position >= (subscription.plannedFrom[partition] ?? 0n)
  )
  return {
    cause: statusCauses[subscription.status] ?? (isStillJudged ? 'not-yet' : 'earlier-settings'),
    unmet: []
  }
}

/** The members of a filter that an event does not meet. */
export function unmetBy(
  filter: AlertFilter,
  { facts }: AlertMoment
): readonly (keyof AlertFilter)[] {
  const names = Object.keys(filter) as (keyof AlertFilter)[]
  return names.filter(name => !matchesFilter({ [name]: filter[name] } as AlertFilter, facts))
}

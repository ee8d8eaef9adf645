// The body of a delivery: the event as its audience sees it, plus the fields of the subscription.
// The event is serialised once for all subscriptions with the same view.

import { makeRenderingKey } from '@tocsin/auth/access/reader-view'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { isSendReason } from '@tocsin/contracts/subscription/notification-words'
import { readPublicEpoch } from '@tocsin/service/projection/epochs'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { LRUCache } from 'lru-cache'
import type { Projection } from '../alerts/projection.ts'
import { leftViewType, makeStub, type VisibleEvent } from '../alerts/reader-view.ts'
import { findShown, renderFor, stateInView, withoutPage } from '../alerts/record-judging.ts'
import { alertWithoutParts, withoutParts } from '../alerts/withheld-parts.ts'
import type { AnswerableEvent, Delivery } from '../notification/delivery.ts'
import { showHoldReason } from '../notification/notification-decision.ts'
import { renderTemplate } from './body-template.ts'
import { findKind } from './kinds/kinds.ts'
import { computeAudience } from './subscription-record.ts'

export interface SignedBodiesDeps extends Pick<ServiceDeps, 'control'> {
  readonly projection: Projection
  readonly answerUrlOf: (subscription: SubscriptionRecord, event: AnswerableEvent) => string | null
}

/**
 * Limit of cached characters; beyond it the least recently used text is dropped. Some thousand
 * events.
 */
const keptCharactersMax = 8_388_608
/** Per entry, in addition to its text. */
const entryCharacters = 200

type CarriedEvent = Pick<Delivery, 'sequence' | 'partition' | 'position'>
type Rendered = CarriedEvent & Pick<Delivery, 'verdict' | 'pagesNow' | 'restated'>

interface Written {
  readonly id: string
  /** The event without its last brace. */
  readonly open: string
}

export type SignedBodies = ReturnType<typeof makeSignedBodies>

export function makeSignedBodies({ projection, control, answerUrlOf }: SignedBodiesDeps) {
  const written = new LRUCache<string, Written>({
    maxSize: keptCharactersMax,
    sizeCalculation: ({ open }) => open.length + entryCharacters
  })

  const makeOpen = async (
    subscription: SubscriptionRecord,
    { partition, position, verdict, pagesNow, sequence, restated }: Rendered
  ): Promise<Written> => {
    const { alerts, journal } = projection
    const audience = computeAudience(subscription)
    // A reader's view of an event changes only where evidence is taken back. Drills notify only
    // those who ask for them.
    const isForDrills = audience.filter.drill === true
    const key = `${partition} ${position} ${verdict} ${makeRenderingKey(audience.view)} ${isForDrills} ${pagesNow} ${restated} ${subscription.withhold ?? ''} ${alerts.takenBackCount}`
    const known = written.get(key)
    if (known !== undefined) return known
    const record = await journal.at(partition, BigInt(position))
    if (record === null)
      throw new Error(`delivery ${sequence} names an event that the alerts log does not hold`)
    // It pages where it replaces an event that would have paged, and where it is the audience's
    // first notification.
    // Earlier versions planned an event by which an alert left the view of its subscriber.
    const rendered =
      verdict === 'left-view'
        ? makeStub(record.envelope, record.event.data)
        : renderFor(alerts, audience, pagesNow ? 'first-news' : 'event', record)
    const shown = restated && !pagesNow ? withoutPage(rendered) : rendered
    const event = withoutParts(shown, subscription.withhold)
    const made = { id: event.id, open: JSON.stringify(event).slice(0, -1) }
    written.set(key, made)
    return made
  }

  /** The alert as the subscription may see it now; null: it may not, or it is evicted. */
  const findPresent = (subscription: SubscriptionRecord, alertId: string) => {
    const { alerts } = projection
    const { view } = computeAudience(subscription)
    const shown = findShown(alerts, view, alertId)
    if (shown === null) return null
    const { type, time } = shown.last
    const data = alertWithoutParts(stateInView(alerts, view, shown), subscription.withhold)
    return { type, time, data }
  }

  return {
    findPresent,

    /**
     * One CloudEvent. Identical bytes at every attempt: what varies is in the headers. A destination
     * that shows the state of an alert is replayed the present one: the old one would undo what
     * happened since.
     */
    async makeBody(subscription: SubscriptionRecord, delivery: Delivery): Promise<Uint8Array> {
      const { eventId: id, sequence, previousId: previousid, superseded, restated } = delivery
      const { id: ownId, open } = await makeOpen(subscription, delivery)
      // It keeps the planned id: deliveries planned by an earlier version continue under theirs.
      const event = ownId === id ? open : withId(open, id)
      const answerurl = answerUrlOf(subscription, delivery)
      // Signed with the rest: else one partner could pass its event on to another as that one's own.
      const own = JSON.stringify({
        subscriptionid: subscription.subscriptionId,
        epoch: readPublicEpoch(control.state),
        ...{ sequence, previousid },
        ...(restated ? { restated } : {}),
        ...(superseded === null ? {} : { superseded }),
        ...(answerurl === null ? {} : { answerurl }),
        ...explainAlert(delivery)
      })
      const text = `${event},${own.slice(1)}`
      if (delivery.round === 0 || findKind(subscription)?.showsState !== true)
        return formBody(subscription, text)
      const planned = JSON.parse(text) as VisibleEvent
      const { theatre } = planned.data
      const { alertId } = delivery
      // Without a present state the alert is over for the subscription.
      const gone = { type: leftViewType, data: { alertId, theatre } }
      const { type, data } = findPresent(subscription, alertId) ?? gone
      return formBody(subscription, JSON.stringify({ ...planned, type, data }))
    },

    /**
     * The record behind the event of a delivery: its trace, and when it was accepted, ms; null in a
     * theatre that is not on the wall clock, and without the record.
     */
    async readOrigin({ partition, position }: CarriedEvent) {
      const record = await projection.journal.at(partition, BigInt(position))
      if (record === null) return { acceptedMs: null, traceparent: undefined }
      const { envelope, event } = record
      const isReplay = control.state.theatres.get(event.data.theatre)?.clock === 'replay'
      const acceptedMs = isReplay ? null : Date.parse(envelope.time)
      return { acceptedMs, traceparent: envelope.traceparent }
    },

    /** The alert in the event of a delivery, as the subscription may see it. */
    async makeStatement(
      subscription: SubscriptionRecord,
      event: CarriedEvent
    ): Promise<VisibleEvent['data']> {
      const carried = { ...event, verdict: 'event', pagesNow: false } as const
      const { open } = await makeOpen(subscription, carried)
      return (JSON.parse(`${open}}`) as VisibleEvent).data
    }
  }
}

/** The body of an alert event in the form that its subscription asks for. */
export function formBody({ body }: SubscriptionRecord, event: string): Uint8Array {
  return Buffer.from(body ? renderTemplate(body, JSON.parse(event)) : event)
}

/** Of an alert event: a template makes another kind of JSON. */
export function readContentType({ body }: SubscriptionRecord): string {
  return body ? 'application/json; charset=utf-8' : eventContentType
}

export const eventContentType = 'application/cloudevents+json; charset=utf-8'

/** Why the policy sends it now, as logged before the first attempt; empty without a policy. */
function explainAlert({ because, waited }: Delivery) {
  if (because === null || waited === undefined || !isSendReason(because)) return {}
  return waited === null ? { because } : { because, held: showHoldReason(waited) }
}

function withId(open: string, id: string): string {
  return JSON.stringify({ ...(JSON.parse(`${open}}`) as object), id }).slice(0, -1)
}

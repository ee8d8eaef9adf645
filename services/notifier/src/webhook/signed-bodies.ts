// The body of a delivery: the event as its audience sees it, plus the fields of the subscription.
// The event is serialised once for all subscriptions with the same view.

import { makeRenderingKey } from '@tocsin/auth/access/reader-view'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import {
  isTellReason,
  type TellReason,
  type ToldHoldReason
} from '@tocsin/contracts/subscription/notification-words'
import { readPublicEpoch } from '@tocsin/service/projection/short-epoch'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { LRUCache } from 'lru-cache'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertJournal } from '../alerts/alert-journal.ts'
import { leftViewType, makeStub, type VisibleEvent } from '../alerts/reader-view.ts'
import { findShown, renderFor, stateInView, withoutPage } from '../alerts/record-judging.ts'
import { alertWithoutParts, withoutParts } from '../alerts/withheld-parts.ts'
import type { AnswerableEvent, Delivery } from '../notification/delivery.ts'
import { heldAsTold } from '../notification/notification-decision.ts'
import { renderTemplate } from './body-template.ts'
import { computeAudience } from './delivery-planner.ts'
import { findKind } from './kinds/kinds.ts'

export interface SignedBodiesDeps {
  readonly control: Pick<ServiceDeps['control'], 'state'>
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  /** The link by which its receiver may answer; null: none. The same whenever it is asked. */
  readonly answerUrlOf: (
    subscription: SubscriptionRecord,
    delivery: AnswerableEvent
  ) => string | null
}

/**
 * Limit of cached characters; beyond it the least recently used text is dropped. Some thousand
 * events.
 */
const keptCharactersMax = 8_388_608
/** Per entry, in addition to its text. */
const entryCharacters = 200

type CarriedEvent = Pick<Delivery, 'sequence' | 'partition' | 'position'>

export interface EventOrigin {
  readonly acceptedMs: number | null
  readonly traceparent: string | undefined
}

interface Written {
  readonly id: string
  /** The event without its last brace. */
  readonly open: string
}

export class SignedBodies {
  readonly #deps: SignedBodiesDeps
  readonly #written = new LRUCache<string, Written>({
    maxSize: keptCharactersMax,
    sizeCalculation: ({ open }) => open.length + entryCharacters
  })

  constructor(deps: SignedBodiesDeps) {
    this.#deps = deps
  }

  /**
   * One CloudEvent. Identical bytes at every attempt: what varies is in the headers. A destination
   * that shows the state of an alert is replayed the present one: the old one would undo what
   * happened since.
   */
  async makeBody(subscription: SubscriptionRecord, delivery: Delivery): Promise<Uint8Array> {
    const { eventId: id, sequence, previousId: previousid, superseded, restated } = delivery
    const { id: ownId, open } = await this.#makeOpen(subscription, delivery)
    // It keeps the planned id: deliveries planned by an earlier version continue under theirs.
    const event = ownId === id ? open : withId(open, id)
    // Signed with the rest: else one partner could pass its event on to another as that one's own.
    const { subscriptionId: subscriptionid } = subscription
    const answerurl = this.#deps.answerUrlOf(subscription, delivery)
    const epoch = readPublicEpoch(this.#deps.control.state)
    const own = JSON.stringify({
      ...{ subscriptionid, epoch, sequence, previousid },
      ...(restated ? { restated } : {}),
      ...(superseded === null ? {} : { superseded }),
      ...(answerurl === null ? {} : { answerurl }),
      ...explainAlert(delivery)
    })
    const text = `${event},${own.slice(1)}`
    const isPresent = delivery.round > 0 && findKind(subscription)?.showsState === true
    return formBody(
      subscription,
      isPresent ? this.#replaceState(text, subscription, delivery) : text
    )
  }

  /**
   * The event with the present state of its alert; without a state the alert is over for the
   * subscription.
   */
  #replaceState(
    text: string,
    subscription: SubscriptionRecord,
    { alertId }: Pick<Delivery, 'alertId'>
  ): string {
    const event = JSON.parse(text) as VisibleEvent
    const { alerts } = this.#deps
    const { view } = computeAudience(subscription)
    const shown = findShown(alerts, view, alertId)
    if (shown === null) {
      const { theatre } = event.data
      return JSON.stringify({ ...event, type: leftViewType, data: { alertId, theatre } })
    }
    const data = alertWithoutParts(stateInView(alerts, view, shown), subscription.withhold)
    return JSON.stringify({ ...event, type: shown.last.type, data })
  }

  /**
   * The record behind the event of a delivery: its trace, and when it was accepted, ms; null in a
   * theatre that is not on the wall clock, and without the record.
   */
  async readOrigin({ partition, position }: CarriedEvent): Promise<EventOrigin> {
    const record = await this.#deps.journal().at(partition, BigInt(position))
    if (record === null) return { acceptedMs: null, traceparent: undefined }
    const { envelope, event } = record
    const isReplay = this.#deps.control.state.theatres.get(event.data.theatre)?.clock === 'replay'
    return {
      acceptedMs: isReplay ? null : Date.parse(envelope.time),
      traceparent: envelope.traceparent
    }
  }

  /** The alert in the event of a delivery, as the subscription may see it. */
  async makeStatement(
    subscription: SubscriptionRecord,
    event: CarriedEvent
  ): Promise<VisibleEvent['data']> {
    const { open } = await this.#makeOpen(subscription, {
      ...event,
      verdict: 'event',
      pagesNow: false
    })
    return (JSON.parse(`${open}}`) as VisibleEvent).data
  }

  async #makeOpen(
    subscription: SubscriptionRecord,
    {
      partition,
      position,
      verdict,
      pagesNow: isPaging,
      sequence,
      restated = undefined
    }: CarriedEvent & Pick<Delivery, 'verdict' | 'pagesNow' | 'restated'>
  ): Promise<Written> {
    const audience = computeAudience(subscription)
    // A reader's view of an event changes only where evidence is taken back. Drills notify only
    // those who ask for them.
    const isForDrills = audience.filter.drill === true
    const key = `${partition} ${position} ${verdict} ${makeRenderingKey(audience.view)} ${isForDrills} ${isPaging} ${restated} ${subscription.withhold ?? ''} ${this.#deps.alerts.takenBackCount}`
    const known = this.#written.get(key)
    if (known !== undefined) return known
    const record = await this.#deps.journal().at(partition, BigInt(position))
    if (record === null)
      throw new Error(`delivery ${sequence} names an event that the alerts log does not hold`)
    // It pages where it replaces an event that would have paged, and where it is the audience's
    // first notification.
    // Earlier versions planned an event by which an alert left the view of its subscriber.
    const rendered =
      verdict === 'left-view'
        ? makeStub(record.envelope, record.event.data)
        : renderFor(this.#deps.alerts, audience, isPaging ? 'first-news' : 'event', record)
    const shown = restated && !isPaging ? withoutPage(rendered) : rendered
    const event = withoutParts(shown, subscription.withhold)
    const written = { id: event.id, open: JSON.stringify(event).slice(0, -1) }
    this.#written.set(key, written)
    return written
  }
}

/** The body of an alert event in the form that its subscription asks for. */
export function formBody({ body }: SubscriptionRecord, event: string): Uint8Array {
  return Buffer.from(body ? renderTemplate(body, JSON.parse(event)) : event)
}

/** Why the policy sends it now, as logged before the first attempt; empty without a policy. */
function explainAlert({ because, waited }: Delivery): {
  readonly because?: TellReason
  readonly held?: ToldHoldReason
} {
  if (because === null || waited === undefined || !isTellReason(because)) return {}
  return waited === null ? { because } : { because, held: heldAsTold(waited) }
}

function withId(open: string, id: string): string {
  return JSON.stringify({ ...(JSON.parse(`${open}}`) as object), id }).slice(0, -1)
}

// What one reader may see of the alerts: which, and how much of each. Everything that leaves the suite passes here; filters only choose among it.

import { digest } from '@tocsin/contracts/digest'
import type { Envelope } from '@tocsin/contracts/envelope'
import type { ActionRefused, AlertEvent, AlertState } from '@tocsin/domain/alert'
import { type Handling, maySee } from '@tocsin/domain/handling'
import type { Principal } from '@tocsin/service-kit/principal'

export interface ReaderView {
  readonly handling: Handling
  readonly theatres: readonly string[] | '*'
}

/** An alert as a reader gets it. `seq` counts all of a theatre's events, hidden ones too, so only a reader who sees all gets it. */
export type VisibleAlert = Omit<AlertState, 'seq'> & { readonly seq?: number }

/** A CloudEvent as a reader gets it. */
export interface VisibleEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly subject: string
  readonly cause: string | null
  readonly engine: string
  readonly theatre: string
  readonly previoushash?: string
  readonly data: VisibleAlert | VisibleRefusal | LeftView
}

type VisibleRefusal = Omit<ActionRefused, 'seq'> & { readonly seq?: number }

/** All that a reader is told of an alert which it was shown and may no longer see. */
export interface LeftView {
  readonly alertId: string
  readonly theatre: string
}

/** The view of a principal. */
export function viewOf({ handling, theatres }: Principal): ReaderView {
  return { handling, theatres }
}

/** True for a reader from whom nothing is hidden. */
export function seesAll(view: ReaderView): boolean {
  return view.theatres === '*' && view.handling === 'restricted'
}

export function isTheatreInView(view: ReaderView, theatre: string): boolean {
  return view.theatres === '*' || view.theatres.includes(theatre)
}

/** Whether an alert that is so marked may be seen at all. */
export function isInView(view: ReaderView, marked: { readonly theatre: string; readonly handling: Handling }): boolean {
  return isTheatreInView(view, marked.theatre) && maySee(view.handling, marked.handling)
}

/** Equal texts for views that show equal bytes of an event, so that it is encoded once for all of them. */
export function renderingKeyOf(view: ReaderView): string {
  return seesAll(view) ? 'all' : view.handling
}

/** Equal texts for views of equal reach. */
export function scopeKeyOf(view: ReaderView): string {
  return `${view.handling}|${view.theatres === '*' ? '*' : [...view.theatres].sort().join(',')}`
}

/** How an alert is marked, to judge whether it may be named to a reader; null for one that is not known. */
export type HandlingOf = (alertId: string) => Handling | null

/**
 * An alert's state without what this reader may not see. Support above its level goes, and the count of what was left out with it, for that
 * counts hidden support too; so do names of alerts above its level. Measure, deaths and area are of triggers alone, which the alert's own
 * handling covers.
 */
export function alertInView(view: ReaderView, state: AlertState, handlingOf: HandlingOf): VisibleAlert {
  if (seesAll(view)) return state
  const { seq: _seq, ...visible } = state
  if (view.handling === 'restricted') return visible
  const mayBeNamed = (alertId: string) => {
    const marked = handlingOf(alertId)
    return marked !== null && maySee(view.handling, marked)
  }
  const references = state.references.filter(mayBeNamed)
  const partOf = state.partOf !== null && mayBeNamed(state.partOf) ? state.partOf : null
  const evidence = state.evidence.filter(item => maySee(view.handling, item.handling))
  return { ...visible, references, partOf, evidence, evidenceOmitted: 0 }
}

/** A stored alert event as this reader gets it. The caller has made sure that it may. */
export function eventInView(view: ReaderView, envelope: Envelope, event: AlertEvent, handlingOf: HandlingOf): VisibleEvent {
  const shared = {
    specversion: '1.0',
    id: envelope.id,
    source: envelope.source,
    type: envelope.type,
    time: envelope.time,
    datacontenttype: 'application/json',
    subject: event.data.alertId,
    cause: envelope.cause,
    engine: envelope.engine,
    theatre: event.data.theatre
  } as const
  if (seesAll(view))
    return {
      ...shared,
      ...(envelope.previoushash === undefined ? {} : { previoushash: envelope.previoushash }),
      data: event.data
    }
  return {
    ...shared,
    data: event.type === 'alert.action-refused' ? refusalInView(event.data) : alertInView(view, event.data, handlingOf)
  }
}

function refusalInView({ seq: _seq, ...refusal }: ActionRefused): VisibleRefusal {
  return refusal
}

/** The one event by which an alert leaves a reader's view. Nothing of what hid it is told; its id is the same for every reader. */
export function leftViewEvent(envelope: Envelope, event: AlertEvent): VisibleEvent {
  const { alertId, theatre } = event.data
  return {
    specversion: '1.0',
    id: leftViewId(envelope.id),
    source: '/tocsin/notifier',
    type: 'tocsin.alert.left-view.v1',
    time: envelope.time,
    datacontenttype: 'application/json',
    subject: alertId,
    cause: null,
    engine: envelope.engine,
    theatre,
    data: { alertId, theatre }
  }
}

export function leftViewId(eventId: string): string {
  return digest('left-view', eventId)
}

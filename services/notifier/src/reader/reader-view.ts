// What one reader may see of the alerts: which, and how much of each. Everything that leaves the suite passes here; filters only choose among it.

import { digest } from '@tocsin/contracts/json/digest'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { ActionRefused, AlertEvent, AlertState, EvidenceItem, Notify } from '@tocsin/domain/alert/alert'
import { type Handling, maySee } from '@tocsin/domain/report/handling'
import { type Principal, seesAll } from '@tocsin/service-kit/access/principal'
import type { Numbering } from './level-story.ts'

export interface ReaderView {
  readonly handling: Handling
  readonly theatres: readonly string[] | '*'
}

/** A piece of evidence as a reader gets it. `revision` counts hidden reports that joined the incident too: readers below `restricted` do not get it. */
export type VisibleEvidenceItem = Omit<EvidenceItem, 'revision'> & { readonly revision?: number }

/** An alert as a reader gets it. `seq` counts all of a theatre's events, hidden ones too, so only a reader who sees all gets it. */
export type VisibleAlert = Omit<AlertState, 'seq' | 'evidence'> & {
  readonly seq?: number
  readonly evidence: readonly VisibleEvidenceItem[]
}

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

/** What it takes to show an event as readers of a level get it. */
export interface Surroundings {
  readonly numbering: Numbering
  readonly handlingOf: HandlingOf
}

/** Equal texts for views of equal reach. */
export function scopeKeyOf(view: ReaderView): string {
  return `${view.handling}|${view.theatres === '*' ? '*' : [...view.theatres].sort().join(',')}`
}

/** How an alert is marked, to judge whether it may be named to a reader; null for one that is not known. */
export type HandlingOf = (alertId: string) => Handling | null

/**
 * An alert's state without what this reader may not see, under the revision and for whom it is in this reader's view. Support above its level goes, and the
 * count of what was left out with it, for that counts hidden support too; so do names of alerts above its level, and which revision of an incident it
 * was, for that counts what hidden reports made of it. Measure, deaths and area are of triggers
 * alone, which the alert's own handling covers. `operatorRevision` is the true one: it counts what officers did, and is what the next one must send.
 */
export function alertInView(
  view: ReaderView,
  state: AlertState,
  shown: { readonly revision: number; readonly notify: Notify },
  handlingOf: HandlingOf
): VisibleAlert {
  if (seesAll(view)) return state
  const { seq: _seq, ...visible } = state
  if (view.handling === 'restricted') return visible
  const evidence = state.evidence
    .filter(item => maySee(view.handling, item.handling))
    .map(({ revision: _revision, ...item }) => item)
  return { ...visible, ...shown, ...namesInView(view.handling, state, handlingOf), evidence, evidenceOmitted: 0 }
}

/** The other alerts that one names, as far as readers of a level may know of them. */
export function namesInView(
  level: Handling,
  { references, partOf }: Pick<AlertState, 'references' | 'partOf'>,
  handlingOf: HandlingOf
): Pick<AlertState, 'references' | 'partOf'> {
  const mayBeNamed = (alertId: string) => {
    const marked = handlingOf(alertId)
    return marked !== null && maySee(level, marked)
  }
  return {
    references: references.length === 0 ? references : references.filter(mayBeNamed),
    partOf: partOf !== null && mayBeNamed(partOf) ? partOf : null
  }
}

/**
 * A stored alert event as this reader gets it. The caller has made sure that it may. What it follows from is told to those alone who see all: the record
 * may be a report that this reader may not see.
 */
export function eventInView(
  view: ReaderView,
  envelope: Envelope,
  event: AlertEvent,
  { numbering, handlingOf }: Surroundings
): VisibleEvent {
  const { alertId, theatre } = event.data
  const isWhole = seesAll(view)
  const shared = {
    specversion: '1.0',
    id: idInView(view, envelope, event, numbering),
    source: envelope.source,
    type: envelope.type,
    time: envelope.time,
    datacontenttype: 'application/json',
    subject: alertId,
    cause: isWhole ? envelope.cause : null,
    engine: envelope.engine,
    theatre
  } as const
  if (isWhole)
    return {
      ...shared,
      ...(envelope.previoushash === undefined ? {} : { previoushash: envelope.previoushash }),
      data: event.data
    }
  if (event.type === 'alert.action-refused') return { ...shared, data: refusalInView(event.data) }
  const shown = { revision: numbering.numberOf(event.data.revision), notify: numbering.notifyOf(event) }
  return { ...shared, data: alertInView(view, event.data, shown, handlingOf) }
}

/**
 * The id of an event as this reader gets it, the same on every transport. That of the log is made of the place among all events of the theatre, which
 * anybody could find out from it by trying: who does not see all gets one that is made of what it sees.
 */
export function idInView(view: ReaderView, envelope: Envelope, event: AlertEvent, numbering: Numbering): string {
  if (seesAll(view)) return envelope.id
  const { alertId } = event.data
  if (event.type === 'alert.action-refused') return digest('refusal-in-view', view.handling, alertId, event.data.actionId)
  return digest('event-in-view', view.handling, alertId, String(numbering.numberOf(event.data.revision)))
}

function refusalInView({ seq: _seq, ...refusal }: ActionRefused): VisibleRefusal {
  return refusal
}

/** The one event by which an alert leaves a reader's view. Nothing of what hid it is told. */
export function leftViewEvent(view: ReaderView, envelope: Envelope, event: AlertEvent, numbering: Numbering): VisibleEvent {
  const { alertId, theatre } = event.data
  return {
    specversion: '1.0',
    id: leftViewId(view, event, numbering),
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

/** Of the last revision that the reader was shown before: there is one leaving after each. */
export function leftViewId({ handling }: ReaderView, event: AlertEvent, numbering: Numbering): string {
  const shown = event.type === 'alert.action-refused' ? 0 : numbering.numberOf(event.data.revision)
  return digest('left-view', handling, event.data.alertId, String(shown))
}

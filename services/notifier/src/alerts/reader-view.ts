// Which alerts one reader may see, and how much of each. Everything that leaves the suite passes
// here; filters only select from it.

import { type Principal, seesAll } from '@tocsin/auth/access/principal'
import type {
  ActionRefused,
  AlertEvent,
  AlertState,
  EvidenceItem
} from '@tocsin/contracts/alert/alert'
import { digest } from '@tocsin/contracts/json/digest'
import { countEvidence } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { actionInView, operatorInView, refusalInView } from './officers-talk.ts'
import { pickEvidence } from './shown-evidence.ts'
import { findStatedParent } from './stated-parent.ts'

export interface ReaderView {
  readonly handling: Handling
  readonly theatres: readonly string[] | '*'
}

/**
 * A piece of evidence as a reader gets it. `revision` also counts hidden reports that joined the
 * incident: readers below `restricted` do not get it.
 */
export type VisibleEvidenceItem = Omit<EvidenceItem, 'revision'> & { readonly revision?: number }

/**
 * An alert as a reader gets it. `seq` counts all events of a theatre, including hidden ones: only
 * readers who see everything get it. It names few of the pieces of evidence that the reader may
 * see, and counts all of them.
 */
export type VisibleAlert = Omit<AlertState, 'seq' | 'evidence' | 'evidenceLost' | 'partOfFor'> & {
  readonly seq?: number
  readonly evidence: readonly VisibleEvidenceItem[]
  readonly evidenceCount: { readonly triggers: number; readonly support: number }
  /**
   * The log has lost events of the alert: its pieces of evidence are unknown, and only counted,
   * until one states them whole.
   */
  readonly evidenceLost?: true
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
  readonly traceparent?: string
  readonly data: VisibleAlert | VisibleRefusal | LeftView
}

type VisibleRefusal = Omit<ActionRefused, 'seq'> & { readonly seq?: number }

/** The state of an alert in an event; null if the event has none. */
export function statementIn({ data }: VisibleEvent): VisibleAlert | null {
  return 'headline' in data ? data : null
}

/** All that a reader gets about an alert that has become hidden. */
export interface LeftView {
  readonly alertId: string
  readonly theatre: string
}

/** The view of a principal. */
export function makeView({ handling, theatres }: Principal): ReaderView {
  return { handling, theatres }
}

export function isTheatreInView(view: ReaderView, theatre: string): boolean {
  return view.theatres === '*' || view.theatres.includes(theatre)
}

/** Whether an alert with this handling may be seen at all. */
export function isInView(
  view: ReaderView,
  marked: { readonly theatre: string; readonly handling: Handling }
): boolean {
  return isTheatreInView(view, marked.theatre) && maySee(view.handling, marked.handling)
}

/** Equal keys for views that render an event to equal bytes, so that it is encoded once. */
export function makeRenderingKey(view: ReaderView): string {
  return seesAll(view) ? 'all' : view.handling
}

/** Equal keys for views of equal reach. */
export function makeScopeKey(view: ReaderView): string {
  return `${view.handling}|${view.theatres === '*' ? '*' : [...view.theatres].sort().join(',')}`
}

/** The handling of an alert, to decide whether it may be named to a reader; null if unknown. */
export type HandlingOf = (alertId: string) => Handling | null

/**
 * An alert's state without the parts that this reader may not see. Removed: evidence above the
 * reader's level, names of alerts above that level, and incident revisions (they count hidden
 * reports). Names and texts of officers have a handling of their own (officers-talk.ts).
 */
export function alertInView(
  view: ReaderView,
  state: AlertState,
  handlingOf: HandlingOf
): VisibleAlert {
  const { evidenceLost: _lost, partOfFor: _for, ...said } = state
  const evidence = statedEvidence(view, state)
  if (seesAll(view)) return { ...said, ...evidence }
  const { seq: _seq, ...visible } = said
  if (view.handling === 'restricted') return { ...visible, ...evidence }
  const { handling: level } = view
  const talk = {
    action: actionInView(level, state.action),
    operator: operatorInView(level, state.operator)
  }
  return {
    ...visible,
    ...talk,
    ...namesInView(level, state, handlingOf),
    ...evidence,
    evidenceOmitted: 0
  }
}

/** The evidence in a statement that a reader may see. */
function statedEvidence(
  view: ReaderView,
  state: AlertState
): Pick<VisibleAlert, 'evidence' | 'evidenceCount' | 'evidenceLost'> {
  const all = evidenceInView(view, state)
  const { triggers, support } = state.evidenceLost ?? countEvidence(all)
  const supportSeen = handlings.reduce(
    (sum, level) => sum + (maySee(view.handling, level) ? support[level] : 0),
    0
  )
  return {
    evidence: pickEvidence(all, state.levels),
    // Incidents that have gone since count.
    evidenceCount: { triggers: triggers + state.evidenceOmitted, support: supportSeen },
    ...(state.evidenceLost === undefined ? {} : { evidenceLost: true })
  }
}

/** All evidence of an alert that a reader may see, in order. */
export function evidenceInView(
  { handling }: ReaderView,
  { evidence }: AlertState
): readonly VisibleEvidenceItem[] {
  if (handling === 'restricted') return evidence
  return evidence
    .filter(item => maySee(handling, item.handling))
    .map(({ revision: _revision, ...item }) => item)
}

/** The other alerts named by an alert, limited to those that readers of a level may see. */
export function namesInView(
  level: Handling,
  { references, ...parents }: Pick<AlertState, 'references' | 'partOf' | 'partOfFor'>,
  handlingOf: HandlingOf
): Pick<AlertState, 'references' | 'partOf'> {
  const mayBeNamed = (alertId: string) => {
    const marked = handlingOf(alertId)
    return marked !== null && maySee(level, marked)
  }
  const partOf = findStatedParent(parents, level)
  return {
    references: references.length === 0 ? references : references.filter(mayBeNamed),
    partOf: partOf !== null && mayBeNamed(partOf) ? partOf : null
  }
}

/**
 * A stored alert event as this reader gets it, under one id on every transport. The caller has
 * checked visibility. Its cause and the trace of that are shown only to readers who see everything:
 * it may be a hidden report.
 */
export function eventInView(
  view: ReaderView,
  envelope: Envelope,
  event: AlertEvent,
  handlingOf: HandlingOf
): VisibleEvent {
  const { alertId, theatre } = event.data
  const isWhole = seesAll(view)
  const shared = {
    specversion: '1.0',
    id: envelope.id,
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
      ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
      data:
        event.type === 'alert.action-refused'
          ? event.data
          : alertInView(view, event.data, handlingOf)
    }
  if (event.type === 'alert.action-refused')
    return { ...shared, data: refusalInView(view.handling, event.data) }
  return { ...shared, data: alertInView(view, event.data, handlingOf) }
}

export const leftViewType = 'tocsin.alert.left-view.v1'

/** The one event by which an alert leaves a reader's view. It does not reveal the cause. */
export function leftViewEvent(
  view: ReaderView,
  envelope: Envelope,
  event: AlertEvent
): VisibleEvent {
  const { alertId, theatre } = event.data
  return {
    specversion: '1.0',
    id: leftViewId(view, event),
    source: '/tocsin/notifier',
    type: leftViewType,
    time: envelope.time,
    datacontenttype: 'application/json',
    subject: alertId,
    cause: null,
    engine: envelope.engine,
    theatre,
    data: { alertId, theatre }
  }
}

export function leftViewId({ handling }: ReaderView, event: AlertEvent): string {
  const revision = event.type === 'alert.action-refused' ? 0 : event.data.revision
  return digest('left-view', handling, event.data.alertId, String(revision))
}

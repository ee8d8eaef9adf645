// How a reader gets the events and alerts of the level. Everything that leaves the suite passes here;
// filters only select from it.

import { isWhole, type ReaderView } from '@tocsin/auth/access/reader-view'
import type {
  ActionRefused,
  AlertLevel,
  AlertState,
  EvidenceItem
} from '@tocsin/contracts/alert/alert'
import { countEvidence } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { actionInView, operatorInView, refusalInView } from './officers-talk.ts'

/** A piece of evidence as a reader gets it. Old statements give `revision` to readers of everything alone. */
export type VisibleEvidenceItem = Omit<EvidenceItem, 'revision'> & { readonly revision?: number }

/** An alert as a level has it, with all of the evidence. */
export type LevelAlert = Omit<AlertState, 'evidence'> & {
  readonly evidence: readonly VisibleEvidenceItem[]
}

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
export type VisibleEvent = Readonly<
  Record<'id' | 'source' | 'type' | 'time' | 'subject' | 'engine' | 'theatre', string>
> & {
  readonly specversion: '1.0'
  readonly datacontenttype: 'application/json'
  readonly cause: string | null
  readonly previoushash?: string
  readonly traceparent?: string
  readonly data: VisibleAlert | (Omit<ActionRefused, 'seq'> & { readonly seq?: number }) | LeftView
}

/** The state of an alert in an event; null if the event has none. */
export function statementIn({ data }: VisibleEvent): VisibleAlert | null {
  return 'headline' in data ? data : null
}

/** All that a reader gets about an alert that it may not see any more. */
export interface LeftView {
  readonly alertId: string
  readonly theatre: string
}

/**
 * The statement of an alert for a reader. Names and texts of officers have a handling of their own
 * (officers-talk.ts).
 */
export function alertInView(view: ReaderView, state: LevelAlert): VisibleAlert {
  const { evidence, evidenceLost, partOfFor: _for, seq, ...said } = state
  const { level } = view
  const { triggers, support } = evidenceLost ?? countEvidence(evidence)
  const supportSeen = handlings.reduce(
    (sum, each) => sum + (maySee(level, each) ? support[each] : 0),
    0
  )
  return {
    ...said,
    ...(isWhole(view) ? { seq } : {}),
    action: actionInView(level, state.action),
    operator: operatorInView(level, state.operator),
    evidence: pickEvidence(evidence, state.levels),
    // Incidents that have gone since count.
    evidenceCount: { triggers: triggers + state.evidenceOmitted, support: supportSeen },
    ...(evidenceLost === undefined ? {} : { evidenceLost: true })
  }
}

/**
 * A stored alert event as this reader gets it, under one id on every transport. Its cause and the
 * trace of that are shown only to readers who see everything.
 */
export function eventInView(
  view: ReaderView,
  envelope: Envelope,
  data: LevelAlert | ActionRefused
): VisibleEvent {
  const { id, source, type, time, cause, engine, previoushash, traceparent } = envelope
  const { alertId: subject, theatre } = data
  const seesAll = isWhole(view)
  return {
    ...{ specversion: '1.0', id, source, type, time, datacontenttype: 'application/json', subject },
    ...{ cause: seesAll ? cause : null, engine, theatre },
    ...(seesAll && previoushash !== undefined ? { previoushash } : {}),
    ...(seesAll && traceparent !== undefined ? { traceparent } : {}),
    data:
      'actionId' in data
        ? { ...refusalInView(view.level, data), ...(seesAll ? { seq: data.seq } : {}) }
        : alertInView(view, data)
  }
}

export const leftViewType = 'tocsin.alert.left-view.v1'

/** All that a reader gets of an event that it may not see any more. */
export function makeStub(
  { id, time, engine }: Envelope,
  { alertId, theatre }: LeftView
): VisibleEvent {
  return {
    ...{ specversion: '1.0', id, source: '/tocsin/notifier', type: leftViewType, time },
    ...{ datacontenttype: 'application/json', subject: alertId, cause: null, engine, theatre },
    data: { alertId, theatre }
  }
}

/** Maximum number of pieces of evidence that a statement names; it also counts all. Decision 0014. */
export const shownMax = 20

/**
 * At most `shownMax` of the pieces that a reader may see, in their order: the triggers that reached
 * each level, then the newest triggers, then the newest support.
 */
export function pickEvidence<P extends Pick<EvidenceItem, 'incidentId' | 'role'>>(
  pieces: readonly P[],
  levels: readonly AlertLevel[]
): readonly P[] {
  if (pieces.length <= shownMax) return pieces
  const makers = new Set(levels.map(({ incidentId }) => incidentId))
  const chosen = new Set(
    pieces
      .filter(({ incidentId, role }) => role === 'trigger' && makers.has(incidentId))
      .slice(0, shownMax)
  )
  for (const role of ['trigger', 'support'] as const)
    for (let i = pieces.length - 1; i >= 0 && chosen.size < shownMax; i--) {
      const piece = pieces[i] as P
      if (piece.role === role) chosen.add(piece)
    }
  return pieces.filter(piece => chosen.has(piece))
}

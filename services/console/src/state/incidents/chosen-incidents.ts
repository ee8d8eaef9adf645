// Which incidents of the evidence are chosen, the same on the map, in the list and in the form of a
// merge.

import { effect, signal } from '@preact/signals'
import type { ShownEvidence } from '../../shown/shown-alert.ts'
import type { IncidentActKind } from '../../upkeep/incident-act.ts'
import { type ChosenIds, choosable, turned, whyNotMerged } from '../../upkeep/incident-choice.ts'
import { chosenId } from '../console-state.ts'
import { ofKey } from '../session/of-key.ts'
import {
  beginIncidentAct,
  changeIncidentDraft,
  declare,
  dropIncidentDraft,
  incidentDraftOf
} from './incident-acts.ts'

/** Null: nobody is choosing. */
const chosen = ofKey(signal<ChosenIds | null>(null))

/** What is chosen is of one alert; drafts stay with their incidents. */
effect(() => {
  chosenId.value
  chosen.value = null
})

export function chosenIncidents(): ChosenIds | null {
  return chosen.value
}

/** Begins to choose, or ends it. What is typed in a form stays. */
export function chooseIncidents(is: boolean): void {
  chosen.value = is ? [] : null
}

/** Chooses one, or takes it back; a merge that is being typed at the first is with the second. */
export function turnIncident(id: string, evidence: readonly ShownEvidence[]): void {
  const ids = turned(chosen.peek() ?? [], id)
  chosen.value = ids
  const [first, other = ''] = ids
  if (first === undefined || incidentDraftOf(first)?.kind !== 'merge') return
  changeIncidentDraft(first, {
    other: whyNotMerged(choosable(ids, evidence), evidence) === null ? other : ''
  })
}

/**
 * Opens the form at an incident; the map shows what it is about. `other`: what it is merged with.
 */
export function beginActAt(incidentId: string, kind: IncidentActKind, other?: string): void {
  beginIncidentAct(incidentId, kind)
  if (other !== undefined) changeIncidentDraft(incidentId, { other })
  chosen.value = pairOf(
    incidentId,
    kind === 'merge' ? (incidentDraftOf(incidentId)?.other ?? '') : ''
  )
}

/** The form names another one. */
export function mergeWith(incidentId: string, other: string): void {
  changeIncidentDraft(incidentId, { other })
  chosen.value = pairOf(incidentId, other)
}

function pairOf(incidentId: string, other: string): ChosenIds {
  return other === '' ? [incidentId] : [incidentId, other]
}

/** The form is closed, and what it was about is chosen no more. */
export function dropActAt(incidentId: string): void {
  dropIncidentDraft(incidentId)
  endChoiceOf(incidentId)
}

/** Declares what the form at an incident says; once the suite has it, it is chosen no more. */
export async function declareAt(incidentId: string, alertId: string): Promise<void> {
  await declare(incidentId, alertId)
  if (incidentDraftOf(incidentId) === null) endChoiceOf(incidentId)
}

function endChoiceOf(incidentId: string): void {
  if (chosen.peek()?.[0] === incidentId) chosen.value = null
}

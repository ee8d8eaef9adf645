// Splits and merges of incidents: what was typed is stored until the suite has it, and each outcome
// is shown at its incident.

import { suite } from '../http/requests.ts'
import {
  blankIncidentDraft,
  type IncidentActKind,
  type IncidentDraft,
  makeDeclarationBody
} from '../records/incident.ts'
import { withReadableTimes } from '../words/alert-words.ts'
import { words } from '../words/words.ts'
import { load } from './alert-detail.ts'
import { nowMs } from './console-state.ts'
import { command, makeDrafts } from './forms.ts'

/** By incident. */
const drafts = makeDrafts<IncidentDraft>(({ note }) => note.trim() !== '')
/** By incident: the outcome of the last declaration. */
export const declaring = command()

export function makeIncidentDraft(incidentId: string): IncidentDraft | null {
  return drafts.of(incidentId) ?? null
}

/** Who looks at the other act first keeps the note. */
export function beginIncidentAct(incidentId: string, kind: IncidentActKind): void {
  const known = drafts.of(incidentId) ?? blankIncidentDraft(kind)
  drafts.put(incidentId, { ...known, kind, after: null })
}

export function changeIncidentDraft(incidentId: string, change: Partial<IncidentDraft>): void {
  const known = drafts.of(incidentId)
  if (known !== undefined) drafts.put(incidentId, { ...known, ...change })
}

export function dropIncidentDraft(incidentId: string): void {
  drafts.put(incidentId, undefined)
}

export async function declare(incidentId: string, alertId: string): Promise<void> {
  const draft = drafts.of(incidentId)
  if (draft === undefined) return
  const { kind, after } = draft
  const made = await declaring.send(
    () => suite.declare(incidentId, kind, makeDeclarationBody(draft), after),
    () => words.incidentActs.done[kind],
    {
      of: incidentId,
      refused: answer => {
        if (answer.kind === 'unreachable') return words.acts.unreachable
        const { detail: why, revision } = answer.problem
        const text = withReadableTimes(why, nowMs.peek())
        if (revision === undefined) return words.views.refused(text)
        // Another officer was first: the next try states that this one has seen it.
        changeIncidentDraft(incidentId, { after: revision })
        return words.incidentActs.conflict(text)
      }
    }
  )
  // What was typed meanwhile stays.
  if (made !== null && drafts.of(incidentId) === draft) dropIncidentDraft(incidentId)
  else if (made !== null) changeIncidentDraft(incidentId, { after: null })
  await load(alertId)
}

// Splits and merges of incidents: what was typed is stored until the suite has it, and each outcome
// is shown in words.

import { computed, effect, signal, untracked } from '@preact/signals'
import { suite } from '../../http/suite.ts'
import {
  blankIncidentDraft,
  type IncidentActKind,
  type IncidentDraft,
  makeDeclarationBody
} from '../../upkeep/incident-act.ts'
import { incidentWords, withReadableTimes } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { detail, load, loadAllEvidence } from '../alert-detail.ts'
import { command, type SendState } from '../command.ts'
import { chosenId, nowMs } from '../console-state.ts'
import { holdTyped } from '../session/typed.ts'

/** By incident: the declaration being typed. */
const drafts = signal<ReadonlyMap<string, IncidentDraft>>(new Map())
/** By incident: the outcome of the last declaration. */
export const declaring = command()
/** What it is about: shown where the incident is no longer shown. */
interface DeclarationOf {
  readonly alertId: string
  readonly kind: IncidentActKind
  /** The incident in words, as it was then. */
  readonly what: string
}
const begun = signal<ReadonlyMap<string, DeclarationOf>>(new Map())
/** Those with an outcome that came while another alert, or none, was open. */
const away = signal<ReadonlySet<string>>(new Set())

export function makeIncidentDraft(incidentId: string): IncidentDraft | null {
  return drafts.value.get(incidentId) ?? null
}

export function beginIncidentAct(incidentId: string, kind: IncidentActKind): void {
  const shown = detail.peek()
  const piece =
    shown.kind === 'shown'
      ? shown.alert.evidence.find(each => each.incidentId === incidentId)
      : undefined
  const what = piece?.incident ? incidentWords(piece.incident) : words.evidence.incident(incidentId)
  begun.value = new Map(begun.value).set(incidentId, { alertId: chosenId.peek() ?? '', kind, what })
  const known = drafts.value.get(incidentId)
  // Who looks at the other act first keeps the note.
  drafts.value = new Map(drafts.value).set(incidentId, {
    ...(known ?? blankIncidentDraft(kind)),
    kind,
    after: null
  })
}

export function changeIncidentDraft(incidentId: string, change: Partial<IncidentDraft>): void {
  const known = drafts.value.get(incidentId)
  if (known !== undefined)
    drafts.value = new Map(drafts.value).set(incidentId, { ...known, ...change })
}

export function dropIncidentDraft(incidentId: string): void {
  const left = new Map(drafts.value)
  left.delete(incidentId)
  drafts.value = left
}

export interface StrayDeclaration extends DeclarationOf {
  readonly incidentId: string
  readonly outcome: SendState
  /** What was typed and is shown nowhere else. Empty: none. */
  readonly note: string
}

/** Outcomes of declarations, and typed text, for incidents that are no longer shown. */
export const strayDeclarations = computed((): readonly StrayDeclaration[] =>
  [...begun.value].flatMap(([incidentId, of]) => {
    const outcome = declaring.stateOf(incidentId)
    const isLost = isWithoutPlace(incidentId)
    if (outcome.kind === 'asking' || !(isLost || away.value.has(incidentId))) return []
    const note = isLost ? (drafts.value.get(incidentId)?.note.trim() ?? '') : ''
    return outcome.kind === 'idle' && note === '' ? [] : [{ ...of, incidentId, outcome, note }]
  })
)

/** Whether its alert is open and does not rest on it any more. */
function isWithoutPlace(incidentId: string): boolean {
  const [shown, alertId] = [detail.value, begun.value.get(incidentId)?.alertId]
  if (shown.kind === 'gone') return shown.id === alertId
  if (shown.kind !== 'shown' || shown.id !== alertId || !shown.isAll) return false
  return !shown.alert.evidence.some(
    each => each.incidentId === incidentId && each.incident !== null
  )
}

/**
 * It was read: it is no longer shown, and what was typed for an incident that has no place is
 * dropped.
 */
export function dropStray(incidentId: string): void {
  const hasDraft = drafts.peek().has(incidentId)
  if (isWithoutPlace(incidentId)) dropIncidentDraft(incidentId)
  else if (hasDraft) {
    // It stays next to what is typed.
    away.value = without(away.peek(), incidentId)
    return
  }
  forgetOutcome(incidentId)
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter(each => each !== id))
}

function forgetOutcome(incidentId: string): void {
  declaring.forget(incidentId)
  away.value = without(away.peek(), incidentId)
}

/** The outcome is shown while its alert is open: an officer who comes back later has read it. */
effect(() => {
  chosenId.value
  untracked(() => {
    for (const incidentId of begun.value.keys())
      if (declaring.stateOf(incidentId).kind === 'done' && !away.value.has(incidentId))
        forgetOutcome(incidentId)
  })
})

/** Sends the declaration of the draft; the alert that it was seen in is requested again. */
export async function declare(incidentId: string, alertId: string): Promise<void> {
  const draft = drafts.value.get(incidentId)
  if (draft === undefined) return
  const { kind, after } = draft
  const body = makeDeclarationBody(draft)
  const made = await declaring.send(
    () => suite.declare(incidentId, kind, body, after),
    () => words.incidentActs.done[kind],
    {
      of: incidentId,
      refused: answer => {
        noteAway(incidentId, alertId)
        if (answer.kind === 'unreachable') return words.acts.unreachable
        const { detail: why, revision } = answer.problem
        const text = withReadableTimes(why, nowMs.peek())
        if (revision === undefined) return words.acts.refused(text)
        // Another officer was first: the next try states that this one has seen it.
        changeIncidentDraft(incidentId, { after: revision })
        return words.incidentActs.conflict(text)
      }
    }
  )
  if (made !== null) noteAway(incidentId, alertId)
  // What was typed meanwhile stays.
  if (made !== null && drafts.peek().get(incidentId) === draft) dropIncidentDraft(incidentId)
  else if (made !== null) changeIncidentDraft(incidentId, { after: null })
  await load(alertId)
}

function noteAway(incidentId: string, alertId: string): void {
  if (chosenId.peek() !== alertId) away.value = new Set(away.peek()).add(incidentId)
}

/**
 * What is typed of an incident that is not among those that are named has no place until all
 * evidence is there.
 */
effect(() => {
  const shown = detail.value
  if (shown.kind !== 'shown' || shown.isAll || shown.isMixed) return
  const ids = new Set(shown.alert.evidence.map(({ incidentId }) => incidentId))
  const isMissed = [...drafts.peek()].some(
    ([incidentId]) => begun.peek().get(incidentId)?.alertId === shown.id && !ids.has(incidentId)
  )
  if (isMissed) void loadAllEvidence()
})

holdTyped(
  'declaration',
  () => [...drafts.value.values()].filter(({ note }) => note.trim() !== '').length
)

// Splits and merges of incidents: what was typed of one is kept until the suite has it, and each outcome is told in words.

import { effect, signal } from '@preact/signals'
import { decided, isPending } from '../../http/actions.ts'
import type { Answer } from '../../http/answers.ts'
import { suite } from '../../http/suite.ts'
import { blankIncidentDraft, bodyOfDeclaration, type IncidentActKind, type IncidentDraft } from '../../upkeep/incident-act.ts'
import { withReadableTimes } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { type ActState, isAnswered } from '../acts.ts'
import { detail, load, loadAllEvidence } from '../alert-detail.ts'
import { announce } from '../announcements.ts'
import { chosenId, nowMs, passed } from '../console-state.ts'
import { ofKey, ofPerson, onOtherKey } from '../session/of-key.ts'

/** By incident: what is being declared of it. */
const drafts = ofPerson(signal<ReadonlyMap<string, IncidentDraft>>(new Map()))
/** By incident: the outcome of the last declaration. */
const outcomes = ofKey(signal<ReadonlyMap<string, ActState>>(new Map()))
/** By incident: at which alert the last declaration was begun. */
const begun = ofPerson(signal<ReadonlyMap<string, { readonly alertId: string }>>(new Map()))
const retryKeys = new Map<string, { readonly body: string; readonly key: string }>()
onOtherKey(() => retryKeys.clear())

export function incidentDraftOf(incidentId: string): IncidentDraft | null {
  return drafts.value.get(incidentId) ?? null
}

export function incidentOutcomeOf(incidentId: string): ActState | null {
  return outcomes.value.get(incidentId) ?? null
}

export function beginIncidentAct(incidentId: string, kind: IncidentActKind): void {
  begun.value = new Map(begun.value).set(incidentId, { alertId: chosenId.peek() ?? '' })
  const known = drafts.value.get(incidentId)
  // Who looks at the other act first keeps the note.
  drafts.value = new Map(drafts.value).set(incidentId, { ...(known ?? blankIncidentDraft(kind)), kind, after: null })
}

export function changeIncidentDraft(incidentId: string, change: Partial<IncidentDraft>): void {
  const known = drafts.value.get(incidentId)
  if (known !== undefined) drafts.value = new Map(drafts.value).set(incidentId, { ...known, ...change })
}

export function dropIncidentDraft(incidentId: string): void {
  const left = new Map(drafts.value)
  left.delete(incidentId)
  drafts.value = left
}

/** Declares what the draft says; the alert that it was seen in is asked for again. */
export async function declare(incidentId: string, alertId: string): Promise<void> {
  const draft = drafts.value.get(incidentId)
  if (draft === undefined) return
  tell(incidentId, { kind: 'asking' })
  const body = bodyOfDeclaration(draft)
  const retryKey = retryKeyOf(incidentId, JSON.stringify([draft.kind, body, draft.after]))
  const first = await suite.declare(incidentId, draft.kind, body, draft.after, retryKey)
  if (isAnswered(first)) retryKeys.delete(incidentId)
  if (isPending(first)) tell(incidentId, { kind: 'pending', text: words.acts.pending })
  const answer = await decided(first, passed)
  // What was typed meanwhile stays.
  if (answer.kind === 'ok' && drafts.peek().get(incidentId) === draft) dropIncidentDraft(incidentId)
  else if (answer.kind === 'ok') changeIncidentDraft(incidentId, { after: null })
  // Another officer came first: the next try says that this one has seen it.
  else if (answer.kind === 'refused' && answer.problem.revision !== undefined)
    changeIncidentDraft(incidentId, { after: answer.problem.revision })
  tell(incidentId, outcomeOfDeclaration(draft.kind, answer))
  await load(alertId)
}

function outcomeOfDeclaration(kind: IncidentActKind, answer: Answer<unknown>): ActState {
  const { acts, incidentActs } = words
  if (answer.kind === 'unreachable') return { kind: 'refused', text: acts.unreachable }
  if (answer.kind === 'ok') return { kind: 'done', text: incidentActs.done[kind] }
  const text = withReadableTimes(answer.problem.detail, nowMs.peek())
  return { kind: 'refused', text: answer.problem.revision === undefined ? acts.refused(text) : incidentActs.conflict(text) }
}

function tell(incidentId: string, state: ActState): void {
  outcomes.value = new Map(outcomes.value).set(incidentId, state)
  if (state.kind !== 'asking') announce(state.text)
}

/** The same for the same declaration until it was answered: a repeat after a broken link declares once. */
function retryKeyOf(incidentId: string, body: string): string {
  const known = retryKeys.get(incidentId)
  if (known?.body === body) return known.key
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
  retryKeys.set(incidentId, { body, key })
  return key
}

/** What is typed of an incident that is not among those that are named has no place until all evidence is there. */
effect(() => {
  const shown = detail.value
  if (shown.kind !== 'shown' || shown.isAll || shown.isMixed) return
  const ids = new Set(shown.alert.evidence.map(({ incidentId }) => incidentId))
  const isMissed = [...drafts.peek()].some(
    ([incidentId]) => begun.peek().get(incidentId)?.alertId === shown.id && !ids.has(incidentId)
  )
  if (isMissed) void loadAllEvidence()
})

addEventListener('beforeunload', event => {
  if ([...drafts.value.values()].some(({ note }) => note.trim() !== '')) event.preventDefault()
})

// An officer's act on an alert: sent with the revision that was seen, its outcome told in words. What was typed is kept until the
// suite has it.

import { signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { suite } from '../http/suite.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import { withReadableTimes } from '../words/alert-words.ts'
import { words } from '../words/words.ts'
import { load } from './alert-detail.ts'
import { announce } from './announcements.ts'
import { nowIn } from './console-state.ts'
import { type Act, clearDraft, type Draft, draftOf } from './drafts.ts'
import { ofKey, onOtherKey } from './session/of-key.ts'

export type ActState = { readonly kind: 'asking' } | { readonly kind: 'done' | 'refused'; readonly text: string }

/** By alert: the outcome of the last act. */
export const outcomes = ofKey(signal<ReadonlyMap<string, ActState>>(new Map()))

function tell(alertId: string, state: ActState): void {
  outcomes.value = new Map(outcomes.value).set(alertId, state)
  if (state.kind !== 'asking') announce(state.text)
}

const retryKeys = new Map<string, { readonly body: string; readonly key: string }>()
onOtherKey(() => retryKeys.clear())

/** The same for the same act until it was answered: a repeat after a broken link acts once. */
function retryKeyOf(alertId: string, body: string): string {
  const known = retryKeys.get(alertId)
  if (known?.body === body) return known.key
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
  retryKeys.set(alertId, { body, key })
  return key
}

/** Sends what the draft says. */
export async function act(alert: ShownAlert): Promise<void> {
  const { alertId, operatorRevision } = alert
  const draft = draftOf(alertId)
  tell(alertId, { kind: 'asking' })
  const answer = await send(alert, draft, operatorRevision)
  if (answer.kind === 'ok') clearDraft(alertId)
  tell(alertId, outcomeOf(draft.act, answer))
  await load(alertId)
}

/** Sends an act on an alert as it was seen at a revision. */
export async function send(
  { alertId, theatre }: Pick<ShownAlert, 'alertId' | 'theatre'>,
  draft: Draft,
  seenRevision: number
): Promise<Answer<ShownAlert>> {
  const retryKey = retryKeyOf(alertId, JSON.stringify([draft, seenRevision]))
  const body = { ...bodyOf(draft, nowIn(theatre)), handling: draft.handling }
  const answer = await suite.act(alertId, pathOf(draft.act), seenRevision, body, retryKey)
  if (answer.kind !== 'unreachable') retryKeys.delete(alertId)
  return answer
}

/** The name of an act in the address of its request: to give back is to assign to nobody. */
export function pathOf(kind: Act): string {
  return kind === 'give-back' ? 'assignment' : kind
}

/** The body of an act: blank texts are left out. */
export function bodyOf(draft: Draft, theatreNowMs: number): object {
  const note = draft.note.trim()
  switch (draft.act) {
    case 'acknowledgement': {
      const until = draft.until === 'none' ? {} : { until: new Date(theatreNowMs + Number(draft.until) * 60_000).toISOString() }
      return { ...until, ...(note === '' ? {} : { note }) }
    }
    case 'assignment':
      return { to: draft.to.trim() }
    case 'give-back':
      return { to: null, ...(note === '' ? {} : { note }) }
    case 'comment':
      return { text: note }
    case 'resolution':
      return { disposition: draft.disposition, ...(note === '' ? {} : { note }) }
    default:
      return draft.act satisfies never
  }
}

/** Whether the draft says enough to be sent. */
export function isReady({ act: kind, note, to }: Draft): boolean {
  if (kind === 'comment') return note.trim() !== ''
  return kind !== 'assignment' || to.trim() !== ''
}

/** What became of an act, in words. */
export function outcomeOf(kind: Act, answer: Answer<ShownAlert>): Exclude<ActState, { readonly kind: 'asking' }> {
  const { acts } = words
  if (answer.kind === 'unreachable') return { kind: 'refused', text: acts.unreachable }
  if (answer.kind === 'ok') return { kind: 'done', text: answer.status === 202 ? acts.pending : acts.done[kind] }
  const { status, detail } = answer.problem
  const text = withReadableTimes(detail)
  // The suite says who came first, or what became of the alert where no officer acted.
  return { kind: 'refused', text: status === 409 ? acts.conflict(text) : acts.refused(text) }
}

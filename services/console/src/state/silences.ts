// Present and past silences, and the one that is being typed.

import type { Answer } from '../http/answers.ts'
import { silences as asks } from '../http/requests.ts'
import { pathsIn } from '../records/field-table.ts'
import {
  blankSilence,
  makeSilenceBody,
  makeSilenceDraft,
  type SilenceDraft,
  silenceFields
} from '../records/subscription.ts'
import type { Silence } from '../shown/answers.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import { timeAtWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'
import { chosenId, nowMs } from './console-state.ts'
import { currentItem, openView } from './current-view.ts'
import { command, form } from './forms.ts'
import { announce } from './notices.ts'
import { createPages, resource } from './resource.ts'

export const standing = createPages(cursor => asks.list('standing', cursor))
export const over = createPages(cursor => asks.list('over', cursor))
/** The one that the address names. */
export const chosenSilence = resource(() => asks.one(currentItem.peek() ?? ''), {
  key: () => currentItem.value ?? ''
})

/** The silence that is being typed; those begun for another subject are stored. */
export const newSilence = form<SilenceDraft>(() => blankSilence, {
  ...{ keyOf: ({ of }) => of, fields: pathsIn(silenceFields), restsOnSeen: true }
})
/** An hour's silence of the alert that is open. */
export const silencing = command({ restsOnSeen: true, key: () => chosenId.value ?? '' })
export const ending = command({ restsOnSeen: true })

/** Opens the form for an alert or a filter, as it was left if begun for the same. */
export function beginSilence(about: Partial<SilenceDraft>): void {
  const of = about.alertId === undefined ? JSON.stringify(about) : about.alertId
  const isTyped = newSilence.typedOf(of) !== undefined
  if (!isTyped) newSilence.drop(of)
  goOnWith({ ...blankSilence, ...about, of })
  // What was typed earlier is for the alert as it is looked at now.
  if (isTyped) newSilence.change({ seen: about.seen ?? null })
}

/** If its alert changed since it was seen, the form shows that, and the next press is for it. */
export async function sendSilence(draft: SilenceDraft): Promise<Answer<Silence>> {
  const answer = await asks.create(makeSilenceBody(draft), draft.alertId === '' ? null : draft.seen)
  if (answer.kind === 'ok' && draft.replaces !== '') await endReplaced(draft.replaces)
  if (answer.kind !== 'refused' || answer.problem.operatorRevision === undefined) return answer
  const { detail, operatorRevision } = answer.problem
  if (newSilence.typed.peek().of === draft.of) newSilence.change({ seen: operatorRevision })
  return {
    ...answer,
    problem: { ...answer.problem, detail: `${detail} ${words.acts.silenceAgain}` }
  }
}

/** The replaced silence stays active until it is ended: a failure to end it is shown. */
async function endReplaced(id: string): Promise<void> {
  const ended = await asks.end(id)
  if (ended.kind !== 'ok') announce(words.silences.bothStand)
}

/** The same silence, an hour longer. */
export async function extendSilence(silence: Silence): Promise<void> {
  const draft = makeSilenceDraft(silence, nowMs.peek())
  if (draft === null) return
  const longer = { ...draft, minutes: String(Number(draft.minutes) + 60) }
  await ending.send(
    () => sendSilence(longer),
    ({ endsAt }) => words.acts.silenced(timeAtWords(endsAt, undefined))
  )
}

/** Opens the form with a silence, to replace it. */
export function editSilence(silence: Silence): void {
  const draft = makeSilenceDraft(silence, nowMs.peek())
  if (draft !== null) goOnWith(draft)
}

/** For an alert as it was seen, without a form. */
export async function silenceForAnHour({
  alertId,
  operatorRevision,
  area
}: ShownAlert): Promise<void> {
  const draft = { ...blankSilence, alertId, reason: words.acts.silenceReason }
  await silencing.send(
    () => asks.create(makeSilenceBody(draft), operatorRevision),
    ({ endsAt }) => words.acts.silenced(timeAtWords(endsAt, area))
  )
}

/** Opens the form at a silence that was begun; what is typed in another one is stored. */
export function goOnWith(draft: SilenceDraft): void {
  newSilence.show(draft)
  newSilence.forget()
  openView('silences', 'new')
}

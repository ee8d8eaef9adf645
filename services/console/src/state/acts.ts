// An officer's act on an alert: sent with the revision that was seen, its outcome shown in words.
// What was typed is stored until the suite has it.

import { effect } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { suite } from '../http/requests.ts'
import { isUntilSaid, untilTime } from '../live/until-time.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import { withReadableTimes } from '../words/alert-words.ts'
import { words } from '../words/words.ts'
import { load } from './alert-detail.ts'
import { command, type SendState } from './command.ts'
import { chosenId, nowIn, nowMs, picture, pictureAge } from './console-state.ts'
import { type Act, type Draft, makeDraft, settleDraft } from './drafts.ts'

/** By alert: the outcome of the last act. */
export const acting = command({ key: () => chosenId.value ?? '' })

/** By alert: its operator revision after the act that was done last. */
const doneRevisions = new Map<string, number>()

function forgetDone(alertId: string): void {
  if (acting.stateOf(alertId).kind === 'done') acting.forget(alertId)
  doneRevisions.delete(alertId)
}

/**
 * The outcome is shown until an officer or the suite does something else: "Acknowledged by you" may
 * not be so any more.
 */
effect(() => {
  pictureAge.value
  for (const [alertId, revision] of doneRevisions)
    if ((picture.alerts.get(alertId)?.operatorRevision ?? revision) > revision) forgetDone(alertId)
})

/** And while its alert is open: who comes back later has read it. */
let lastChosen: string | null = null
effect(() => {
  const chosen = chosenId.value
  if (lastChosen !== null && lastChosen !== chosen) forgetDone(lastChosen)
  lastChosen = chosen
})

/** Sends the draft, or an act without a form, and follows it until it is decided. */
export async function act(
  alert: ShownAlert,
  draft: Draft = makeDraft(alert.alertId)
): Promise<void> {
  if (await actOn(alert, draft)) settleDraft(alert.alertId, draft)
  await load(alert.alertId)
}

/**
 * Resolves to whether it was done. `revision`: the one that the officer saw. `told`: gets each
 * outcome; without it, outcomes are announced.
 */
export async function actOn(
  alert: ShownAlert,
  draft: Draft,
  revision = alert.operatorRevision,
  told?: (state: SendState) => void
): Promise<boolean> {
  const { alertId } = alert
  doneRevisions.delete(alertId)
  const answer = await acting.send(
    () => send(alert, draft, revision),
    () => words.acts.done[draft.act],
    {
      of: alertId,
      refused: refused => describeRefusal(draft.act, refused),
      ...(told === undefined ? {} : { told })
    }
  )
  if (answer !== null) doneRevisions.set(alertId, answer.body.operatorRevision)
  return answer !== null
}

/** Sends an act on an alert as it was seen at a revision. */
function send(
  { alertId, theatre }: ShownAlert,
  draft: Draft,
  seenRevision: number
): Promise<Answer<ShownAlert>> {
  const body = { ...makeBody(draft, nowIn(theatre)), handling: draft.handling }
  return suite.act(alertId, formatPath(draft.act), seenRevision, body, JSON.stringify(draft))
}

/** The name of an act in the address of its request: to release is to assign to no one. */
export function formatPath(kind: Act): string {
  return kind === 'give-back' ? 'assignment' : kind
}

/** The body of an act: blank texts are left out. */
export function makeBody(draft: Draft, theatreNowMs: number): object {
  const note = draft.note.trim()
  switch (draft.act) {
    case 'acknowledgement': {
      const until = untilTime(draft.until, theatreNowMs)
      return { ...(until === null ? {} : { until }), ...(note === '' ? {} : { note }) }
    }
    case 'assignment':
      return { to: draft.to.trim(), ...(note === '' ? {} : { note }) }
    case 'give-back':
      return { to: null, ...(note === '' ? {} : { note }) }
    case 'response': {
      const text = note === '' ? {} : { text: note }
      const corrects = draft.corrects === '' ? {} : { corrects: draft.corrects }
      if (draft.corrects !== '' && draft.withdrawn) return { ...corrects, withdrawn: true, ...text }
      const at = draft.doneAt === '' ? {} : { at: `${draft.doneAt}Z` }
      return { ...corrects, kind: draft.response, ...at, ...text }
    }
    case 'comment':
      return { text: note }
    case 'reopening':
      return note === '' ? {} : { note }
    case 'resolution':
      return { disposition: draft.disposition, ...(note === '' ? {} : { note }) }
    default:
      return draft.act satisfies never
  }
}

/** Whether the draft is complete enough to be sent. */
export function isReady({
  act: kind,
  note,
  to,
  until,
  response,
  disposition,
  corrects,
  withdrawn
}: Draft): boolean {
  if (kind === 'acknowledgement') return isUntilSaid(until)
  if (kind === 'response' && corrects !== '' && withdrawn) return true
  if (kind === 'resolution') return disposition !== ''
  if (kind === 'comment' || (kind === 'response' && response === 'none')) return note.trim() !== ''
  if (kind === 'response') return response !== ''
  return kind !== 'assignment' || to.trim() !== ''
}

/**
 * Why no act is sent now, in words; null: one may be. `isThen`: an earlier state of the alert is
 * shown.
 */
export function whyNotNow(isLive: boolean, isThen: boolean): string | null {
  if (isThen) return words.acts.notOfThen
  return isLive ? null : words.stale.actsWait
}

/** Why an act was not done, in words. */
export function describeRefusal(
  kind: Act,
  answer: Exclude<Answer<ShownAlert>, { readonly kind: 'ok' }>
): string {
  const { acts } = words
  if (answer.kind === 'unreachable') return acts.unreachable
  const { status, detail, errors = [] } = answer.problem
  const atFault = kind === 'response' ? errors.find(({ pointer }) => pointer === '/at') : undefined
  const said = atFault === undefined ? detail : `${words.responses.doneAt} ${atFault.detail}.`
  const text = withReadableTimes(said, nowMs.peek())
  // The suite reports who was first, or what became of the alert if no officer acted.
  return status === 409 ? acts.conflict(text) : acts.refused(text)
}

// An officer's act on an alert: what was typed of it, by alert, which outlives changes of the alert, of
// the view and of the link; sent with the revision that was seen, its outcome shown in words.

import { effect, signal } from '@preact/signals'
import type { Handling } from '@tocsin/client'
import type { Answer } from '../http/answers.ts'
import { suite } from '../http/requests.ts'
import { isUntilSaid, untilTime } from '../live/until-time.ts'
import type { ResponseKind, ShownAlert } from '../shown/shown-alert.ts'
import { withReadableTimes } from '../words/alert-words.ts'
import { words } from '../words/words.ts'
import { load } from './alert-detail.ts'
import { chosenId, nowIn, nowMs, picture, pictureAge } from './console-state.ts'
import { command, makeDrafts, type SendState } from './forms.ts'

export type Act =
  | 'acknowledgement'
  | 'assignment'
  | 'give-back'
  | 'response'
  | 'comment'
  | 'resolution'
  | 'reopening'

export interface Draft {
  readonly act: Act
  readonly note: string
  readonly to: string
  /** Minutes; `none`: no end; `06:00`: until that time of day (until-time.ts). */
  readonly until: string
  /** Empty: not chosen yet. How many alerts were true is measured by it. */
  readonly disposition: string
  /** Empty: not chosen yet. An unintended response would be measured. */
  readonly response: ResponseKind | ''
  /** When it was done, as a field of date and time has it, in UTC; empty: now. */
  readonly doneAt: string
  /** Id of the response that this one replaces; empty: none. `withdrawn`: it is not replaced. */
  readonly corrects: string
  readonly withdrawn: boolean
  /** Who may read the officer's name and words. */
  readonly handling: Handling
}

export const blankDraft: Draft = {
  act: 'acknowledgement',
  note: '',
  to: '',
  until: '240',
  disposition: '',
  response: '',
  doneAt: '',
  corrects: '',
  withdrawn: false,
  handling: 'internal'
}
const drafts = makeDrafts<Draft>(draft => textOf(draft) !== '')

export function makeDraft(alertId: string): Draft {
  return drafts.of(alertId) ?? blankDraft
}

export function changeDraft(alertId: string, change: Partial<Draft>): void {
  drafts.put(alertId, { ...makeDraft(alertId), ...change })
}

/** Alerts at which a form is open: that of the act of their draft. */
const opened = signal<ReadonlySet<string>>(new Set())

export function openedAct(alertId: string): Act | null {
  return opened.value.has(alertId) ? makeDraft(alertId).act : null
}

export function openAct(alertId: string, act: Act): void {
  changeDraft(alertId, { act })
  opened.value = new Set(opened.value).add(alertId)
}

export function closeAct(alertId: string): void {
  opened.value = new Set([...opened.value].filter(id => id !== alertId))
}

/** What an act sends from its draft, in addition to who may read it. */
const sentBy: Readonly<Record<Act, readonly (keyof Draft)[]>> = {
  acknowledgement: ['note', 'until'],
  assignment: ['note', 'to'],
  'give-back': ['note'],
  response: ['note', 'response', 'doneAt', 'corrects', 'withdrawn'],
  comment: ['note'],
  resolution: ['note', 'disposition'],
  reopening: ['note']
}

/** Its kind and readers stay, and what was typed meanwhile or for another act. */
export function settleDraft(alertId: string, sent: Draft): void {
  const now = makeDraft(alertId)
  const taken = sentBy[sent.act].filter(member => now[member] === sent[member])
  changeDraft(alertId, Object.fromEntries(taken.map(member => [member, blankDraft[member]])))
  // Further input, or input for another act, stays open.
  if (now.act === sent.act && typedFor(alertId) === '') closeAct(alertId)
}

/** Begins with what was recorded, and its time; what was typed stays. */
export function beginCorrection(alertId: string, { id = '', kind, text }: CorrectedDeed): void {
  const note = makeDraft(alertId).note.trim() === '' ? (text ?? '') : makeDraft(alertId).note
  openAct(alertId, 'response')
  changeDraft(alertId, { ...{ corrects: id, withdrawn: false, doneAt: '' }, response: kind, note })
}

interface CorrectedDeed {
  readonly id?: string
  readonly kind: ResponseKind
  readonly text: string | null
}

export function clearDraft(alertId: string): void {
  closeAct(alertId)
  drafts.put(alertId, undefined)
}

/** What was typed for an alert, as text: for when it can no longer be sent. Empty for none. */
export function typedFor(alertId: string): string {
  return textOf(makeDraft(alertId))
}

function textOf({ note, to, doneAt }: Draft): string {
  return [to, doneAt, note]
    .map(text => text.trim())
    .filter(text => text !== '')
    .join('\n')
}

export const acting = command({ key: () => chosenId.value ?? '' })

/** By alert: its operator revision after the act that was done last. */
const doneRevisions = new Map<string, number>()

function forgetDone(alertId: string): void {
  if (acting.stateOf(alertId).kind === 'done') acting.forget(alertId)
  doneRevisions.delete(alertId)
}

/** The outcome is shown until an officer or the suite does something else. */
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

/** Whether it was done. `revision`: as seen. `told`: gets outcomes that are not announced then. */
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

export function isReady(draft: Draft): boolean {
  const { act: kind, note, response } = draft
  if (kind === 'acknowledgement') return isUntilSaid(draft.until)
  if (kind === 'response' && draft.corrects !== '' && draft.withdrawn) return true
  if (kind === 'resolution') return draft.disposition !== ''
  if (kind === 'comment' || (kind === 'response' && response === 'none')) return note.trim() !== ''
  if (kind === 'response') return response !== ''
  return kind !== 'assignment' || draft.to.trim() !== ''
}

/** Why no act is sent now; null: one may be. `isThen`: an earlier state is shown. */
export function whyNotNow(isLive: boolean, isThen: boolean): string | null {
  if (isThen) return words.acts.notOfThen
  return isLive ? null : words.stale.actsWait
}

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
  return status === 409 ? acts.conflict(text) : words.views.refused(text)
}

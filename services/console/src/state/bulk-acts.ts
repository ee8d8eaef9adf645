// One act on many alerts: each is asked with the revision that was seen of it, each has an outcome
// of its own, and what was not done stays selected, as it is now.

import { signal } from '@preact/signals'
import { decided, isPending } from '../http/actions.ts'
import type { Answer } from '../http/answers.ts'
import { isUntilSaid } from '../live/until-time.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import { readHeadline } from '../words/alert-texts.ts'
import { words } from '../words/words.ts'
import { acting, outcomeOf, send } from './acts.ts'
import { announce } from './announcements.ts'
import { refusal } from './command.ts'
import { caller, passed, picture } from './console-state.ts'
import { blankDraft, type Draft } from './drafts.ts'
import { selection } from './selection.ts'
import { ofKey, ofPerson } from './session/of-key.ts'
import { holdTyped } from './session/typed.ts'

export const bulkKinds = ['acknowledgement', 'take', 'give-back', 'resolution'] as const
export type BulkKind = (typeof bulkKinds)[number]

export interface BulkDraft {
  readonly kind: BulkKind
  readonly note: string
  readonly until: string
  readonly disposition: string
}

const blank: BulkDraft = {
  kind: 'acknowledgement',
  note: '',
  until: blankDraft.until,
  disposition: blankDraft.disposition
}
export const bulkDraft = ofPerson(signal<BulkDraft>(blank))

export interface BulkResult {
  readonly alertId: string
  readonly headline: string
  readonly state: 'done' | 'pending' | 'refused'
  readonly text: string
}

export type BulkState =
  | { readonly kind: 'asking'; readonly answered: number; readonly all: number }
  | { readonly kind: 'told'; readonly results: readonly BulkResult[] }

export const bulk = ofKey(signal<BulkState | null>(null))

/** Requests at the same time: the writer of alerts decides one after the other anyway. */
const atOnce = 4

/**
 * Whether the draft says enough to be sent: what the closed alerts were is chosen, never assumed.
 */
export function isBulkReady({ kind, disposition, until }: BulkDraft): boolean {
  if (kind === 'acknowledgement') return isUntilSaid(until)
  return kind !== 'resolution' || disposition !== ''
}

/**
 * Whether it is asked once more before it is sent: what is closed calls nobody any more, and one
 * press may close hundreds.
 */
export function isAskedTwice({ kind }: BulkDraft, size: number): boolean {
  return kind === 'resolution' && size > 1
}

/** Asks for the drafted act on all that is selected. */
export async function sendBulk(): Promise<void> {
  if (!isBulkReady(bulkDraft.value)) return
  const asked = [...selection.value]
  const draft = draftOf(bulkDraft.value)
  const typed = bulkDraft.value
  const results: BulkResult[] = []
  const later: (() => void)[] = []
  bulk.value = { kind: 'asking', answered: 0, all: asked.length }
  const queue = asked.values()
  const work = async () => {
    for (const [alertId, revision] of queue) {
      const { result, answer } = await resultOf(alertId, revision, draft)
      results.push(result)
      if (isPending(answer)) later.push(() => void follow(result, draft, answer, typed))
      bulk.value = { kind: 'asking', answered: results.length, all: asked.length }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  tell(results, typed)
  for (const begin of later) begin()
}

function draftOf({ kind, note, until, disposition }: BulkDraft): Draft {
  const act = kind === 'take' ? 'assignment' : kind
  return { ...blankDraft, act, note, to: caller.value?.name ?? '', until, disposition }
}

interface Asked {
  readonly result: BulkResult
  readonly answer: Answer<ShownAlert>
}

async function resultOf(alertId: string, revision: number, draft: Draft): Promise<Asked> {
  const alert = picture.alerts.get(alertId)
  if (alert === undefined) {
    const result = {
      alertId,
      headline: alertId,
      state: 'refused',
      text: words.queueWork.bulk.gone
    } as const
    return { result, answer: { kind: 'unreachable' } }
  }
  const answer = await send(alert, draft, revision)
  const headline = readHeadline(alert)
  const said = isPending(answer)
    ? ({ state: 'pending', text: words.acts.pending } as const)
    : saidOf(draft, answer)
  return { result: { alertId, headline, ...said }, answer }
}

/** One that is not decided when the others are told of. */
async function follow(
  pending: BulkResult,
  draft: Draft,
  answer: Answer<ShownAlert>,
  typed: BulkDraft
): Promise<void> {
  acting.tell(pending.alertId, { kind: 'pending', text: pending.text })
  retell({ ...pending, ...saidOf(draft, await decided(answer, passed)) }, typed)
}

function saidOf({ act }: Draft, answer: Answer<ShownAlert>): Pick<BulkResult, 'state' | 'text'> {
  const { kind, text } = outcomeOf(act, answer)
  return {
    state: kind,
    text: answer.kind === 'unreachable' ? words.queueWork.bulk.unreachable : text
  }
}

/** In its place among the others if they are still shown, and beside the alert. */
function retell(result: BulkResult, typed: BulkDraft): void {
  const { alertId, state, text } = result
  acting.tell(alertId, state === 'refused' ? refusal(text) : { kind: state, text })
  const shown = bulk.peek()
  if (
    shown?.kind !== 'told' ||
    !shown.results.some(each => each.alertId === alertId && each.state === 'pending')
  )
    return
  const results = shown.results.map(each => (each.alertId === alertId ? result : each))
  bulk.value = { kind: 'told', results: inOrder(results) }
  if (state === 'refused') select([result])
  settleNote(results, typed)
}

const order = ['refused', 'pending', 'done'] as const
function inOrder(results: readonly BulkResult[]): readonly BulkResult[] {
  return order.flatMap(state => results.filter(each => each.state === state))
}

/** The note stays until it was taken of all, and what was typed meanwhile. */
function settleNote(results: readonly BulkResult[], typed: BulkDraft): void {
  const now = bulkDraft.peek()
  if (results.some(({ state }) => state !== 'done')) return
  bulkDraft.value = { ...blank, kind: now.kind, note: now.note === typed.note ? '' : now.note }
}

/** As they are now: they may be asked for again. */
function select(refused: readonly BulkResult[]): void {
  const next = new Map(selection.value)
  for (const { alertId } of refused) {
    const alert = picture.alerts.get(alertId)
    if (alert !== undefined) next.set(alertId, alert.operatorRevision)
  }
  selection.value = next
}

function tell(results: readonly BulkResult[], typed: BulkDraft): void {
  const told = new Set(results.map(({ alertId }) => alertId))
  // What was selected meanwhile stays; what was refused is selected as it is now, and may be asked
  // for again.
  selection.value = new Map([...selection.value].filter(([id]) => !told.has(id)))
  select(results.filter(({ state }) => state === 'refused'))
  settleNote(results, typed)
  bulk.value = { kind: 'told', results: inOrder(results) }
  announce(summaryOf(results))
}

/** How many were done, how many not, and how many are not decided yet. */
export function summaryOf(results: readonly BulkResult[]): string {
  const [refused, pending, done] = order.map(
    state => results.filter(each => each.state === state).length
  ) as [number, number, number]
  const { allDone, someNot, someWait } = words.queueWork.bulk
  const decidedOnes = refused > 0 ? someNot(done, refused) : allDone(done)
  return pending > 0 ? `${decidedOnes} ${someWait(pending)}` : decidedOnes
}

holdTyped('bulk-note', () => (bulkDraft.value.note.trim() === '' ? 0 : 1))

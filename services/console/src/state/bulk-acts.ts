// One act on many alerts: each is requested with the revision that was seen, each has its own
// outcome, and what was not done stays selected, in its present state.

import { signal } from '@preact/signals'
import { readHeadline } from '../words/alert-words.ts'
import { words } from '../words/words.ts'
import { actOn, blankDraft, type Draft, isReady } from './acts.ts'
import { caller, picture } from './console-state.ts'
import { holdTyped } from './forms.ts'
import { announce } from './notices.ts'
import { selection } from './queue-state.ts'

export type BulkDraft = Draft & { readonly act: keyof typeof words.queueWork.bulk.acts }

const blank: BulkDraft = { ...blankDraft, act: 'acknowledgement' }
export const bulkDraft = signal<BulkDraft>(blank)

export interface BulkResult {
  readonly alertId: string
  readonly headline: string
  readonly state: 'done' | 'pending' | 'refused'
  readonly text: string
}

export type BulkState =
  | { readonly kind: 'asking'; readonly answered: number; readonly all: number }
  | { readonly kind: 'told'; readonly results: readonly BulkResult[] }

export const bulk = signal<BulkState | null>(null)

/** Requests at the same time: the writer of alerts decides one after the other anyway. */
const atOnce = 4

/** An assignment of many alerts needs no name: they go to the officer who sends it. */
export function isBulkReady(draft: BulkDraft): boolean {
  return draft.act === 'assignment' || isReady(draft)
}

/** Whether to ask first: resolved alerts page no more, and one press may resolve hundreds. */
export function isAskedTwice({ act }: BulkDraft, size: number): boolean {
  return act === 'resolution' && size > 1
}

/** Asks for the drafted act on all that is selected. */
export async function sendBulk(): Promise<void> {
  if (!isBulkReady(bulkDraft.value)) return
  const typed = bulkDraft.value
  const draft = { ...typed, to: caller.value?.name ?? '' }
  const asked = [...selection.value]
  const results = new Map<string, BulkResult>()
  let shown: BulkState | null = null
  const show = (next: BulkState) => {
    shown = next
    bulk.value = next
  }
  const showAsking = () => show({ kind: 'asking', answered: results.size, all: asked.length })
  const showTold = (news: Iterable<BulkResult>) => {
    selectRefused(news)
    settleNote(results.values(), typed)
    show({ kind: 'told', results: inOrder([...results.values()]) })
  }
  showAsking()
  const queue = asked.values()
  const work = async () => {
    for (const [alertId, revision] of queue) {
      await new Promise<void>(resolve => {
        askOne(alertId, revision, draft, result => {
          // One that was not decided when the others were reported.
          const isLate = shown?.kind === 'told'
          results.set(alertId, result)
          if (isLate) announce(result.text)
          if (isLate && bulk.peek() === shown) showTold([result])
          resolve()
        })
      })
      showAsking()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  // What was selected meanwhile stays.
  selection.value = new Map([...selection.value].filter(([id]) => !results.has(id)))
  showTold(results.values())
  announce(formatSummary([...results.values()]))
}

/** `told`: gets the outcome, and again once what was pending is decided. */
function askOne(
  alertId: string,
  revision: number,
  draft: Draft,
  told: (result: BulkResult) => void
): void {
  const alert = picture.alerts.get(alertId)
  if (alert === undefined) {
    told({ alertId, headline: alertId, state: 'refused', text: words.queueWork.bulk.gone })
    return
  }
  const headline = readHeadline(alert)
  void actOn(alert, draft, revision, outcome => {
    if ('text' in outcome)
      told({ alertId, headline, state: outcome.kind, text: outcome.text ?? '' })
  })
}

const order = ['refused', 'pending', 'done'] as const
function inOrder(results: readonly BulkResult[]): readonly BulkResult[] {
  return order.flatMap(state => results.filter(each => each.state === state))
}

/** The note stays until it was taken of all, and what was typed meanwhile. */
function settleNote(results: Iterable<BulkResult>, typed: BulkDraft): void {
  const now = bulkDraft.peek()
  if ([...results].some(({ state }) => state !== 'done')) return
  bulkDraft.value = { ...blank, act: now.act, note: now.note === typed.note ? '' : now.note }
}

/** What was refused is selected as it is now, and may be asked for again. */
function selectRefused(results: Iterable<BulkResult>): void {
  const next = new Map(selection.value)
  for (const { alertId, state } of results) {
    const alert = picture.alerts.get(alertId)
    if (state === 'refused' && alert !== undefined) next.set(alertId, alert.operatorRevision)
  }
  selection.value = next
}

/** How many were done, how many not, and how many are not decided yet. */
export function formatSummary(results: readonly BulkResult[]): string {
  const [refused, pending, done] = order.map(
    state => results.filter(each => each.state === state).length
  ) as [number, number, number]
  const { allDone, someNot, someWait } = words.queueWork.bulk
  const decidedOnes = refused > 0 ? someNot(done, refused) : allDone(done)
  return pending > 0 ? `${decidedOnes} ${someWait(pending)}` : decidedOnes
}

holdTyped(() => bulkDraft.value.note.trim() !== '')

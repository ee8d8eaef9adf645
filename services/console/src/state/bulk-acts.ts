// One act on many alerts: each is asked with the revision that was seen of it, each has an outcome of its own, and what was not
// done stays selected, as it is now.

import { signal } from '@preact/signals'
import { words } from '../words/words.ts'
import { outcomeOf, send } from './acts.ts'
import { announce } from './announcements.ts'
import { caller, picture } from './console-state.ts'
import { blankDraft, type Draft } from './drafts.ts'
import { guardPage } from './form-draft.ts'
import { selection } from './selection.ts'
import { ofKey, ofPerson } from './session/of-key.ts'

export const bulkKinds = ['acknowledgement', 'take', 'give-back', 'resolution'] as const
export type BulkKind = (typeof bulkKinds)[number]

export interface BulkDraft {
  readonly kind: BulkKind
  readonly note: string
  readonly until: string
  readonly disposition: string
}

const blank: BulkDraft = { kind: 'acknowledgement', note: '', until: blankDraft.until, disposition: blankDraft.disposition }
export const bulkDraft = ofPerson(signal<BulkDraft>(blank))

export interface BulkResult {
  readonly alertId: string
  readonly headline: string
  readonly isDone: boolean
  readonly text: string
}

export type BulkState =
  | { readonly kind: 'asking'; readonly answered: number; readonly all: number }
  | { readonly kind: 'told'; readonly results: readonly BulkResult[] }

export const bulk = ofKey(signal<BulkState | null>(null))

/** Requests at the same time: the writer of alerts decides one after the other anyway. */
const atOnce = 4

/** Asks for the drafted act on all that is selected. */
export async function sendBulk(): Promise<void> {
  const asked = [...selection.value]
  const draft = draftOf(bulkDraft.value)
  const results: BulkResult[] = []
  bulk.value = { kind: 'asking', answered: 0, all: asked.length }
  const queue = asked.values()
  const work = async () => {
    for (const [alertId, revision] of queue) {
      results.push(await resultOf(alertId, revision, draft))
      bulk.value = { kind: 'asking', answered: results.length, all: asked.length }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  tell(results)
}

function draftOf({ kind, note, until, disposition }: BulkDraft): Draft {
  const act = kind === 'take' ? 'assignment' : kind
  return { ...blankDraft, act, note, to: caller.value?.name ?? '', until, disposition }
}

async function resultOf(alertId: string, revision: number, draft: Draft): Promise<BulkResult> {
  const alert = picture.alerts.get(alertId)
  if (alert === undefined) return { alertId, headline: alertId, isDone: false, text: words.queueWork.bulk.gone }
  const answer = await send(alert, draft, revision)
  const { kind, text } = outcomeOf(draft.act, answer)
  const told = answer.kind === 'unreachable' ? words.queueWork.bulk.unreachable : text
  return { alertId, headline: alert.headline, isDone: kind === 'done', text: told }
}

function tell(results: readonly BulkResult[]): void {
  const refused = results.filter(({ isDone }) => !isDone)
  const told = new Set(results.map(({ alertId }) => alertId))
  // What was selected meanwhile stays; what was refused is selected as it is now, and may be asked for again.
  const next = new Map([...selection.value].filter(([id]) => !told.has(id)))
  for (const { alertId } of refused) {
    const alert = picture.alerts.get(alertId)
    if (alert !== undefined) next.set(alertId, alert.operatorRevision)
  }
  selection.value = next
  if (refused.length === 0) bulkDraft.value = { ...blank, kind: bulkDraft.value.kind }
  bulk.value = { kind: 'told', results: [...refused, ...results.filter(({ isDone }) => isDone)] }
  announce(summaryOf(results))
}

/** How many were done, and how many not. */
export function summaryOf(results: readonly BulkResult[]): string {
  const done = results.filter(({ isDone }) => isDone).length
  const { allDone, someNot } = words.queueWork.bulk
  return done === results.length ? allDone(done) : someNot(done, results.length - done)
}

guardPage(() => bulkDraft.peek().note.trim() !== '')

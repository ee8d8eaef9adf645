// The chosen alert with its revisions and evidence, asked for when it is chosen and whenever it changes.

import { effect, signal } from '@preact/signals'
import { suite } from '../http/suite.ts'
import type { AlertDetail, ShownEvidence } from '../shown/shown-alert.ts'
import { chosenId, isLive, picture, pictureAge } from './console-state.ts'

export type DetailState =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly id: string }
  | { readonly kind: 'shown'; readonly id: string; readonly alert: AlertDetail; readonly isAll: boolean }
  | { readonly kind: 'gone'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string }

export const detail = signal<DetailState>({ kind: 'none' })

let asked: { readonly id: string; readonly revision: string } | null = null
let asking = new AbortController()

effect(() => {
  pictureAge.value
  const id = chosenId.value
  if (id === null) {
    asked = null
    asking.abort()
    detail.value = { kind: 'none' }
    return
  }
  // Asked again when it changes, and when the link is back after a failure.
  const known = picture.alerts.get(id)
  const revision = `${known?.revision ?? 0} ${known?.operatorRevision ?? 0} ${isLive.value || known !== undefined}`
  if (asked?.id === id && asked.revision === revision) return
  if (asked?.id !== id) detail.value = { kind: 'loading', id }
  asked = { id, revision }
  void load(id)
})

/** Asks for the chosen alert once more: after an act that was refused, say. */
export async function load(id: string): Promise<void> {
  asking.abort()
  asking = new AbortController()
  const { signal: ended } = asking
  const answer = await suite.alert(id, ended)
  if (ended.aborted || chosenId.peek() !== id) return
  const shown = detail.peek()
  if (answer.kind === 'ok') detail.value = { kind: 'shown', id, alert: answer.body, isAll: false }
  else if (answer.kind === 'refused' && answer.problem.status === 404) detail.value = { kind: 'gone', id }
  // What is shown of it stays: the page says whether it is current.
  else if (shown.kind !== 'shown') {
    detail.value = { kind: 'failed', id }
    asked = null
  }
}

/** Loads all evidence, page by page. Until the alert changes: then the newest is shown again. */
export async function loadAllEvidence(): Promise<void> {
  const begun = detail.peek()
  if (begun.kind !== 'shown') return
  const evidence: ShownEvidence[] = []
  for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
    const answer = await suite.evidence(begun.id, cursor)
    if (answer.kind !== 'ok' || detail.peek() !== begun) return
    evidence.push(...answer.body.items)
    cursor = answer.body.next
  }
  detail.value = { ...begun, alert: { ...begun.alert, evidence }, isAll: true }
}

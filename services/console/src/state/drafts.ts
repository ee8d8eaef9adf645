// What an officer has typed and not sent, by alert: it outlives changes of the alert, of the view
// and of the link, and is gone with the page.

import { signal } from '@preact/signals'
import type { Handling } from '@tocsin/client'
import type { ResponseKind } from '../shown/shown-alert.ts'
import { makeDrafts } from './form-draft.ts'

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

/** The act with an open form at an alert; null: none. */
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

/**
 * `sent` was taken. The kind of act and its readers stay, so that a second remark is not sent as
 * another act or to others; and what was typed meanwhile, or for another act.
 */
export function settleDraft(alertId: string, sent: Draft): void {
  const now = makeDraft(alertId)
  const taken = sentBy[sent.act].filter(member => now[member] === sent[member])
  changeDraft(alertId, Object.fromEntries(taken.map(member => [member, blankDraft[member]])))
  // Further input, or input for another act, stays open.
  if (now.act === sent.act && typedFor(alertId) === '') closeAct(alertId)
}

/**
 * The form begins with what was recorded; its time stays as it was unless another is given. What
 * was typed stays.
 */
export function beginCorrection(alertId: string, { id = '', kind, text }: CorrectedDeed): void {
  const note = makeDraft(alertId).note.trim() === '' ? (text ?? '') : makeDraft(alertId).note
  openAct(alertId, 'response')
  changeDraft(alertId, {
    corrects: id,
    withdrawn: false,
    response: kind,
    doneAt: '',
    note
  })
}

interface CorrectedDeed {
  readonly id?: string
  readonly kind: ResponseKind
  readonly text: string | null
}

/** Drops what was typed. */
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

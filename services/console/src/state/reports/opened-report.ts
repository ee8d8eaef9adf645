// The report that the address names, read from the suite, and its withdrawal: what was sent can be
// corrected and taken back after the page was loaded anew, and on another machine.

import { signal } from '@preact/signals'
import { reports } from '../../http/reports.ts'
import { draftOfOpened } from '../../upkeep/reports/opened-report.ts'
import { words } from '../../words/words.ts'
import { currentItem } from '../current-view.ts'
import { formDraft, sending } from '../form-draft.ts'
import { goOnWith } from '../report.ts'
import { resource } from '../resource.ts'
import { ofPerson } from '../session/of-key.ts'

export const openedReport = resource(() => reports.read(currentItem.peek() ?? ''))

/** The form shows it: sent, it is a correction. What was typed of another one is kept. */
export function correctOpened(): void {
  const { body } = openedReport.state.peek()
  const draft = body === null ? null : draftOfOpened(body)
  if (draft !== null) goOnWith(draft)
}

interface WithdrawalDraft {
  /** Of which report; empty: of none. */
  readonly of: string
  readonly reason: string
}

export const withdrawal = formDraft<WithdrawalDraft>(
  'withdrawal',
  () => ({ of: '', reason: '' }),
  ({ of }) => of
)
export const withdrawing = sending(['reason'])
/** Of which report the last withdrawal was sent. */
export const withdrawnLast = ofPerson(signal(''))
/** Those that were withdrawn from this page. */
export const withdrawnHere = ofPerson(signal<ReadonlySet<string>>(new Set()))

/** Begins a withdrawal, or goes on with it as it was left. */
export function beginWithdrawal(of: string): void {
  withdrawal.show({ of, reason: '' })
  withdrawing.forget()
  withdrawnLast.value = of
}

/** Withdraws the report for the reason that was typed. It is kept until the suite has it. */
export async function sendWithdrawal(): Promise<void> {
  const draft = withdrawal.typed.peek()
  withdrawnLast.value = draft.of
  const taken = await withdrawing.send(
    () => reports.withdraw(draft.of, draft.reason.trim()),
    () => words.report.withdrawn
  )
  if (taken === null) return
  withdrawal.settle(draft)
  withdrawnHere.value = new Set([...withdrawnHere.peek(), draft.of])
  if (currentItem.peek() === draft.of) await openedReport.load()
}

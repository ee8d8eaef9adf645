// The report that is being typed, and those that were accepted from this page.

import { signal } from '@preact/signals'
import { reports } from '../http/reports.ts'
import type { ReportAccepted } from '../shown/report.ts'
import { noFaults } from '../upkeep/field-faults.ts'
import { blankReport, bodyOfReport, faultsIn, placedAt, type ReportDraft, reportFields } from '../upkeep/report-draft.ts'
import { words } from '../words/words.ts'
import { formDraft, sending } from './form-draft.ts'

export interface SentReport {
  readonly draft: ReportDraft
  readonly body: Readonly<Record<string, unknown>>
  readonly answer: ReportAccepted
}

function newId(): string {
  const random = [...crypto.getRandomValues(new Uint8Array(6))].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return `console-${new Date().toISOString().slice(0, 10)}-${random}`
}

/** Who reports once reports again as the same source. */
let lastSource = ''
export const report = formDraft<ReportDraft>(() => blankReport(newId(), lastSource))
export const reporting = sending(Object.values(reportFields))
export const placing = sending()
/** Newest first. */
export const sentReports = signal<readonly SentReport[]>([])

const sentMax = 50

/** Sends what was typed. It is kept until the suite has it. */
export async function sendReport(): Promise<void> {
  const draft = report.typed.peek()
  const faults = faultsIn(draft)
  if (faults.size > 0) {
    const byField = new Map([...faults].map(([field, fault]) => [field, words.report.faults[fault]]))
    reporting.state.value = { kind: 'refused', text: null, faults: { ...noFaults, byField } }
    return
  }
  const body = bodyOfReport(draft)
  const sent = await reporting.send(
    () => reports.post(body),
    ({ reportId, duplicate, revision }) =>
      duplicate
        ? words.report.known(reportId)
        : revision > 1
          ? words.report.corrected(reportId, revision)
          : words.report.accepted(reportId)
  )
  if (sent === null) {
    forgetEmptyEnd(draft)
    return
  }
  lastSource = draft.source.trim()
  report.clear()
  note({ draft, body, answer: sent.body })
}

/** An end that was left empty was sent as the beginning: what is wrong with it is told once. */
function forgetEmptyEnd({ to }: ReportDraft): void {
  const state = reporting.state.peek()
  if (to !== '' || state.kind !== 'refused' || !state.faults.byField.has(reportFields.from)) return
  const byField = new Map(state.faults.byField)
  byField.delete(reportFields.to)
  reporting.state.value = { ...state, faults: { ...state.faults, byField } }
}

function note(sent: SentReport): void {
  const others = sentReports.peek().filter(({ answer }) => answer.reportId !== sent.answer.reportId)
  sentReports.value = [sent, ...others].slice(0, sentMax)
}

/** The form shows a sent report again: under its own id it is sent as a correction. */
export function correctReport({ draft }: SentReport): void {
  report.change(draft)
  reporting.state.value = { kind: 'idle' }
}

/** Says which of the places was meant. */
export async function sendPlace(sent: SentReport, spot: { readonly lat: number; readonly lon: number }): Promise<void> {
  const body = placedAt(sent.body, spot)
  const { reportId } = sent.answer
  const taken = await placing.send(
    () => reports.correct(reportId, body),
    () => words.report.placed
  )
  if (taken !== null) note({ draft: sent.draft, body, answer: taken.body })
}

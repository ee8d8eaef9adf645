// The report that is being typed, and those that were accepted from this page.

import { signal } from '@preact/signals'
import { reports } from '../http/reports.ts'
import type { ReportAccepted } from '../shown/report.ts'
import { noFaults } from '../upkeep/field-faults.ts'
import {
  blankReport,
  bodyOfReport,
  draftPlacedAt,
  faultsIn,
  placedAt,
  type ReportDraft,
  reportFields
} from '../upkeep/reports/report-draft.ts'
import { timeWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'
import { suiteNowMs } from './console-state.ts'
import { formDraft, sending } from './form-draft.ts'
import { ofPerson, onOtherPerson } from './session/of-key.ts'

export interface SentReport {
  readonly draft: ReportDraft
  readonly body: Readonly<Record<string, unknown>>
  readonly answer: ReportAccepted
}

function newId(): string {
  const random = [...crypto.getRandomValues(new Uint8Array(6))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
  return `console-${new Date(suiteNowMs.peek()).toISOString().slice(0, 10)}-${random}`
}

/** Who reports once reports again as the same source. */
let lastSource = ''
onOtherPerson(() => {
  lastSource = ''
})
export const report = formDraft<ReportDraft>(
  'report',
  () => blankReport(newId(), lastSource),
  // As the suite tells reports apart: a correction has the id of what it corrects.
  ({ externalId, of }) =>
    externalId.trim() === '' && of !== undefined ? of.reportId : externalId.trim()
)
export const reporting = sending(Object.values(reportFields))
export const placing = sending()
/** Newest first. */
export const sentReports = ofPerson(signal<readonly SentReport[]>([]))

const sentMax = 50

/** Sends what was typed. It is kept until the suite has it. What was taken, or null. */
export async function sendReport(): Promise<ReportAccepted | null> {
  const draft = report.typed.peek()
  const faults = faultsIn(draft)
  if (faults.size > 0) {
    const byField = new Map(
      [...faults].map(([field, fault]) => [field, words.report.faults[fault]])
    )
    reporting.state.value = { kind: 'refused', text: null, faults: { ...noFaults, byField } }
    return null
  }
  const body = bodyOfReport(draft)
  const { of } = draft
  const sent = await reporting.send(
    () => (of === undefined ? reports.post(body) : reports.correct(of.reportId, body)),
    answer => {
      lastSource = draft.source.trim()
      return outcomeWords(answer, report.settle(draft))
    }
  )
  if (sent === null) {
    forgetEmptyEnd(draft)
    return null
  }
  note({ draft, body, answer: sent.body })
  return sent.body
}

/** `isAll`: nothing was typed while it was on its way. */
function outcomeWords(
  { reportId, duplicate, revision, superseded }: ReportAccepted,
  isAll: boolean
): string {
  const told = words.report
  const taken = duplicate
    ? told.known(reportId)
    : revision > 1
      ? told.corrected(reportId, revision)
      : told.accepted(reportId)
  const standing =
    superseded === undefined ? [] : [told.superseded(timeWords(superseded.reportedAt))]
  return [taken, ...standing, ...(isAll ? [] : [told.typedSince])].join(' ')
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

/**
 * The form shows a sent report again: under its own id it is sent as a correction. What was typed
 * of another one is kept.
 */
export function correctReport({ draft }: SentReport): void {
  goOnWith(draft)
}

/** The form shows this one, as it was left if something was typed of it. */
export function goOnWith(draft: ReportDraft): void {
  report.show(draft)
  reporting.forget()
}

/** Says which of the places was meant. */
export async function sendPlace(
  sent: SentReport,
  spot: { readonly lat: number; readonly lon: number }
): Promise<void> {
  const body = placedAt(sent.body, spot)
  const { reportId } = sent.answer
  const taken = await placing.send(
    () => reports.correct(reportId, body),
    () => words.report.placed
  )
  if (taken !== null) note({ draft: draftPlacedAt(sent.draft, spot), body, answer: taken.body })
}

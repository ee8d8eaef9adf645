// The state of the reporter's page: who is signed in, the report that is typed, and the reports that
// this key posted.

import { signal } from '@preact/signals'
import { type Answer, ask } from '../http/answers.ts'
import { type Page, reports, suite } from '../http/requests.ts'
import { continueEnded } from '../http/session-renewal.ts'
import { collectFaults, type Faults, noFaults, pathsIn } from '../records/field-table.ts'
import {
  blankReport,
  draftPlacedAt,
  faultsIn,
  formatPath,
  makeOpenedDraft,
  makeReportBody,
  placedAt,
  type ReportDraft,
  reportFields
} from '../records/report.ts'
import type { Caller, OpenedReport, PlaceCandidate, ReportAccepted } from '../shown/answers.ts'
import {
  readRemovedDraft,
  readStoredDraft,
  removeStoredDraft,
  storeDraft
} from '../state/stored-draft.ts'
import { timeFormat, words } from '../words/words.ts'

/** `unknown`: Tocsin has not answered yet. */
type Signed =
  | { readonly kind: 'unknown'; readonly isUnreachable: boolean }
  | { readonly kind: 'none'; readonly hasEnded: boolean }
  | { readonly kind: 'caller'; readonly caller: Caller }

type Sending =
  | { readonly kind: 'idle' | 'asking' }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string; readonly faults: Faults }

export interface SentReport {
  readonly draft: ReportDraft
  readonly body: Readonly<Record<string, unknown>>
  readonly answer: ReportAccepted
  /** Which of several places was meant; omitted until somebody chooses. */
  readonly spot?: PlaceCandidate
}

/** Until it is known who is signed in, ms. */
const askAgainMs = 3_000

export const signed = signal<Signed>({ kind: 'unknown', isUnreachable: false })
export const isOnline = signal(navigator.onLine)
export const isStored = signal(false)
export const sending = signal<Sending>({ kind: 'idle' })
export const sent = signal<SentReport | null>(null)
/** Null: not asked for yet. */
export const mine = signal<readonly OpenedReport[] | null>(null)
export const mineFailure = signal('')

function newId(): string {
  const random = [...crypto.getRandomValues(new Uint8Array(6))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
  return `console-${new Date().toISOString().slice(0, 10)}-${random}`
}

export const report = {
  typed: signal<ReportDraft>(blankReport(newId())),
  change(members: Partial<ReportDraft>): void {
    report.typed.value = { ...report.typed.peek(), ...members }
    const who = signed.peek()
    if (who.kind !== 'caller') return
    storeDraft(who.caller.id, report.typed.peek())
    isStored.value = report.typed.peek().of === undefined
  }
}

/** Two tabs type under one reference: what the second one sends must be a separate report. */
export function noteRemovedDraft(event: Pick<StorageEvent, 'key' | 'oldValue' | 'newValue'>): void {
  const removed = readRemovedDraft(event)
  const typed = report.typed.peek()
  if (typed.of === undefined && typed.externalId === removed)
    report.typed.value = { ...typed, externalId: newId() }
  if (begun?.typed.externalId === removed)
    begun = { typed: { ...begun.typed, externalId: newId() }, isStored: false }
}

/** Asks who is signed in, again and again until there is an answer. */
export async function begin(hasEnded = false): Promise<void> {
  const answer = await suite.me()
  if (answer.kind === 'ok') return beginAs(answer.body)
  if (answer.kind === 'refused' && answer.problem.status === 401) {
    const renewal = await continueEnded()
    if (renewal.kind === 'renewed') return beginAs(renewal.caller)
    if (renewal.kind === 'over') {
      signed.value = { kind: 'none', hasEnded }
      return
    }
  }
  signed.value = { kind: 'unknown', isUnreachable: true }
  setTimeout(() => void begin(hasEnded), askAgainMs)
}

let last: string | null = null
/** The new report that was typed when a correction began. */
let begun: { readonly typed: ReportDraft; readonly isStored: boolean } | null = null

function beginAs(caller: Caller): void {
  // What was typed since the session ended belongs to the same person, or to no one.
  if (last !== caller.id) {
    const stored = readStoredDraft(caller.id)
    report.typed.value = stored ?? blankReport(newId(), findSource(caller))
    isStored.value = stored !== null
    begun = null
    sent.value = null
    mine.value = null
    last = caller.id
  }
  signed.value = { kind: 'caller', caller }
}

/** Who names no other source reports as their own. */
function findSource({ id, name }: Caller): string {
  const [plain, ofKey] = [name, id].map(text =>
    text
      .normalize('NFD')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .toLowerCase()
      .slice(0, 64)
  )
  // A name may have no Latin letter.
  return plain || ofKey || ''
}

export async function signIn(key: string): Promise<string> {
  const answer = await suite.signIn(key)
  if (answer.kind === 'unreachable') return words.report.unreachable
  if (answer.kind === 'refused') return words.report.signIn.unknown
  await begin()
  return ''
}

export async function signOut(): Promise<void> {
  const answer = await suite.signOut()
  if (answer.kind !== 'ok') {
    isOnline.value = false
    return
  }
  removeStoredDraft()
  document.body.replaceChildren()
  location.replace(location.pathname)
}

/** Sends what was typed. It stays in the form until Tocsin has it. */
export async function send(): Promise<void> {
  if (sending.peek().kind === 'asking') return
  const draft = report.typed.peek()
  const faults = faultsIn(draft)
  if (faults.size > 0) {
    const byField = new Map(
      [...faults].map(([field, fault]) => [field, words.report.faults[fault]])
    )
    sending.value = {
      kind: 'refused',
      text: words.report.faultsBelow,
      faults: { ...noFaults, byField }
    }
    return
  }
  const body = makeReportBody(draft)
  const answer = await put(
    draft.of === undefined ? reports.post(body) : reports.correct(draft.of.reportId, body)
  )
  if (answer === null) return
  sending.value = { kind: 'done', text: outcomeText(answer) }
  sent.value = { draft, body, answer }
  // What was typed meanwhile stays.
  if (report.typed.peek() === draft) startAnother()
  if (mine.peek() !== null) await loadMine()
}

/** After a correction the report that was begun before it, else a blank one. */
export function startAnother(): void {
  const { source, country, of } = report.typed.peek()
  const back = of === undefined ? null : begun
  begun = null
  if (back === null) removeStoredDraft()
  report.typed.value = back?.typed ?? { ...blankReport(newId(), source), country }
  isStored.value = back?.isStored ?? false
}

export async function sendPlace({ draft, body, answer }: SentReport, spot: PlaceCandidate) {
  const placed = placedAt(body, spot)
  const taken = await put(reports.correct(answer.reportId, placed))
  if (taken === null) return
  sending.value = { kind: 'done', text: words.report.placed(spotWords(spot)) }
  sent.value = { draft: draftPlacedAt(draft, spot), body: placed, answer: taken, spot }
  if (mine.peek() !== null) await loadMine()
}

async function put(asked: Promise<Answer<ReportAccepted>>): Promise<ReportAccepted | null> {
  sending.value = { kind: 'asking' }
  const answer = await asked
  isOnline.value = answer.kind !== 'unreachable'
  if (answer.kind === 'ok') return answer.body
  if (answer.kind === 'unreachable') refuse(words.report.unreachable)
  else if (answer.problem.status === 401) {
    refuse(words.report.signIn.ended)
    await begin(true)
  } else {
    const told = collectFaults(answer.problem, pathsIn(reportFields))
    const [from, to] = [formatPath('from'), formatPath('to')]
    // An end that was left empty was sent as the beginning: its fault is shown once.
    const isTwice = report.typed.peek().to === '' && told.byField.has(from)
    const byField = new Map([...told.byField].filter(([field]) => !isTwice || field !== to))
    const faults = { ...told, byField }
    const text = faults.rest === null ? words.report.faultsBelow : words.report.refused(faults.rest)
    sending.value = { kind: 'refused', text, faults }
  }
  return null
}

function refuse(text: string): void {
  sending.value = { kind: 'refused', text, faults: noFaults }
}

function outcomeText({ reportId, duplicate, revision, superseded }: ReportAccepted): string {
  const taken = duplicate
    ? words.report.known(reportId)
    : revision > 1
      ? words.report.corrected(reportId, revision)
      : words.report.accepted(reportId)
  if (superseded === undefined) return taken
  return `${taken} ${words.report.superseded(timeText(superseded.reportedAt))}`
}

/** `Koro, Mopti` */
export function spotWords({ name, region, admin1 }: PlaceCandidate): string {
  return [name, region ?? admin1].filter(part => part !== null && part !== '').join(', ')
}

const format = timeFormat({ timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'short' })

export function timeText(iso: string): string {
  return `${format(Date.parse(iso))} UTC`
}

export async function loadMine(): Promise<void> {
  noteMine(await ask<Page<OpenedReport>>('/v1/me/reports'), ({ items }) => {
    mine.value = items
  })
}

/** Adds a report to the list: who may read all reports opens those of others too. */
export async function openById(id: string): Promise<void> {
  const answer = await reports.read(id)
  noteMine(answer, opened => {
    mine.value = [
      opened,
      ...(mine.peek() ?? []).filter(({ reportId }) => reportId !== opened.reportId)
    ]
  })
}

export async function withdraw(reportId: string, reason: string): Promise<boolean> {
  const answer = await reports.withdraw(reportId, reason)
  noteMine(answer, () => {})
  if (answer.kind === 'ok') await openById(reportId)
  return answer.kind === 'ok'
}

function noteMine<T>(answer: Answer<T>, take: (body: T) => void): void {
  mineFailure.value =
    answer.kind === 'ok'
      ? ''
      : answer.kind === 'unreachable'
        ? words.report.unreachable
        : answer.problem.status === 404
          ? words.report.notFound
          : answer.problem.detail
  if (answer.kind === 'ok') take(answer.body)
}

/** The form shows a report again: sent, it is a correction. */
export function correct(opened: OpenedReport): void {
  const draft = makeOpenedDraft(opened)
  if (draft === null) return
  const typed = report.typed.peek()
  if (typed.of === undefined) begun = { typed, isStored: isStored.peek() }
  report.typed.value = draft
  isStored.value = false
  sending.value = { kind: 'idle' }
}

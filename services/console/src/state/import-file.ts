// An import: the file that was chosen, what its rows would become, and how far they are sent.

import { computed, signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { imports } from '../http/requests.ts'
import {
  afterBatch,
  afterWithdrawal,
  guessFormat,
  nothingSent,
  type Sent
} from '../records/import-file.ts'
import type { ImportTried } from '../shown/answers.ts'
import { words } from '../words/words.ts'
import { command } from './forms.ts'
import { resource } from './resource.ts'

interface Chosen {
  readonly file: File | null
  readonly format: string
  readonly mapping: string
  readonly ownMapping: string
  readonly encoding: string
  /** A day. */
  readonly reportedAt: string
}

const nothingChosen: Chosen = {
  file: null,
  format: 'csv',
  mapping: '',
  ownMapping: '',
  encoding: 'utf-8',
  reportedAt: ''
}
export const mayHaveMapping = () =>
  formatNow.value !== undefined && formatNow.value.mapping !== 'none'
export const mayHaveReportTime = () => formatNow.value?.statesReportTime === false

/** One request. */
const batchLines = 500
/** Bytes of a file that are enough to detect its format. */
const headBytes = 4096

export const chosen = signal(nothingChosen)
export const importKinds = resource(() => imports.kinds())
/** What is known of the chosen format. */
const formatNow = computed(() =>
  importKinds.state.value.body?.formats.find(({ format }) => format === chosen.value.format)
)
/** The dry run of the chosen file; null before it. */
export const tried = signal<ImportTried | null>(null)
export const sent = signal<Sent>(nothingSent)
export const trying = command({ fields: ['mapping', 'reportedAt'] })
export const sending = command()
export const triedState = computed(() => ({ body: tried.value, failure: null, toldAtMs: null }))

/** The trial was for another file, or for the same one read in another way. */
export function choose(members: Partial<Chosen>): void {
  chosen.value = { ...chosen.peek(), ...members }
  tried.value = null
  sent.value = nothingSent
  trying.forget()
  sending.forget()
}

export async function chooseFile(file: File | null): Promise<void> {
  choose({ file })
  if (file === null) return
  // A file that cannot be read is refused when it is tried.
  const head = await file
    .slice(0, headBytes)
    .text()
    .catch(() => '')
  const format = guessFormat(file.name, head)
  if (chosen.peek().file === file) choose({ format })
}

export async function tryFile(): Promise<void> {
  const now = chosen.peek()
  const { file, format, mapping, ownMapping, encoding, reportedAt } = now
  if (file === null) return
  const named = mapping === '' ? ownMapping.trim() : mapping
  const query = {
    ...{ format, encoding },
    ...(mayHaveMapping() && named !== '' ? { mapping: named } : {}),
    ...(mayHaveReportTime() && reportedAt !== '' ? { reportedAt: `${reportedAt}T23:59:59Z` } : {})
  }
  sent.value = nothingSent
  sending.forget()
  const answer = await trying.send(
    async (): Promise<Answer<ImportTried>> =>
      (await imports.tryFile(file, query)) ?? {
        kind: 'refused',
        problem: { code: 'unreadable-file', detail: words.importing.unreadable, status: 0 }
      },
    ({ rows, accepted }) => words.importing.tried(rows, accepted)
  )
  if (chosen.peek() === now) tried.value = answer?.body ?? null
}

/** Sends what is not sent yet, one batch after the other: pressing it again continues. */
export async function sendReports(): Promise<void> {
  const of = tried.peek()
  if (of === null) return
  await sending.send(
    () => sendBatches(of),
    ({ accepted, duplicates, withdrawn, refusedCount }) =>
      words.importing.sent(accepted, duplicates, withdrawn, refusedCount)
  )
}

async function sendBatches(of: ImportTried): Promise<Answer<Sent>> {
  for (;;) {
    const before = sent.peek()
    const batch = of.reports.slice(before.lines, before.lines + batchLines)
    if (batch.length === 0) return sendWithdrawals(of)
    const answer = await imports.send(batch)
    // Another file was chosen meanwhile: stop sending this one.
    if (tried.peek() !== of) return { kind: 'unreachable' }
    if (answer.kind !== 'ok') return answer
    const after = afterBatch(before, batch.length, answer.body)
    if (after === null) return { kind: 'unreachable' }
    if ('code' in after) return { kind: 'refused', problem: after }
    sent.value = after
  }
}

/** Once the reports are there: a file may withdraw one that it has. */
async function sendWithdrawals(of: ImportTried): Promise<Answer<Sent>> {
  for (;;) {
    const before = sent.peek()
    const next = of.toWithdraw[before.lines - of.reports.length]
    if (next === undefined) return { kind: 'ok', status: 200, body: before }
    const answer = await imports.withdraw(next)
    if (tried.peek() !== of || answer.kind === 'unreachable') return { kind: 'unreachable' }
    const said = answer.kind === 'ok' ? { status: answer.status, detail: '' } : answer.problem
    const after = afterWithdrawal(before, next, said)
    if (after === null) return answer.kind === 'refused' ? answer : { kind: 'unreachable' }
    sent.value = after
  }
}

// What is typed of reports, rules and entries of the quarantine outlives a look at another one, and
// what was sent before it.

import '../support/a-page.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { QuarantineEntry } from '../../src/shown/quarantine.ts'
import { beginMending, mended, mending, sendMended } from '../../src/state/quarantine.ts'
import {
  correctReport,
  goOnWith,
  report,
  reporting,
  sendPlace,
  sendReport,
  sentReports
} from '../../src/state/report.ts'
import {
  beginRule,
  previewRule,
  putRule,
  ruleDraft,
  ruleOutcome
} from '../../src/state/rules/rules.ts'
import { aRule as shownRule } from '../support/records.ts'
import { thePageIsLive } from './a-live-page.ts'

/** Requests that are answered by hand, in the order in which they were sent. */
const asked: {
  readonly path: string
  readonly body: unknown
  readonly answer: (body: unknown, status?: number) => void
}[] = []
globalThis.fetch = ((path: string, { body }: RequestInit) => {
  const { promise, resolve } = Promise.withResolvers<Response>()
  const answer = (told: unknown, status = 200) => resolve(Response.json(told, { status }))
  asked.push({ path, body: body === undefined ? null : JSON.parse(String(body)), answer })
  return promise
}) as typeof fetch

/** The first request that was not answered yet. */
const next = () => asked.shift() ?? expect.unreachable('nothing was asked')

beforeEach(() => thePageIsLive())
afterEach(() => {
  asked.length = 0
})

describe('a report', () => {
  const dated = { source: 'desk', from: '2026-03-01', category: 'attack' }
  const whole = { ...dated, place: 'Diosso', country: 'ML' }
  const told = (text: unknown) => expect(reporting.state.peek()).toMatchObject({ text })
  const sentFirst = () => sentReports.peek()[0] ?? expect.unreachable('one was sent')
  const accepted = (reportId: string, revision = 1) => ({ reportId, revision, duplicate: false })

  it('keeps what is typed while it is on its way, as a correction of it', async () => {
    report.clear()
    report.change(whole)
    const { externalId } = report.typed.peek()
    const sending = sendReport()
    report.change({ narrative: 'Two motorcycles.' })
    next().answer(accepted('r1'))
    await sending
    expect(report.typed.peek()).toMatchObject({ externalId, narrative: 'Two motorcycles.' })
    told(expect.stringContaining('What you have typed since'))
    const correcting = sendReport()
    next().answer(accepted('r1', 2))
    await correcting
    expect(report.typed.peek()).toMatchObject({ place: '', source: 'desk' })
    expect(report.typed.peek().externalId).not.toBe(externalId)
  })

  it('that is half-typed is kept while another one is corrected', () => {
    report.clear()
    report.change({ place: 'Half of it' })
    const half = report.typed.peek()
    correctReport(sentFirst())
    expect(report.typed.peek().place).toBe('Diosso')
    expect(report.left.peek()).toEqual([half])
    goOnWith(half)
    expect([report.typed.peek().place, report.left.peek()]).toEqual(['Half of it', []])
    report.clear()
  })

  it('says so if the suite keeps it and another revision counts', async () => {
    report.clear()
    report.change(whole)
    const sending = sendReport()
    const reportedAt = '2026-03-02T10:00:00.000Z'
    const superseded = { reportedAt, hint: 'this revision does not count' }
    next().answer({ ...accepted('r2', 2), superseded })
    await sending
    told(expect.stringMatching(/revision 2 .* It does not count: /))
    sentReports.value = sentReports.peek().filter(({ answer }) => answer.reportId !== 'r2')
  })

  it('is corrected at the place that was meant', async () => {
    const placing = sendPlace(sentFirst(), { lat: 13.9, lon: -5.4 })
    next().answer(accepted('r1', 3))
    await placing
    correctReport(sentFirst())
    expect(report.typed.peek()).toMatchObject({ lat: '13.9', lon: '-5.4' })
  })
})

describe('a rule', () => {
  const aRule = (ruleId: string, ruleVersion = 1) => shownRule({ ruleId, ruleVersion })

  const [more, two] = ['More', 'Two'].map(title => `pattern: siege\ntitle: ${title}\n`) as [
    string,
    string
  ]

  async function previewed(): Promise<void> {
    const previewing = previewRule()
    next().answer({ theatres: [], elsewhere: [], complete: true })
    await previewing
  }

  it('keeps what is typed while it is put into force, as a change of that version', async () => {
    beginRule(aRule('one'))
    await previewed()
    const saving = putRule()
    ruleDraft.change({ text: more })
    next().answer(aRule('one', 2))
    await expect.poll(() => asked.length).toBe(1)
    next().answer({ items: [], next: null })
    await saving
    expect(ruleDraft.typed.peek()).toMatchObject({ of: 'one', version: 2, text: more })
    const text = expect.stringContaining('version 2')
    expect(ruleOutcome.peek()).toMatchObject({ kind: 'done', text })
  })

  it('has its outcome where it is shown, and does not replace another one that is typed', async () => {
    beginRule(aRule('one', 2))
    await previewed()
    const saving = putRule()
    beginRule(aRule('two'))
    ruleDraft.change({ text: two })
    next().answer({ code: 'stale', detail: 'Version 3 is in force.' }, 409)
    await saving
    expect(ruleDraft.typed.peek()).toMatchObject({ of: 'two', text: two })
    expect(ruleOutcome.peek()).toEqual({ kind: 'idle' })
    beginRule(aRule('one', 3))
    expect(ruleDraft.typed.peek()).toMatchObject({ of: 'one', text: more })
    expect(ruleOutcome.peek()).toMatchObject({ kind: 'refused', isStale: true })
  })
})

describe('an entry of the quarantine', () => {
  const anEntry = (id: string) =>
    ({ id, content: { text: '{}', base64: '' }, settled: null }) as unknown as QuarantineEntry

  it('keeps its mending while another one is opened, and what is typed while it is sent', async () => {
    beginMending(anEntry('a'))
    mended.change({ text: 'A' })
    beginMending(anEntry('b'))
    mended.change({ text: 'B' })
    beginMending(anEntry('a'))
    expect(mended.typed.peek()).toEqual({ id: 'a', text: 'A' })
    const sending = sendMended({})
    beginMending(anEntry('b'))
    mended.change({ text: 'B, more' })
    next().answer({ reportId: 'r1' })
    await expect.poll(() => asked.length).toBe(1)
    next().answer(anEntry('b'))
    await sending
    expect(mended.typed.peek()).toEqual({ id: 'b', text: 'B, more' })
    expect(mending.state.peek()).toEqual({ kind: 'idle' })
    beginMending(anEntry('a'))
    expect(mended.typed.peek().text).not.toBe('A')
  })
})

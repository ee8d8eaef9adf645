// What is typed of reports and rules outlives a look at another one, and
// what was sent before it.

import '../support/a-page.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  correct,
  noteRemovedDraft,
  report,
  send,
  sending,
  sendPlace,
  sent,
  startAnother
} from '../../src/report-page/reporter-state.ts'
import {
  beginRule,
  previewRule,
  publishRule,
  ruleDraft,
  ruleOutcome
} from '../../src/state/rules.ts'
import { anOpenedReport, aRevision, aRule as shownRule } from '../support/records.ts'
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
  const whole = { from: '2026-03-01', category: 'attack', place: 'Diosso', country: 'ML' }
  const accepted = (reportId: string, revision = 1) => ({ reportId, revision, duplicate: false })
  const told = (text: unknown) => expect(sending.peek()).toMatchObject({ text })

  it('keeps what is typed while it is on its way, under the id of the same report', async () => {
    report.change({ ...whole, source: 'desk' })
    const { externalId } = report.typed.peek()
    const first = send()
    report.change({ narrative: 'Two motorcycles.' })
    next().answer(accepted('r1'))
    await first
    expect(report.typed.peek()).toMatchObject({ externalId, narrative: 'Two motorcycles.' })
    const second = send()
    const superseded = { reportedAt: '2026-03-02T10:00:00.000Z', hint: 'it does not count' }
    next().answer({ ...accepted('r1', 2), superseded })
    await second
    told(expect.stringMatching(/revision 2 .* It does not count: /))
    expect(report.typed.peek()).toMatchObject({ place: '', source: 'desk', country: 'ML' })
    expect(report.typed.peek().externalId).not.toBe(externalId)
  })

  it('is stored at the place that was meant, and shown as that place', async () => {
    const last = sent.peek() ?? expect.unreachable('one was sent')
    const spot = {
      ...{ settlement: 'gn:1', name: 'Diosso', country: 'ML', region: 'Ségou' },
      ...{ admin1: 'ML-4', lat: 13.9, lon: -5.4 }
    }
    const placing = sendPlace(last, spot)
    const { body, answer } = next()
    expect(body).toMatchObject({ location: { name: 'Diosso', admin1: 'ML-4', lat: 13.9 } })
    answer(accepted('r1', 3))
    await placing
    told('The place is stored: Diosso, Ségou.')
    expect(sent.peek()).toMatchObject({ spot, draft: { admin1: 'ML-4', lat: '13.9' } })
  })

  it('that was begun before another one was corrected is there again after that', async () => {
    report.change({ ...whole, place: 'Koro', narrative: 'Heard at noon.' })
    correct(anOpenedReport(aRevision()))
    expect(report.typed.peek()).toMatchObject({ place: 'Diosso', of: { reportId: 'r1' } })
    report.change({ place: 'Bankass' })
    const correction = send()
    const { path, answer } = next()
    expect(path).toBe('/v1/reports/r1')
    answer(accepted('r1', 2))
    await correction
    expect(report.typed.peek()).toMatchObject({ place: 'Koro', narrative: 'Heard at noon.' })
    expect(report.typed.peek().of).toBeUndefined()
    startAnother()
    expect(report.typed.peek()).toMatchObject({ place: '', narrative: '' })
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
    const saving = publishRule()
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
    const saving = publishRule()
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

describe('a draft that two tabs have', () => {
  const removed = (draft: object) => ({
    key: 'tocsin-report-draft',
    oldValue: JSON.stringify({ by: 'key_1', draft }),
    newValue: null
  })

  it('gets a reference of its own here once the other tab has sent it', () => {
    const { externalId } = report.typed.peek()
    noteRemovedDraft(removed({ externalId: 'another' }))
    expect(report.typed.peek().externalId).toBe(externalId)
    noteRemovedDraft(removed({ externalId }))
    expect(report.typed.peek().externalId).toMatch(/^console-/)
    expect(report.typed.peek().externalId).not.toBe(externalId)
  })

  it('gets one too while it waits behind a correction', () => {
    const { externalId } = report.typed.peek()
    correct(anOpenedReport(aRevision()))
    noteRemovedDraft(removed({ externalId }))
    startAnother()
    expect(report.typed.peek().externalId).toMatch(/^console-/)
    expect(report.typed.peek().externalId).not.toBe(externalId)
  })
})

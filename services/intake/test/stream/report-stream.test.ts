// A stream of reports without HTTP: results in the order of lines, the summary, and how a stream
// ends early.

import { defaultJsonLimits } from '@tocsin/contracts/json/strict-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { EventLogError } from '@tocsin/event-log/errors'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import {
  ReportStream,
  type ReportStreamOptions,
  type StreamLimits
} from '../../src/stream/report-stream.ts'
import {
  aReport,
  type Given,
  type IntakeUnderTest,
  intakeOf,
  owner,
  reportRecords
} from '../support/intake-under-test.ts'

let intake: IntakeUnderTest

class Results {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  get lines() {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line))
  }

  /** The lines with a number, each by its status. */
  get statuses(): [number, number][] {
    return this.lines.slice(0, -1).map(({ line, status }) => [line, status])
  }

  get summary() {
    return this.lines.at(-1)
  }
}

const limits: StreamLimits = {
  lineBytesMax: 2000,
  linesMax: 8,
  bytesMax: 100_000,
  inFlightMax: 500,
  rulesPatienceMs: 200
}
const numbered = (number: number, changed: object = {}) =>
  JSON.stringify({ ...aReport, externalId: `W-${number}`, ...changed })
const bad = JSON.stringify({ ...aReport, category: 'nonsense' })

interface Ran {
  readonly results: Results
  readonly problem: ProblemError | null
}

async function run(
  source: AsyncIterable<Buffer> | readonly string[],
  changed: Partial<ReportStreamOptions> = {}
): Promise<Ran> {
  const options: ReportStreamOptions = {
    acceptance: intake.service.acceptance,
    clock: systemClock,
    principal: owner,
    lane: 'live',
    limits,
    json: defaultJsonLimits,
    admit: () => null,
    hindrance: () => null,
    cursorBehind: places => JSON.stringify(places.map(at => [at.partition, Number(at.position)])),
    ...changed
  }
  const stream = new ReportStream(options)
  let text = ''
  for await (const part of stream.results(
    Array.isArray(source) ? lines(source) : (source as AsyncIterable<Buffer>)
  ))
    text += part
  return { results: new Results(text), problem: stream.problem }
}

async function* lines(texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(`${text}\n`)
}

async function given(rest: Given = {}): Promise<void> {
  intake = await intakeOf(rest)
}

describe('a stream of reports', () => {
  it('answers each line in order and sums up: accepted, duplicate, refused, blank', async () => {
    await given()
    const sent = [
      numbered(1),
      bad,
      '',
      numbered(2),
      numbered(1),
      '{"half":',
      numbered(3, { handling: 'public' })
    ]
    const { results, problem } = await run(sent)
    expect(problem).toBeNull()
    expect(results.statuses).toEqual([
      [1, 202],
      [2, 422],
      [4, 202],
      [5, 202],
      [6, 400],
      [7, 202]
    ])
    expect(results.lines[0]).toEqual({
      line: 1,
      status: 202,
      reportId: expect.any(String),
      revision: 1,
      theatre: 'sahel',
      duplicate: false,
      place: { resolution: 'stated', candidates: [] }
    })
    expect(results.lines[1]).toMatchObject({
      code: 'body-invalid',
      errors: [{ pointer: '/category' }]
    })
    expect(results.lines[3]).toMatchObject({ duplicate: true })
    const tally = { lines: 7, blank: 1, accepted: 3, duplicates: 1, refused: 2, unavailable: 0 }
    expect(results.summary).toEqual({ complete: true, ...tally, cursor: '[[0,3]]' })
    expect(await reportRecords(intake.log)).toHaveLength(3)
  })

  it('applies lines about one report in their order', async () => {
    await given()
    const { reportedAt: _, ...undated } = aReport
    const sent = ['attack', 'ambush', 'clash'].map(category =>
      JSON.stringify({ ...undated, category })
    )
    const { results } = await run([...sent, numbered(2)])
    expect(results.lines.slice(0, 3).map(line => line.revision)).toEqual([1, 2, 3])
    const records = (await reportRecords(intake.log)).filter(
      record => (record.data as { externalId?: string }).externalId === 'W-1'
    )
    expect(records.map(record => (record.data as { category?: string }).category)).toEqual([
      'attack',
      'ambush',
      'clash'
    ])
    const winner = intake.service.acceptance.visible(results.lines[0].reportId, owner).winner
    expect(winner.contentHash).toBe(
      (records.at(-1)?.data as { contentHash?: string } | undefined)?.contentHash
    )
  })

  it('ends at the first line that the log does not accept, and begins no later line', async () => {
    let writes = 0
    await given({
      hooks: {
        beforeAppend: topic => {
          if (topic !== topics.incidents || ++writes <= 6) return { kind: 'write' }
          return { kind: 'refuse', error: new EventLogError('disk-full', 'the disk is full') }
        }
      }
    })
    writes = 0
    const sent = Array.from({ length: 50 }, (_, i) => numbered(i))
    const { results, problem } = await run(sent)
    expect(problem?.code).toBe('disk-full')
    const { accepted, unavailable, lines: begun } = results.summary
    expect(accepted).toBe(6)
    expect(unavailable).toBeGreaterThan(0)
    expect(begun).toBe(accepted + unavailable)
    expect(results.summary).toMatchObject({
      complete: false,
      problem: { status: 507, code: 'disk-full', retryAfter: 30 }
    })
    expect(await reportRecords(intake.log)).toHaveLength(6)
    // Sent again from the first failed line, every line is written once.
    writes = -1000
    const from = results.statuses.findIndex(([, status]) => status !== 202)
    const again = await run(sent.slice(from))
    expect(again.results.summary).toMatchObject({ complete: true, accepted: 44 })
    expect(await reportRecords(intake.log)).toHaveLength(50)
  })

  it('waits for a log that does not answer for a while, then continues', async () => {
    const held = Promise.withResolvers<void>()
    let isHolding = false
    await given({
      limits: { logPatienceMs: 50 },
      hooks: {
        beforeAppend: async () => {
          if (isHolding) await held.promise
          return { kind: 'write' }
        }
      }
    })
    isHolding = true
    const sent = Array.from({ length: 30 }, (_, i) => numbered(i))
    const running = run(sent)
    await expect.poll(() => intake.service.acceptance.logTrouble).not.toBeNull()
    isHolding = false
    held.resolve()
    const { results } = await running
    expect(results.summary).toMatchObject({ complete: true, accepted: 30 })
  })

  it('ends at the limit of its key', async () => {
    await given()
    const problem = new ProblemError('too-many', 'The key allows 3 requests a minute.', {
      retryAfterS: 1
    })
    let left = 3
    const sent = Array.from({ length: 8 }, (_, i) => numbered(i))
    const ended = await run(sent, { admit: () => (left-- > 0 ? null : problem) })
    expect(ended.results.statuses).toEqual([
      [1, 202],
      [2, 202],
      [3, 202],
      [4, 429]
    ])
    expect(ended.results.summary).toMatchObject({
      complete: false,
      lines: 4,
      problem: { status: 429, retryAfter: 1 }
    })
  })

  it('of backfill waits for lagging rules instead of refusing', async () => {
    await given({ limits: { backfillLagMs: 0, backfillPatienceMs: 2000 } })
    const running = run([numbered(1), numbered(2)], { lane: 'backfill' })
    await intake.log.commit('rules', await intake.log.cursorAt(topics.incidents, 'latest'))
    const keepUp = setInterval(
      async () => intake.log.commit('rules', await intake.log.cursorAt(topics.incidents, 'latest')),
      5
    )
    const { results } = await running
    clearInterval(keepUp)
    expect(results.summary).toMatchObject({ complete: true, accepted: 2 })
  })
})

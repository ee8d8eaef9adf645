// How rows reach a suite that is slow, disconnected, full or gone, with a scripted suite.

import type { Problem } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { SuiteUnreachableError } from '@tocsin/host/client/suite-api'
import type { ImportItem } from '@tocsin/importers/item/import-item'
import { count, isBalanced, newTally } from '@tocsin/intake/imports/import-tally'
import { describe, expect, it } from 'vitest'
import type { ImportOutcome } from '../../src/import/import-run.ts'
import { formatOutcome } from '../../src/import/import-words.ts'
import {
  type ImportApi,
  OtherLogError,
  ReportPoster,
  StoppedError
} from '../../src/import/report-poster.ts'

const problem = (status: number, code: string, more: object = {}) =>
  ({ type: '', title: code, status, code, detail: `${code}.`, ...more }) as unknown as Problem
const item = (row: number): ImportItem => ({
  kind: 'report',
  row,
  raw: String(row),
  warnings: [],
  report: {
    source: { id: 's' },
    externalId: String(row),
    occurred: { from: '2025-06-01', to: '2025-06-01' },
    category: 'attack',
    location: { lat: 1, lon: 2 }
  }
})
const taken = (line: number, duplicate = false) => ({
  line,
  status: 202,
  reportId: 'x',
  revision: 1,
  theatre: 'world',
  duplicate
})
const end = (more: object = {}) => ({ complete: true, lines: 0, cursor: 'c1', ...more })

/**
 * One answer of the suite: lines, `cut` for a connection that is lost, or a problem instead of a
 * stream.
 */
type Scripted = readonly (object | 'cut')[] | Problem

class ScriptedSuite implements ImportApi {
  readonly #answers: Scripted[]
  readonly bodies: string[][] = []
  readonly paths: string[] = []
  readonly cursors: (string | null | undefined)[] = []

  constructor(answers: readonly Scripted[]) {
    this.#answers = [...answers]
  }

  async postLines(path: string, body: Buffer, { cursor }: { cursor?: string | null } = {}) {
    this.paths.push(path)
    this.cursors.push(cursor)
    const sent = body
      .toString()
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { externalId: string }).externalId)
    this.bodies.push(sent)
    const answer = this.#answers.shift()
    if (answer === undefined) throw new SuiteUnreachableError('gone')
    if (!Array.isArray(answer))
      return { problem: answer as Problem, retryAfterS: 3, lines: linesOf([]) }
    return {
      problem: null,
      retryAfterS: null,
      lines: linesOf(answer as readonly (object | 'cut')[])
    }
  }

  callPatiently(): never {
    throw new Error('not part of this story')
  }
}

async function* linesOf(lines: readonly (object | 'cut')[]) {
  for (const line of lines) {
    if (line === 'cut') throw new SuiteUnreachableError('cut')
    yield [line]
  }
}

/** A clock that advances only by sleeping. */
function sleepingClock(): Clock & { readonly slept: number[] } {
  let nowMs = 0
  const slept: number[] = []
  return {
    slept,
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async ms => {
      slept.push(ms)
      nowMs += ms
    }
  }
}

function posterOn(
  answers: readonly Scripted[],
  more: { cursor?: string; signal?: AbortSignal; isLive?: boolean } = {}
) {
  const api = new ScriptedSuite(answers)
  const clock = sleepingClock()
  const poster = new ReportPoster(
    {
      api,
      clock,
      isLive: more.isLive ?? false,
      columnOf: pointer => (pointer === '/location/lat' ? 'latitude' : null),
      signal: more.signal ?? new AbortController().signal,
      patienceMs: 60_000
    },
    more.cursor ?? null
  )
  return { api, clock, poster }
}
const kindsOf = (results: readonly { kind: string }[]) => results.map(result => result.kind)

describe('rows on their way to a suite', () => {
  it('are posted as backfill, each with its outcome', async () => {
    const refusal = problem(422, 'body-invalid', {
      line: 2,
      errors: [{ pointer: '/location/lat', detail: 'is wrong' }]
    })
    const { api, poster } = posterOn([
      [taken(1), refusal, taken(3, true), { ...problem(409, 'report-withdrawn'), line: 4 }, end()]
    ])
    const refused: ImportItem = {
      kind: 'refused',
      row: 9,
      raw: '',
      faults: [{ column: 'x', reason: 'missing', detail: '' }]
    }
    const results = await poster.post([item(1), refused, item(2), item(3), item(4)])
    expect(kindsOf(results)).toEqual([
      'accepted',
      'refused',
      'refused',
      'duplicate',
      'stays-withdrawn'
    ])
    expect(results[2]).toEqual({
      kind: 'refused',
      faults: [{ column: 'latitude', reason: 'contract', detail: 'is wrong' }]
    })
    expect(api.paths).toEqual(['/v1/reports?lane=backfill'])
    expect(poster.cursor).toBe('c1')
  })

  it('are told apart if another revision of their report counts', async () => {
    const superseded = {
      reportedAt: '2026-01-01T00:00:00.000Z',
      hint: 'this revision does not count'
    }
    const { poster } = posterOn([
      [{ ...taken(1), superseded }, { ...taken(2, true), superseded }, taken(3), end()]
    ])
    const tally = newTally()
    for (const result of await poster.post([item(1), item(2), item(3)])) count(tally, result)
    expect(tally).toMatchObject({ accepted: 2, duplicates: 1, superseded: 2 })
    expect(isBalanced(tally)).toBe(true)
    const outcome = {
      tally,
      finished: true,
      brokenBy: null,
      refused: null,
      notes: [],
      lastDays: {},
      elapsedMs: 1,
      rowsNow: 3
    } satisfies ImportOutcome
    expect(formatOutcome(outcome).join('\n')).toMatch(/of them {5} {9}2 {2}do not count/)
  })

  it('are live only if requested', async () => {
    const { api, poster } = posterOn([[taken(1), end()]], { isLive: true })
    await poster.post([item(1)])
    expect(api.paths).toEqual(['/v1/reports'])
  })

  it('are sent again from the first without a final answer, after the delay that the suite asks for', async () => {
    const away = problem(503, 'log-unavailable', { line: 2, retryAfter: 2 })
    const stop = end({
      complete: false,
      problem: { status: 503, code: 'log-unavailable', detail: 'away', retryAfter: 2 }
    })
    const { api, clock, poster } = posterOn([
      [taken(1), away, stop],
      [taken(1), taken(2), end()]
    ])
    expect(kindsOf(await poster.post([item(1), item(2), item(3)]))).toEqual([
      'accepted',
      'accepted',
      'accepted'
    ])
    expect(api.bodies).toEqual([
      ['1', '2', '3'],
      ['2', '3']
    ])
    expect(clock.slept).toEqual([2000])
  })

  it('are sent again after a lost connection, and if the whole stream is refused temporarily', async () => {
    const { api, clock, poster } = posterOn([
      [taken(1), 'cut'],
      problem(503, 'starting-up'),
      [taken(1, true), end()]
    ])
    expect(kindsOf(await poster.post([item(1), item(2)]))).toEqual(['accepted', 'duplicate'])
    expect(api.bodies).toEqual([['1', '2'], ['2'], ['2']])
    expect(clock.slept[1]).toBe(3000)
  })

  it('are given up if nothing more is accepted for long, with advice', async () => {
    const { clock, poster } = posterOn([])
    await expect(poster.post([item(1)])).rejects.toThrow(
      /accepts no more rows: gone.*run the same command again/
    )
    expect(clock.nowMs()).toBeLessThanOrEqual(60_000)
    expect(clock.nowMs()).toBeGreaterThan(50_000)
  })

  it('are refused individually if the suite fails on them repeatedly, and the others continue', async () => {
    const broken = problem(500, 'internal')
    const round = (first: object): Scripted => [first, { ...broken, line: 2 }, taken(3), end()]
    const again: Scripted = [{ ...broken, line: 1 }, end()]
    const { api, poster } = posterOn([round(taken(1)), ...Array.from({ length: 7 }, () => again)])
    const results = await poster.post([item(1), item(2), item(3)])
    expect(kindsOf(results)).toEqual(['accepted', 'refused', 'accepted'])
    expect(results[1]).toMatchObject({ faults: [{ reason: 'server-error' }] })
    expect(api.bodies).toHaveLength(8)
  })

  it('are not refused if the suite fails on every one: the import ends', async () => {
    const items = Array.from({ length: 21 }, (_, i) => item(i + 1))
    const all: Scripted = [
      ...items.map((_, i) => ({ ...problem(500, 'internal'), line: i + 1 })),
      end()
    ]
    await expect(posterOn(Array.from({ length: 8 }, () => all)).poster.post(items)).rejects.toThrow(
      'fails at every row'
    )
  })

  it('end at once if the key is not allowed, or the stream is not accepted', async () => {
    await expect(posterOn([problem(403, 'forbidden')]).poster.post([item(1)])).rejects.toThrow(
      'forbidden'
    )
    const stop = end({ complete: false, problem: problem(401, 'not-authenticated') })
    await expect(posterOn([[taken(1), stop]]).poster.post([item(1), item(2)])).rejects.toThrow(
      'not-authenticated'
    )
  })

  it('send the cursor of an earlier run until it is accepted, and fail if it is of another log', async () => {
    const { api, poster } = posterOn(
      [
        [taken(1), end({ cursor: 'c2' })],
        [taken(1), end()]
      ],
      { cursor: 'c0' }
    )
    await poster.post([item(1)])
    await poster.post([item(2)])
    expect(api.cursors).toEqual(['c0', null])
    await expect(
      posterOn([problem(400, 'cursor-invalid')], { cursor: 'c0' }).poster.post([item(1)])
    ).rejects.toThrow(OtherLogError)
  })

  it('are not sent again once the import is stopping', async () => {
    const controller = new AbortController()
    controller.abort()
    const { api, poster } = posterOn([['cut']], { signal: controller.signal })
    await expect(poster.post([item(1)])).rejects.toThrow(StoppedError)
    expect(api.bodies).toHaveLength(1)
  })
})

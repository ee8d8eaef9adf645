import type { Clock } from '@tocsin/domain/ports'
import { describe, expect, it } from 'vitest'
import type { ApiAnswer, ApiCall } from '../../src/client/suite-api.ts'
import { type PlayEvent, playScenario } from '../../src/scenario/player.ts'
import { parseScenario } from '../../src/scenario/scenario.ts'

const setup = {
  theatre: { id: 'sahel', clock: 'replay' as const, countries: ['ML'] },
  sources: [{ id: 'wire', reliability: 'B', latenessDays: 2, cadenceDays: 7, archive: false }]
}
const lines = parseScenario(
  [
    {
      at: '2025-06-01T09:00:00Z',
      report: {
        source: { id: 'wire' },
        externalId: 'a',
        category: 'attack',
        location: { name: 'Dioura' }
      }
    },
    { at: '2025-06-01T10:00:00Z', report: { source: { id: 'wire' }, externalId: 'bad' } },
    {
      at: '2025-06-02T09:00:00Z',
      put: { source: { id: 'wire' }, externalId: 'a', category: 'attack' }
    },
    {
      at: '2025-06-02T10:00:00Z',
      delete: { source: { id: 'wire' }, externalId: 'a', reason: 'sent in error' }
    }
  ]
    .map(line => JSON.stringify(line))
    .join('\n')
)

/** A suite that answers as the routes promise, and records requests. */
class FakeSuite {
  readonly calls: string[] = []
  readonly cursors: (string | null | undefined)[] = []
  now: string | null = null
  declared = false

  async callPatiently(method: string, path: string, { body, cursor }: ApiCall): Promise<ApiAnswer> {
    this.calls.push(`${method} ${path}`)
    this.cursors.push(cursor)
    const answer = (status: number, answered: unknown): ApiAnswer => ({
      status,
      body: answered,
      cursor: `c${this.calls.length}`,
      problem: null,
      retryAfterS: null
    })
    if (path === '/v1/theatres')
      return answer(200, {
        items: this.declared ? [{ id: 'sahel', clock: 'replay', now: this.now }] : [],
        next: null
      })
    if (path === '/v1/sources') return answer(200, { items: [], next: null })
    if (path.endsWith('/ticks')) {
      this.now = (body as { to: string }).to
      return answer(200, { theatre: 'sahel', now: this.now })
    }
    if ((body as { externalId?: string } | undefined)?.externalId === 'bad') {
      const problem = {
        type: 'x',
        title: 'x',
        status: 422,
        code: 'body-invalid' as const,
        detail: 'wrong',
        errors: [{ pointer: '/occurred', detail: 'is missing' }]
      }
      return { ...answer(422, problem), problem }
    }
    this.declared = true
    return answer(202, { duplicate: false })
  }
}

/** A clock whose sleeps take no time but are counted. */
function countingClock(): Clock & { sleptMs: number } {
  const clock = {
    sleptMs: 0,
    nowMs: () => 0,
    monotonicMs: () => clock.sleptMs,
    sleep: async (ms: number) => {
      clock.sleptMs += ms
    }
  }
  return clock
}

async function play(
  suite: FakeSuite,
  { signal = new AbortController().signal, daysPerSecond = 0, onEvent = (_: PlayEvent) => {} } = {}
) {
  const clock = countingClock()
  const summary = await playScenario({
    intake: suite,
    notifier: suite,
    setup,
    lines,
    clock,
    daysPerSecond,
    signal,
    onEvent
  })
  return { summary, clock }
}

describe('the player', () => {
  it('declares, ticks before later lines, and posts, corrects and withdraws by the id of the report', async () => {
    const suite = new FakeSuite()
    const { summary } = await play(suite)
    const id = suite.calls
      .find(call => call.startsWith('PUT /v1/reports/'))
      ?.split('/')
      .at(-1)
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(suite.calls).toEqual([
      'GET /v1/theatres',
      'PUT /v1/theatres/sahel',
      'GET /v1/sources',
      'PUT /v1/sources/wire',
      'POST /v1/theatres/sahel/ticks',
      'POST /v1/reports',
      'POST /v1/theatres/sahel/ticks',
      'POST /v1/reports',
      'POST /v1/theatres/sahel/ticks',
      'POST /v1/theatres/sahel/ticks',
      `PUT /v1/reports/${id}`,
      'POST /v1/theatres/sahel/ticks',
      `DELETE /v1/reports/${id}`
    ])
    expect(summary).toEqual({ posted: 3, refused: 1, finished: true })
  })
})

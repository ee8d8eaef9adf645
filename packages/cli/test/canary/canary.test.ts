import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { beforeEach, describe, expect, it } from 'vitest'
import { Canary, formatCanaryMetrics } from '../../src/canary/canary.ts'

/** A suite in one object: posts become evidence unless its rules stand still. */
class Suite {
  readonly posts: { readonly externalId: string; readonly reportedAt: string }[] = []
  readonly down = new Set<string>()
  isFolding = true
  isDeclared = true
  mayDeclare = true
  theatre = 'world'
  #shown = ''

  api(service: string) {
    return {
      call: async (method: string, path: string, { body }: { readonly body?: unknown } = {}) => {
        if (this.down.has(service)) throw new Error(`${service} does not answer`)
        if (method === 'PUT' && this.mayDeclare) this.isDeclared = true
        if (method === 'PUT') return this.#build(this.mayDeclare ? 200 : 403, [])
        return this.#answer(method === 'POST' ? 'post' : (path.split('?')[0] as string), body)
      }
    }
  }

  #answer(what: string, body: unknown) {
    if (what === 'post') this.posts.push(body as (typeof this.posts)[number])
    if (this.isFolding) this.#shown = this.posts.at(-1)?.reportedAt ?? ''
    const items = what.endsWith('/evidence')
      ? [{ incident: null }, { incident: { reports: [{ reportedAt: this.#shown }] } }]
      : [{ alertId: 'a' }]
    return this.#build(what.endsWith('/near') && !this.isDeclared ? 404 : 200, items)
  }

  #build(status: number, items: readonly unknown[]) {
    return {
      status,
      body: { items, theatre: this.theatre },
      cursor: null,
      problem: null,
      retryAfterS: null
    }
  }
}

let clock: ManualClock
let suite: Suite
let canary: Canary
beforeEach(() => {
  clock = new ManualClock()
  suite = new Suite()
  canary = new Canary({
    apis: {
      intake: suite.api('intake'),
      rules: suite.api('rules'),
      notifier: suite.api('notifier')
    },
    place: { country: 'AQ', lat: -75, lon: 0 },
    clock,
    correctMs: 480_000,
    patienceMs: 10_000
  })
})

/** One round after so many seconds; its waits pass. */
async function round(afterS = 10) {
  await clock.advance(afterS * 1000)
  const running = canary.runRound()
  for (let i = 0; i < 60; i++) await clock.advance(200)
  return running
}
const ages = () =>
  [canary.computeAgeMs('answers'), canary.computeAgeMs('alert')].map(ms => Math.round(ms / 1000))

describe('the canary', () => {
  it('corrects one report a day, and repeats it in between', async () => {
    for (let i = 0; i < 100; i++) expect(await round()).toBeNull()
    expect(new Set(suite.posts.map(({ externalId }) => externalId)).size).toBe(1)
    expect(suite.posts).toHaveLength(100)
    // A round takes 22 s here: three corrections after the first post.
    expect(new Set(suite.posts.map(({ reportedAt }) => reportedAt)).size).toBe(5)
    await clock.advance(86_400_000)
    await round()
    expect(new Set(suite.posts.map(({ externalId }) => externalId)).size).toBe(2)
  })

  it.each(['intake', 'rules', 'notifier'])('names %s if it does not answer', async stage => {
    await round()
    suite.down.add(stage)
    expect(await round()).toEqual({ stage, why: `${stage} does not answer` })
    expect(ages()).toEqual([34, 34])
    suite.down.clear()
    expect(await round()).toBeNull()
    expect(ages()[0]).toBe(12)
  })

  it('declares its rule if its key may, or says what to do', async () => {
    suite.isDeclared = false
    expect(await round()).toBeNull()
    expect(suite.isDeclared).toBe(true)
    suite.isDeclared = false
    suite.mayDeclare = false
    expect(await round()).toEqual({ stage: 'rules', why: expect.stringContaining('--declare') })
  })

  it('fails where no theatre has its place, with one revision', async () => {
    suite.theatre = '_unassigned'
    for (let i = 0; i < 3; i++)
      expect(await round()).toEqual({ stage: 'intake', why: expect.stringContaining('no theatre') })
    expect(new Set(suite.posts.map(({ reportedAt }) => reportedAt)).size).toBe(1)
  })

  it('names the alert if services answer and nothing is folded', async () => {
    suite.isFolding = false
    expect(await round()).toMatchObject({ stage: 'alert' })
    expect(await round()).toMatchObject({ stage: 'alert' })
    suite.isFolding = true
    expect(await round()).toBeNull()
    expect(ages()).toEqual([12, 12])
    expect(formatCanaryMetrics(canary)).toContain('tocsin_canary_failures_total{stage="alert"} 2\n')
    expect(formatCanaryMetrics(canary)).toContain('tocsin_canary_age_seconds{check="alert"} 12\n')
  })
})

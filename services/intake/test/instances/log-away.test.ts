// The log is unavailable for a minute under load: it does not answer, refuses, or reports itself as
// unhealthy. Reporters are told at once to retry, nothing queues up, its return is noticed within a
// second, and no acknowledged report is lost.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { makeProblem } from '@tocsin/service/http/http-problems'
import { expect, it } from 'vitest'
import { aReport, IntakeUnderTest, reportRecords, sahel } from '../support/intake-under-test.ts'
import { type Owner, ShuffledWorld } from '../support/shuffled-world.ts'

const gazetteer = openWorldGazetteer()
const everyMs = 100
const logPatienceMs = 1000
const requestDeadlineMs = 5000

interface Post {
  readonly number: number
  readonly atMs: number
  answeredMs: number
  outcome: 'accepted' | ProblemError
}

async function loadedIntake(seed: number) {
  const store = new MemoryStore({ partitions: 3 })
  const founder = await IntakeUnderTest.start({
    log: new MemoryLog({ like: 'kafka' }, store),
    gazetteer
  })
  await founder.declare(sahel)
  await founder.close()
  const world = new ShuffledWorld(store, seed, { trouble: 0, stalls: 0 })
  const self: Owner = { isDead: false }
  const clock = world.clockOf(self)
  const log = world.logOf(self)
  const limits = { logPatienceMs, requestDeadlineMs }
  const intake = await world.until(IntakeUnderTest.start({ log, clock, gazetteer, limits }))
  let number = 0
  let inFlightMost = 0
  const send = async (n: number): Promise<Post> => {
    const post: Post = { number: n, atMs: world.nowMs, answeredMs: 0, outcome: 'accepted' }
    await intake.post({ ...aReport, externalId: `W-${n}` }).catch((error: unknown) => {
      post.outcome = makeProblem(error)
    })
    post.answeredMs = world.nowMs - post.atMs
    return post
  }
  const load = async (forMs: number): Promise<Post[]> => {
    const posts: Promise<Post>[] = []
    const untilMs = world.nowMs + forMs
    while (world.nowMs < untilMs) {
      posts.push(send(number++))
      inFlightMost = Math.max(inFlightMost, intake.service.acceptance.inFlight)
      await clock.sleep(everyMs)
    }
    return Promise.all(posts)
  }
  return { store, world, log, intake, send, load, inFlightMost: () => inFlightMost }
}

const accepted = (posts: readonly Post[]) => posts.filter(post => post.outcome === 'accepted')

it.each(['hang', 'fail', 'unhealthy'] as const)(
  'refuses reports at once while appends %s, and accepts them again afterwards',
  async how => {
    const { store, world, log, intake, send, load, inFlightMost } = await loadedIntake(7)
    const before = await world.until(load(1000))
    expect(accepted(before)).toHaveLength(before.length)

    if (how === 'unhealthy') log.health = () => ({ ok: false, detail: 'no broker answers' })
    world.appends = how === 'hang' ? 'hang' : 'fail'
    const during = await world.until(load(60_000))
    expect(accepted(during)).toEqual([])
    for (const { outcome } of during) expect(outcome).toMatchObject({ code: 'log-unavailable' })
    const waited = during.filter(post => post.answeredMs > 0)
    // Those that arrived before the failure was noticed, and one probe per interval.
    expect(waited.length).toBeLessThan(logPatienceMs / everyMs + 60_000 / 500)
    expect(inFlightMost()).toBeLessThanOrEqual(logPatienceMs / everyMs + 60_000 / 500)

    log.health = () => ({ ok: true, detail: 'ok' })
    world.appends = 'answer'
    await world.pass(1000)
    await world.until(intake.service.acceptance.settled())
    const after = await world.until(load(3000))
    const late = after.filter(
      post => post.outcome !== 'accepted' && post.atMs > (after[0] as Post).atMs + 1000
    )
    expect(late).toEqual([])

    const again = await world.until(
      Promise.all(during.slice(0, 100).map(post => send(post.number)))
    )
    expect(accepted(again)).toHaveLength(again.length)
    const stored = new Set(
      (await reportRecords(new MemoryLog({ like: 'kafka' }, store))).map(
        r => 'externalId' in r.data && r.data.externalId
      )
    )
    for (const post of accepted([...before, ...after, ...again]))
      expect(stored).toContain(`W-${post.number}`)
    expect(intake.service.acceptance.inFlight).toBe(0)
  }
)

it('says when to retry', async () => {
  const { world, log, send } = await loadedIntake(8)
  log.health = () => ({ ok: false, detail: 'no broker answers for 3 s' })
  world.appends = 'fail'
  await world.until(send(0))
  const { outcome } = await world.until(send(1))
  expect(outcome).toBeInstanceOf(ProblemError)
  expect(outcome).toMatchObject({ code: 'log-unavailable', retryAfterS: 2 })
  expect((outcome as ProblemError).message).toContain('no broker answers for 3 s')
  expect(makeProblem(new EventLogError('log-unavailable', 'x')).code).toBe('log-unavailable')
})

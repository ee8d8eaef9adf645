// A suite whose clock was years ahead at its first start: it reports that, and one command corrects
// it.

import type { Clock } from '@tocsin/domain/ports'
import { systemClock } from '@tocsin/service/process/clock'
import { afterEach, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

/** The machine's clock with an offset. */
const offBy = (ms: number): Clock => ({
  ...systemClock,
  nowMs: () => systemClock.nowMs() + ms,
  monotonicMs: () => systemClock.monotonicMs()
})
const yearMs = 365 * 86_400_000

let running: RunningSuite | null = null
afterEach(() => running?.end())

const ready = async (suite: RunningSuite) => {
  const answer = await fetch(`${suite.suite.url}/readyz`)
  return { status: answer.status, world: ((await answer.json()) as Ready).checks.rules?.clock }
}
const postAttack = async ({ api }: RunningSuite, offMs = 0) => {
  const day = new Date(systemClock.nowMs() + offMs).toISOString().slice(0, 10)
  const body = {
    source: { id: 'wire' },
    externalId: 'W-1',
    occurred: { from: day, to: day },
    category: 'attack',
    location: { lat: 14.5, lon: -4.2 }
  }
  return (await api.call('POST', '/v1/reports', { body })).status
}
interface Ready {
  readonly checks: Readonly<Record<string, Readonly<Record<string, string>>>>
}

it('a suite that was once started in 2035 is not ready, says why, and finds present attacks once its time is set', async () => {
  const first = await RunningSuite.start({ clock: offBy(9 * yearMs) })
  await first.stop()
  running = await RunningSuite.start({ data: first.dataDir })
  expect(await ready(running)).toMatchObject({
    status: 503,
    world: expect.stringMatching(/^1 theatre has a time that differs .*tocsin theatres set-time/)
  })
  expect(await (await fetch(`${running.suite.url}/metrics`)).text()).toMatch(
    /^tocsin_rules_theatres_clock_behind 1$/m
  )
  const theatres = JSON.parse(
    (await runTocsin('theatres', 'list', '--json', ...running.here)).lines[0] as string
  )
  expect(theatres[0]).toMatchObject({ id: 'world', clockStanding: 'behind' })

  expect(await runTocsin('theatres', 'set-time', 'world', ...running.here)).toMatchObject({
    code: 2
  })
  const future = await runTocsin(
    'theatres',
    'set-time',
    'world',
    '--reason',
    'x',
    '--to',
    '2034-01-01T00:00:00Z',
    ...running.here
  )
  expect([future.code, future.notes[0]]).toEqual([1, expect.stringContaining('tick-refused')])
  expect(
    await runTocsin(
      'theatres',
      'set-time',
      'world',
      '--reason',
      'the clock was wrong',
      ...running.here
    )
  ).toMatchObject({
    code: 0
  })
  await expect
    .poll(() => ready(running as RunningSuite), { timeout: 60_000 })
    .toMatchObject({ status: 200 })
})

it('a suite whose clock is months ahead of a theatre with reports waits for an officer, and continues once the time is set', async () => {
  const first = await RunningSuite.start({ clock: offBy(-yearMs) })
  expect(await postAttack(first, -yearMs)).toBe(202)
  await first.stop()
  running = await RunningSuite.start({ data: first.dataDir })
  expect(await ready(running)).toMatchObject({
    status: 503,
    world: expect.stringContaining('by up to 365 days')
  })
  expect(
    await runTocsin('theatres', 'set-time', 'world', '--reason', 'off for a year', ...running.here)
  ).toMatchObject({
    code: 0
  })
  await expect
    .poll(() => ready(running as RunningSuite), { timeout: 60_000 })
    .toMatchObject({ status: 200 })
})

it('a suite that started before its clock was set is not ready, takes no report, and follows the clock once it is set', async () => {
  let offMs = -systemClock.nowMs()
  running = await RunningSuite.start({
    clock: {
      ...systemClock,
      nowMs: () => systemClock.nowMs() + offMs,
      monotonicMs: () => systemClock.monotonicMs()
    }
  })
  const standing = async () => {
    const listed = await runTocsin('theatres', 'list', '--json', ...(running as RunningSuite).here)
    return JSON.parse(listed.lines[0] as string)[0].clockStanding
  }
  expect(await ready(running)).toMatchObject({
    status: 503,
    world: expect.stringContaining('not set')
  })
  expect(await standing()).toBe('unset')
  const post = () => postAttack(running as RunningSuite)
  expect(await post()).toBe(503)
  offMs = 0
  await expect.poll(post, { timeout: 60_000 }).toBe(202)
  expect([(await ready(running)).status, await standing()]).toEqual([200, 'right'])
})

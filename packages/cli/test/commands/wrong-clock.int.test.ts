// A suite whose clock was years ahead at its first start: it reports that, and one command corrects
// it.

import type { Clock } from '@tocsin/domain/ports'
import { systemClock } from '@tocsin/service-kit/process/clock'
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

it('a suite whose clock is months ahead of its theatre waits for an officer, and continues once the time is set', async () => {
  const first = await RunningSuite.start({ clock: offBy(-yearMs) })
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

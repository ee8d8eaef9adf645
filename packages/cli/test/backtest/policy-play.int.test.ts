// A policy played over a file of reports by one command: tellings an hour before and after, and
// nothing grave missed. Over the years that the rules were made with where their file is at hand;
// over made-up rows everywhere.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTempDir, removeDir, withTempDir } from '@tocsin/testing/process/temp-dir'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTocsin } from '../support/running-suite.ts'
import { fileOf, row } from '../support/ucdp-rows.ts'

const archive = process.env.TOCSIN_TEST_UCDP ?? ''
const hasArchive = archive !== '' && existsSync(archive)
if (!hasArchive)
  console.warn(
    '*** SKIPPED: TOCSIN_TEST_UCDP names no file of UCDP GED 21.1, so the figures of webhooks.md are not compared'
  )

interface Played {
  readonly events: number
  readonly told: number
  readonly eventsPerHour: number
  readonly toldPerHour: number
  readonly missed: readonly string[]
  readonly briefCount: number
  readonly from: string
  readonly to: string
}

async function play(...args: string[]): Promise<Played> {
  const { code, lines } = await runTocsin(
    'policies',
    'play',
    ...args,
    '--format',
    'ucdp-ged',
    '--json'
  )
  expect(code).toBe(0)
  return JSON.parse(lines[0] as string) as Played
}

describe('a policy played over a file of reports', () => {
  let dir: string
  let file: string
  const days = [2, 3, 4, 5, 8, 9, 10, 11, 12, 14, 15, 16, 18].map(
    day => `2012-05-${String(day).padStart(2, '0')}`
  )
  beforeAll(async () => {
    dir = await makeTempDir()
    file = fileOf(
      dir,
      days.map((day, n) =>
        row(day, {
          number_of_sources: 3,
          latitude: 14.4843 + (n % 3) / 50,
          best: 1 + n,
          high: 2 + n
        })
      )
    )
  })
  afterAll(() => removeDir(dir))

  it('tells less than every event, and misses nothing grave', async () => {
    const week = await play(file)
    expect(week.told).toBeGreaterThan(0)
    expect(week.told).toBeLessThan(week.events)
    expect(week.toldPerHour).toBeCloseTo(week.told / 168)
    expect(week.missed).toEqual([])
    const day = await play(file, '--day')
    expect(Date.parse(day.to) - Date.parse(day.from)).toBe(86_400_000)
    expect(day.events).toBeLessThanOrEqual(week.events)
  })

  it('says the same of the alerts of a backtest, and leaves nothing behind', async () => {
    const out = join(dir, 'out')
    expect((await runTocsin('backtest', file, '--format', 'ucdp-ged', '--out', out)).code).toBe(0)
    const { lines } = await runTocsin('policies', 'play', join(out, 'alerts.ndjson'), '--json')
    const before = process.env.TMPDIR
    process.env.TMPDIR = dir
    const played = await play(file)
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    expect(JSON.parse(lines[0] as string)).toEqual(played)
    expect(readdirSync(dir).filter(name => name.startsWith('tocsin-play-'))).toEqual([])
  })

  it('is refused without a file, or for a day and the whole time at once', async () => {
    expect(
      (await runTocsin('policies', 'play', join(dir, 'none.csv'), '--format', 'ucdp-ged')).code
    ).not.toBe(0)
    expect(
      (await runTocsin('policies', 'play', file, '--format', 'ucdp-ged', '--day', '--all')).code
    ).toBe(2)
  })
})

describe.skipIf(!hasArchive)('the years that the rules were made with', () => {
  it('give the figures that webhooks.md states', async () => {
    const page = readFileSync(
      new URL('../../../../infra/docs/webhooks.md', import.meta.url),
      'utf8'
    )
    await withTempDir(async out => {
      expect(
        (await runTocsin('backtest', archive, '--format', 'ucdp-ged', '--out', out)).code
      ).toBe(0)
      const told = async (brief: number, ...span: string[]) => {
        const { lines } = await runTocsin(
          'policies',
          'play',
          join(out, 'alerts.ndjson'),
          '--json',
          ...span
        )
        const played = JSON.parse(lines[0] as string) as Played
        expect([played.missed, played.briefCount]).toEqual([[], brief])
        const [events, now, before] = [
          played.events.toLocaleString('en'),
          played.toldPerHour,
          played.eventsPerHour
        ]
        return `${played.told} tellings of ${events} events, ${now.toFixed(1)} instead of ${before.toFixed(1)} an hour`
      }
      const ended = /(\d+) began and ended before they were due, (\d+) of them on that day/.exec(
        page
      )
      expect(page).toContain(`makes ${await told(Number(ended?.[1]))}`)
      expect(page).toContain(`on the fullest day of it ${await told(Number(ended?.[2]), '--day')}`)
    })
  }, 600_000)
})

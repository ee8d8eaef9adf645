// Long scans of all alerts: cut into slices by counted work, never two slices in one turn of the
// event loop.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { topics } from '@tocsin/event-log/topics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScanScheduler, sliceUnitsMax } from '../../src/projection/scan-scheduler.ts'
import { settle } from '../support/manual-clock.ts'
import { Harness, ownerKey } from '../support/notifier-harness.ts'

const alertCount = 2000
const position = (i: number): [number, number] => [-5 + Math.cos(i / 150), 14 + Math.sin(i / 150)]
/** Contains every alert, so that each evaluation visits all positions. */
const ring = Array.from({ length: 999 }, (_, i) => position(i))
const polygon = { type: 'Polygon', coordinates: [[...ring, position(0)]] }

describe('a scan of all alerts', () => {
  let h: Harness
  let host: Awaited<ReturnType<Harness['host']>>
  beforeAll(async () => {
    h = new Harness()
    host = await h.host()
    const area = (i: number) => ({
      country: [i % 2 === 0 ? 'ML' : 'BF'],
      admin1: [],
      circle: [14, -5, 2] as const
    })
    const records = Array.from({ length: alertCount }, (_, i) => {
      const [record] = h.alerts.record('raised', `a${i}`, {
        area: { ...area(i), settlement: null } as AlertState['area']
      })
      return record
    })
    await h.log.append(topics.alerts, records)
    await settle()
  })
  afterAll(async () => {
    await host.close()
    await h.log.close()
  })
  const list = (query: string) =>
    host.app.inject({
      url: `/v1/alerts?${query}`,
      headers: { authorization: `Bearer ${ownerKey}` }
    })

  it('with a filter of 1,000 positions yields after each slice of work', async () => {
    const before = h.notifier.scans.count
    let othersTurns = 0
    let isOver = false
    const other = () => {
      othersTurns++
      if (!isOver) setImmediate(other)
    }
    setImmediate(other)
    const answer = await list(`polygon=${JSON.stringify(polygon)}&drill=true`)
    isOver = true
    expect(answer.json().items).toEqual([])
    // `drill` is evaluated before the polygon, which costs nothing then.
    expect(h.notifier.scans.count - before).toBeLessThan(2)
    const cheap = othersTurns
    isOver = false
    setImmediate(other)
    const found = await list(`polygon=${JSON.stringify(polygon)}&limit=500`)
    isOver = true
    expect(found.json().items).toHaveLength(500)
    expect(h.notifier.scans.count - before).toBeGreaterThanOrEqual(
      Math.floor((500 * 1000) / sliceUnitsMax)
    )
    expect(othersTurns - cheap).toBeGreaterThanOrEqual(Math.floor((500 * 1000) / sliceUnitsMax))
  })
  it('lists each alert once over all pages, whatever changes between two slices', async () => {
    const shown: string[] = []
    let cursor = ''
    for (let page = 0; ; page++) {
      const asked = list(
        `polygon=${JSON.stringify(polygon)}&limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`
      )
      if (page < 3) {
        await h.alerts.write('raised', `new${page}`, { theatre: 'coast' })
        await h.alerts.write('revised', `a${page}`, { severity: 'severe' })
      }
      const { items, next } = (await asked).json()
      shown.push(...items.map(({ alertId }: AlertState) => alertId))
      if (next === null) break
      cursor = next
    }
    const old = shown.filter(alertId => alertId.startsWith('a'))
    expect(new Set(old).size).toBe(alertCount)
    expect(old).toHaveLength(alertCount)
  })
})

describe('the slices of concurrent scans', () => {
  it('run one per turn of the event loop, however many scans there are', async () => {
    const scans = new ScanScheduler()
    let sinceTurn = 0
    let most = 0
    let isOver = false
    const watch = () => {
      sinceTurn = 0
      if (!isOver) setImmediate(watch)
    }
    setImmediate(watch)
    const look = async () => {
      const scan = scans.begin()
      for (let slice = 0; slice < 20; slice++) {
        scan.units += sliceUnitsMax
        expect(scan.mustYield).toBe(true)
        await scan.yieldTurn()
        sinceTurn++
        most = Math.max(most, sinceTurn)
      }
    }
    await Promise.all(Array.from({ length: 10 }, look))
    isOver = true
    expect(scans.count).toBe(200)
    expect(most).toBe(1)
  })
  it('come of each holder in turn: who has many at a time delays others by one each', async () => {
    const scans = new ScanScheduler()
    const began: string[] = []
    const slice = (name: string) =>
      scans
        .of(name)
        .next()
        .then(() => began.push(name))
    const many = Array.from({ length: 1_000 }, () => slice('many'))
    const own = scans.next().then(() => began.push('own'))
    const few = [slice('few'), slice('few')]
    await Promise.all([own, ...few])
    expect(began).toEqual(['many', 'own', 'few', 'many', 'few'])
    await Promise.all(many)
    expect(scans.count).toBe(1_003)
  })
  it('without a holder have a turn each, in order, however many have holders', async () => {
    const scans = new ScanScheduler()
    const began: (string | number)[] = []
    const names = Array.from({ length: 50 }, (_, i) => `key${i}`)
    const ofKeys = names.flatMap(name => {
      const ofName = scans.of(name)
      return Array.from({ length: 20 }, () => ofName.next().then(() => began.push(name)))
    })
    const unnamed = Array.from({ length: 20 }, (_, i) => scans.next().then(() => began.push(i)))
    await Promise.all(unnamed)
    expect(began.length).toBeLessThanOrEqual(71)
    expect(began.filter(each => typeof each === 'number')).toEqual(unnamed.map((_, i) => i))
    expect(new Set(began).size).toBe(70)
    await Promise.all(ofKeys)
    expect(scans.count).toBe(1_020)
  })
})

// The rules in several threads: each folds its own partitions, and the rest of the process sees one
// service.

import { assignPartition } from '@tocsin/event-log/partitioner'
import { topics } from '@tocsin/event-log/topics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { massacreIn, theatreOf } from '../support/massacres.ts'
import { RunningSuite } from '../support/running-suite.ts'

const partitions = 4
const countries = ['ML', 'NE', 'KE', 'SD', 'SO', 'TD', 'CF', 'UG']
/** The first thread folds the even partitions, the second the odd ones. */
const threadOf = (theatre: string) => assignPartition(topics.incidents, theatre, partitions) % 2
const inFirst = countries.find(country => threadOf(theatreOf(country)) === 0) ?? ''
const inSecond = countries.find(country => threadOf(theatreOf(country)) === 1) ?? ''
let running: RunningSuite

beforeAll(async () => {
  running = await RunningSuite.start({
    rulesThread: true,
    settings: { partitions, rulesThreads: 2 }
  })
  for (const country of [inFirst, inSecond])
    await running.api.call('PUT', `/v1/theatres/${theatreOf(country)}`, {
      body: { countries: [country] }
    })
})
afterAll(() => running.end(), 60_000)

/** Posts a massacre and resolves with the alerts that name it. */
async function alertsOf(
  country: string,
  externalId: string
): Promise<readonly { ruleId: string }[]> {
  const posted = await running.api.call('POST', '/v1/reports', {
    body: massacreIn(country, externalId)
  })
  expect(posted.status).toBe(202)
  const { reportId } = posted.body as { reportId: string }
  const known = await running.api.call('GET', `/v1/reports/${reportId}?wait=20`)
  return (known.body as { alerts: { ruleId: string }[] }).alerts
}

describe('the rules in two threads', () => {
  it('fold the theatres of all partitions', async () => {
    for (const country of [inFirst, inSecond])
      expect(await alertsOf(country, `massacre-${country}`)).toContainEqual(
        expect.objectContaining({ ruleId: 'mass-casualty' })
      )
  })

  it('have their appends among those that are measured', async () => {
    const { log } = running.suite
    const readCount = async () => {
      const text = String((await running.api.call('GET', '/metrics')).body)
      return Number(/^tocsin_log_append_seconds_count (\d+)$/m.exec(text)?.[1])
    }
    const before = await readCount()
    const append = log.append
    let hostCount = 0
    log.append = (...given) => {
      hostCount++
      return append(...given)
    }
    // Its incident is appended; its alert grows at the next tick.
    await alertsOf(inFirst, 'another-massacre')
    expect((await readCount()) - before).toBeGreaterThan(hostCount)
    log.append = append
  })

  it('answer as one service: previews and near misses of all theatres, metrics of all partitions, each name once', async () => {
    const preview = await running.api.call('POST', '/v1/rules/preview', {
      body: { rules: [{ id: 'mass-casualty' }] }
    })
    expect(preview).toMatchObject({ status: 200, body: { complete: true, elsewhere: [] } })
    const theatres = (preview.body as { theatres: { theatre: string }[] }).theatres.map(
      ({ theatre }) => theatre
    )
    expect(theatres).toEqual(expect.arrayContaining([theatreOf(inFirst), theatreOf(inSecond)]))
    expect(await running.api.call('GET', '/v1/rules/mass-casualty/near')).toMatchObject({
      status: 200
    })
    const text = String((await running.api.call('GET', '/metrics')).body)
    expect(text).toContain(`tocsin_rules_partitions ${partitions}\n`)
    const names = text.match(/^# TYPE \S+/gm) ?? []
    expect(new Set(names).size).toBe(names.length)
  })
})

// Rules that look back further than their theatres retain: refused wherever one is declared, and
// told where a log has one.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

let running: RunningSuite
let api: SuiteApi
beforeAll(async () => {
  running = await RunningSuite.start()
  api = running.api
  expect((await theatre('sahel', { countries: ['ML'], retentionDays: 1000 })).status).toBe(201)
})
afterAll(() => running?.end())

const theatre = (id: string, body: object) => api.call('PUT', `/v1/theatres/${id}`, { body })
const put = (id: string, body: object, version?: number) =>
  api.call('PUT', `/v1/rules/${id}`, {
    body,
    headers: version === undefined ? {} : { 'if-match': `"${version}"` }
  })
const drop = (id: string, version: number) =>
  api.call('DELETE', `/v1/rules/${id}`, { headers: { 'if-match': `"${version}"` } })
const long = (windowDays: number, more = {}) => ({
  pattern: 'count',
  parameters: { windowDays },
  ...more
})
const inSahel = { theatres: ['sahel'] }

describe('a rule that looks back further than a theatre retains', () => {
  it('is refused: where it would run, and what would be accepted, is said', async () => {
    const everywhere = await put('mine', long(900))
    expect(everywhere).toMatchObject({ status: 422, problem: { code: 'body-invalid' } })
    expect(everywhere.problem?.errors).toEqual([
      {
        pointer: '/parameters/windowDays',
        detail:
          'makes the rule look back 900 days (windowDays 900), and a theatre must retain 90 days more, 990: world retains 820 days. ' +
          'Let it look back 730 days or less, or let the theatre retain 990 days or more first'
      }
    ])
    expect((await put('mine', long(911, inSahel))).problem?.errors?.[0]?.detail).toContain(
      'sahel retains 1000 days'
    )
    expect(await put('mine', long(900, inSahel))).toMatchObject({
      status: 200,
      body: { ruleVersion: 1, neededRetentionDays: 990, retainedTooShort: [] }
    })
    expect((await put('mine', long(950, inSahel), 1)).status).toBe(422)
    expect((await put('mine', long(900), 1)).status).toBe(422)
    expect((await drop('mine', 1)).status).toBe(204)
  })

  it('is refused in a preview of the theatres asked for, as in all', async () => {
    const preview = (body: object) => api.call('POST', '/v1/rules/preview', { body })
    const rules = [{ id: 'mine', ...long(900) }]
    expect((await preview({ rules })).problem?.errors?.[0]?.pointer).toBe(
      '/rules/0/parameters/windowDays'
    )
    expect((await preview({ rules, theatres: ['world'] })).status).toBe(422)
    expect((await preview({ rules, theatres: ['sahel'] })).status).toBe(200)
  })

  it('is refused when a pack is applied', async () => {
    const file = join(running.dataDir, 'mine.yaml')
    writeFileSync(
      file,
      'version: 1\nid: mine\ntitle: Mine\nrules:\n  - {id: mine, pattern: absence, parameters: {days: 800}, theatres: [world]}\n'
    )
    expect((await runTocsin('rules', 'lint', file)).code).toBe(0)
    const applied = await runTocsin('rules', 'apply', file, ...running.here)
    expect(applied.code).toBe(1)
    expect(applied.notes.join('\n')).toMatch(
      /^rule mine is refused, after 0 of 1 changes:\n.*world retains 820 days/
    )
    expect((await api.call('GET', '/v1/rules/mine')).status).toBe(404)
  })
})

describe('a theatre that retains less than its rules look back', () => {
  it('is refused: new, and by a shorter retention', async () => {
    const fresh = await theatre('lake', { countries: ['TD'], retentionDays: 500 })
    expect(fresh.status).toBe(422)
    expect(fresh.problem?.errors).toEqual([
      {
        pointer: '/retentionDays',
        detail: expect.stringMatching(
          /^must be 820 or more, 90 days more than its rules look back, not 500: rule new-actor looks back 730 days \(absentDays 365, agesOutDays 365\), .*Retain more, or change or withdraw the rules first$/
        ) as string
      }
    ])
    expect((await put('mine', long(900, inSahel))).status).toBe(200)
    expect(
      (await theatre('sahel', { countries: ['ML'], retentionDays: 989 })).problem?.errors?.[0]
        ?.detail
    ).toContain('rule mine')
    const set = await runTocsin(
      'theatres',
      'set',
      'sahel',
      '--countries',
      'ML',
      '--retention-days',
      '989',
      ...running.here
    )
    expect(set.code).toBe(1)
    expect(set.notes.join('\n')).toContain('rule mine looks back 900 days')
    expect((await theatre('sahel', { countries: ['ML'], retentionDays: 990 })).status).toBe(200)
    expect((await drop('mine', 3)).status).toBe(204)
    expect((await theatre('sahel', { countries: ['ML'], retentionDays: 820 })).status).toBe(200)
  })
})

describe('a log that has such a rule', () => {
  const declare = async (payload: Parameters<typeof encodeRecord>[1]) => {
    const id = `of-before-${JSON.stringify(payload).length}`
    const value = encodeRecord(
      { id, source: '/tocsin/rules', time: new Date().toISOString(), cause: null },
      payload
    )
    await running.suite.log.append(topics.control, [{ id, key: 'control', value }])
  }
  const ruleNow = async () =>
    (await api.call('GET', '/v1/rules/before')).body as Readonly<Record<string, unknown>>

  it('is read; the rule is folded, and told of by its page, the list, the metrics and the health', async () => {
    const data = {
      ruleId: 'before',
      ruleVersion: 1,
      pattern: 'count',
      parameters: { windowDays: 2000 },
      ...inSahel
    }
    await declare({ type: 'rule.declared', data })
    await expect
      .poll(async () => (await ruleNow()).retainedTooShort, { timeout: 30_000 })
      .toEqual(['sahel'])
    expect((await ruleNow()).neededRetentionDays).toBe(2090)
    const { notes } = await runTocsin('rules', 'list', ...running.here)
    expect(notes).toContain(
      'rule before needs theatres that retain 2090 days, and sahel retains less: it may miss what it should find'
    )
    await expect
      .poll(async () => String((await api.call('GET', '/metrics')).body), { timeout: 30_000 })
      .toMatch(/^tocsin_rules_retained_too_short 1$/m)
    const ready = await api.call('GET', '/readyz')
    expect(ready.status).toBe(200)
    expect(JSON.stringify(ready.body)).toContain('too short for 1 rule')
    expect(
      (await put('before', { ...long(2000, inSahel), title: 'In other words' }, 1)).status
    ).toBe(200)
    expect((await put('before', long(1999, inSahel), 2)).status).toBe(422)
    // All but its retention may change, and that if it is longer: too short for this rule, it is
    // enough for others.
    expect((await theatre('sahel', { countries: ['BF', 'ML'] })).status).toBe(200)
    expect((await theatre('sahel', { countries: ['BF', 'ML'], retentionDays: 900 })).status).toBe(
      200
    )
    expect((await theatre('sahel', { countries: ['BF', 'ML'], retentionDays: 899 })).status).toBe(
      422
    )
  })

  it('starts again, and says it loudly', async () => {
    const said: string[] = []
    await running.stop()
    const destination = { write: (line: string) => said.push(line) }
    const logger = createLogger({ level: 'error', name: 'test', destination })
    running = await RunningSuite.start({ data: running.dataDir, logger })
    api = running.api
    expect(said.join('')).toMatch(
      /"ruleId":"before","theatre":"sahel","retentionDays":900,"neededDays":2090/
    )
    expect((await theatre('sahel', { countries: ['ML'], retentionDays: 2090 })).status).toBe(200)
    expect((await ruleNow()).retainedTooShort).toEqual([])
  })
})

// Rules that look back further than their theatres retain: refused wherever one is declared, and
// told where a log has one.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { createLogger } from '@tocsin/service/telemetry/logger'
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
  it('is refused where it would run, and accepted where enough is retained', async () => {
    const everywhere = await put('mine', long(900))
    expect(everywhere).toMatchObject({ status: 422, problem: { code: 'body-invalid' } })
    expect(everywhere.problem?.errors).toEqual([
      {
        pointer: '/parameters/windowDays',
        detail: expect.stringContaining('990: world retains 820 days') as string
      }
    ])
    expect(await put('mine', long(900, inSahel))).toMatchObject({
      status: 200,
      body: { ruleVersion: 1, neededRetentionDays: 990, retainedTooShort: [] }
    })
    expect((await put('mine', long(900), 1)).status).toBe(422)
    expect((await drop('mine', 1)).status).toBe(204)
  })

  it('is refused in a preview of the theatres asked for', async () => {
    const preview = (body: object) => api.call('POST', '/v1/rules/preview', { body })
    const rules = [{ id: 'mine', ...long(900) }]
    expect((await preview({ rules })).problem?.errors?.[0]?.pointer).toBe(
      '/rules/0/parameters/windowDays'
    )
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
    expect(fresh).toMatchObject({
      status: 422,
      problem: { errors: [{ pointer: '/retentionDays' }] }
    })
    expect((await put('mine', long(900, inSahel))).status).toBe(200)
    const set = ['theatres', 'set', 'sahel', '--countries', 'ML', '--retention-days', '989']
    const { code, notes } = await runTocsin(...set, ...running.here)
    expect([code, notes.join()]).toEqual([1, expect.stringContaining('rule mine looks back 900')])
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
    // All but its retention may change; its retention may grow.
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

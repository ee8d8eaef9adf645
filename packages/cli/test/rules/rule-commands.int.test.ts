// rules: input, output and exit code; and the routes behind it, on a running suite.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

const pack = (rules: string) => `version: 1\nid: mine\ntitle: Mine\nrules:\n${rules}`
const bySiege = (more = '') => `  - id: mine-siege\n    pattern: siege\n${more}`
const days = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10)
const besieged = (id: string, name: string, lat: number, category: string, source: string) => ({
  source: { id: source },
  externalId: id,
  occurred: { from: days(60), to: days(40) },
  category,
  location: { name, country: 'ML', admin1: 'ML-4', lat, lon: -5.36, radiusKm: 2 }
})

let running: RunningSuite
let api: SuiteApi
beforeAll(async () => {
  running = await RunningSuite.start()
  api = running.api
})
afterAll(() => running?.end())

const seen = async (id: string) => {
  const { body } = await api.call('GET', `/v1/rules/${id}`)
  return { 'if-match': `"${(body as { ruleVersion: number }).ruleVersion}"` }
}
const drop = async (id: string) =>
  api.call('DELETE', `/v1/rules/${id}`, { headers: await seen(id) })

const tocsin = (...args: string[]) => runTocsin(...args, ...running.here)
const fileOf = (text: string): string => {
  const file = join(running.dataDir, 'mine.yaml')
  writeFileSync(file, text)
  return file
}

describe('without a suite', () => {
  it('lint reports all faults, with file, line, column and path', async () => {
    const file = fileOf(
      pack(
        '  - id: a\n    pattern: seige\n  - id: b\n    pattern: siege\n    parameters: {heldDays: -1}\n'
      )
    )
    expect(await runTocsin('rules', 'lint', file)).toMatchObject({
      code: 1,
      lines: [
        `${file}:6:14 rules[0].pattern is not a pattern: seige; is siege meant?`,
        `${file}:9:28 rules[1].parameters.heldDays must be 0 days or more, not -1`
      ]
    })
    const told = await runTocsin('rules', 'lint', file, '--json')
    expect(JSON.parse(told.lines[0] as string)).toMatchObject({
      good: false,
      faults: [{ line: 6, path: ['rules', 0, 'pattern'] }, {}]
    })
    expect(await runTocsin('rules', 'lint', join(running.dataDir, 'none.yaml'))).toMatchObject({
      code: 2
    })
  })

  it('lint and test accept bundled packs by name', async () => {
    expect(await runTocsin('rules', 'lint', 'default', 'sahel')).toMatchObject({
      code: 0,
      lines: [
        expect.stringMatching(/^default: valid, \d+ rules/),
        expect.stringMatching(/^sahel: valid/)
      ]
    })
    expect(await runTocsin('rules', 'test', 'sahel')).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/^(\d+) of \1 examples passed$/)]
    })
  })

  it('test says what is missing and what is not expected', async () => {
    const example = `    examples:
      - name: it is said to fire
        until: 2025-02-01
        reports:
          - {at: 2025-01-01, to: 2025-01-12, category: blockade, location: {name: Diosso, admin1: ML-4}}
        expect:
          - {group: {settlement: Diosso}, level: 1}
`
    const file = fileOf(pack(bySiege(example)))
    expect(await runTocsin('rules', 'test', file)).toMatchObject({
      code: 1,
      lines: [
        `${file}:8 mine-siege: it is said to fire`,
        '  missing: settlement Diosso, level 1',
        '0 of 1 examples passed'
      ]
    })
  })

  it('patterns and schema list what authors can use', async () => {
    expect((await runTocsin('rules', 'patterns')).lines.join('\n')).toMatch(
      /^siege +A settlement is encircled/m
    )
    expect((await runTocsin('rules', 'patterns', 'siege')).lines.slice(0, 7)).toEqual([
      expect.stringMatching(/^A settlement is encircled/),
      expect.stringMatching(/^Escalates: /),
      expect.stringMatching(/^Ends: .* Silence never ends it\.$/),
      expect.stringMatching(/^Reopens after a withdrawal: The same settlement/),
      '',
      expect.stringMatching(/^PARAMETER +DEFAULT/),
      expect.stringMatching(/^criteriaMin +2 +criteria +criteria held at once/)
    ])
    expect(JSON.parse((await runTocsin('rules', 'schema')).lines.join('\n'))).toMatchObject({
      title: 'Rule pack'
    })
  })
})

describe('PUT /v1/rules', () => {
  const put = (id: string, body: object, headers = {}) =>
    api.call('PUT', `/v1/rules/${id}`, { body, headers })

  it('reports every fault with its pointer', async () => {
    const { status, problem } = await put('bad', {
      pattern: 'siege',
      parameters: { heldDays: 'long', nothing: 1 },
      where: 'weather == 1',
      severities: ['severe', 'minor'],
      headline: '{group.settlement'
    })
    expect([status, problem?.errors?.map(({ pointer }) => pointer)]).toEqual([
      422,
      ['/parameters/heldDays', '/parameters/nothing', '/where', '/severities/1', '/headline']
    ])
    expect((await api.call('GET', '/v1/rules/bad')).status).toBe(404)
  })

  it('accepts a list for a parameter, changes nothing when repeated, and checks If-Match', async () => {
    const rule = {
      pattern: 'siege',
      parameters: { ageDays: [10, 20] },
      groupBy: ['actor'],
      title: 'Mine'
    }
    const first = await put('listed', rule)
    expect(first).toMatchObject({
      status: 200,
      body: { ruleVersion: 1, ...rule, failing: { count: 0, lastMessage: null }, warming: [] }
    })
    expect(first.cursor).not.toBeNull()
    expect(await put('listed', rule)).toMatchObject({
      status: 428,
      problem: { code: 'precondition-required' }
    })
    expect(await put('listed', rule, { 'if-match': '1' })).toMatchObject({
      status: 200,
      cursor: null,
      body: { ruleVersion: 1 }
    })
    expect(await put('listed', { ...rule, title: 'Ours' }, { 'if-match': '"7"' })).toMatchObject({
      status: 409,
      problem: { code: 'action-refused' }
    })
    expect(await put('listed', { ...rule, title: 'Ours' }, { 'if-match': '1' })).toMatchObject({
      status: 200,
      body: { ruleVersion: 2 }
    })
    expect(await put('listed', rule, { 'if-match': 'x' })).toMatchObject({
      status: 400,
      problem: { code: 'header-invalid' }
    })
    expect(
      (await api.call('DELETE', '/v1/rules/listed', { headers: { 'if-match': '1' } })).status
    ).toBe(409)
    expect(await api.call('DELETE', '/v1/rules/listed')).toMatchObject({
      status: 428,
      problem: { code: 'precondition-required' }
    })
    expect(
      (await api.call('DELETE', '/v1/rules/listed', { headers: { 'if-match': '2' } })).status
    ).toBe(204)
    // Versions continue: the version of the withdrawn rule is not the current one.
    expect(await put('listed', rule)).toMatchObject({ status: 200, body: { ruleVersion: 4 } })
    expect(await put('listed', { ...rule, title: 'Ours' }, { 'if-match': '1' })).toMatchObject({
      status: 409
    })
    expect((await drop('listed')).status).toBe(204)
  })
})

describe('on a running suite', () => {
  const alerts = async (ruleId: string) =>
    (
      (await api.call('GET', `/v1/alerts?ruleId=${ruleId}`)).body as {
        items: readonly { alertId: string; headline: string; status: string }[]
      }
    ).items

  it('has an alert of a rule', async () => {
    const reports = [
      besieged('1', 'Diosso', 13.88, 'blockade', 'wire-1'),
      besieged('2', 'Diosso', 13.88, 'movement-denied', 'wire-2'),
      {
        ...besieged('3', 'Kolongo', 14.2, 'blockade', 'wire-1'),
        occurred: { from: days(60), to: days(10) }
      }
    ]
    for (const body of reports)
      expect((await api.call('POST', '/v1/reports', { body })).status).toBe(202)
    await expect.poll(async () => (await alerts('siege')).length, { timeout: 60_000 }).toBe(1)
  })

  it('has the rules of the default pack', async () => {
    expect(await tocsin('rules', 'diff', 'default')).toMatchObject({
      code: 0,
      lines: ['the suite already has these rules']
    })
  })

  it('apply declares a rule for the theatres of a pack, and changes nothing when repeated', async () => {
    const file = fileOf(pack('  - id: here-alone\n    pattern: siege\n    theatres: [world]\n'))
    expect(await tocsin('rules', 'apply', file)).toMatchObject({
      code: 0,
      lines: ['rule here-alone: new']
    })
    expect((await api.call('GET', '/v1/rules/here-alone')).body).toMatchObject({
      theatres: ['world'],
      ruleVersion: 1
    })
    expect(await tocsin('rules', 'apply', file)).toMatchObject({
      lines: ['the suite already has these rules']
    })
    expect(
      await runTocsin(
        'rules',
        'lint',
        fileOf(pack('  - id: a\n    pattern: siege\n    theatres: []\n'))
      )
    ).toMatchObject({
      code: 1
    })
    expect((await drop('here-alone')).status).toBe(204)
  })

  it('diff shows the alerts that would appear, change and vanish, and changes nothing', async () => {
    const file = fileOf(
      pack(
        `${bySiege()}  - id: siege\n    pattern: siege\n    headline: 'Look at {group.settlement}'\n  - id: front\n    pattern: front\n    enabled: false\n`
      )
    )
    const { code, lines } = await tocsin('rules', 'diff', file)
    expect(code).toBe(1)
    expect(lines).toEqual([
      'rule mine-siege: new',
      'rule siege: changed',
      'rule front: withdrawn',
      'world: 1 would appear, 1 change, 0 vanish, 0 stay unchanged',
      expect.stringMatching(/^ {2}\+ mine-siege \w+ .* to now: (?:Partial s|S)iege of Diosso/),
      expect.stringMatching(
        /^ {2}~ siege \w+ .*: Look at Diosso \(said "(?:Partial s|S)iege of Diosso/
      )
    ])
    expect((await api.call('GET', '/v1/rules/mine-siege')).status).toBe(404)
    expect((await alerts('siege'))[0]?.headline).toMatch(/^Siege of /)
  })

  it('apply makes the change: differences are published quietly, and repeating changes nothing', async () => {
    const file = fileOf(
      pack(
        `${bySiege()}  - id: siege\n    pattern: siege\n    headline: 'Look at {group.settlement}'\n`
      )
    )
    expect(await tocsin('rules', 'apply', file)).toMatchObject({
      code: 0,
      lines: ['rule mine-siege: new', 'rule siege: changed']
    })
    await expect
      .poll(async () => (await alerts('siege'))[0]?.headline, { timeout: 60_000 })
      .toBe('Look at Diosso')
    await expect.poll(async () => (await alerts('mine-siege')).length, { timeout: 60_000 }).toBe(1)
    expect(await tocsin('rules', 'apply', file)).toMatchObject({
      code: 0,
      lines: ['the suite already has these rules']
    })
    expect(await tocsin('rules', 'diff', file)).toMatchObject({
      code: 0,
      lines: ['the suite already has these rules']
    })
    const [{ alertId }] = (await alerts('siege')) as unknown as [{ alertId: string }]
    const { revisions } = (await api.call('GET', `/v1/alerts/${alertId}`)).body as {
      revisions: { type: string; data: { notify: string } }[]
    }
    expect(revisions.at(-1)).toMatchObject({
      type: 'tocsin.alert.revised.v1',
      data: { notify: 'quiet' }
    })
  })

  it('explain shows why an alert fired, and near misses', async () => {
    const [{ alertId }] = (await alerts('siege')) as unknown as [{ alertId: string }]
    const { code, lines } = await tocsin('rules', 'explain', alertId)
    expect(code).toBe(0)
    const text = lines.join('\n')
    expect(text).toMatch(/^Measured: criteria held 2, threshold 2$/m)
    expect(text).toMatch(/^Rule: siege version 2, pattern siege/m)
    expect(text).toMatch(/^ {2}heldDays = 7 days$/m)
    expect(text).toMatch(
      /^ {2}trigger \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d {2}(?:blockade|movement-denied) {2}Diosso, Ségou \(ML-4\)/m
    )
    const near = await tocsin('rules', 'explain', '--near', '--rule', 'siege')
    expect(near.lines[0]).toMatch(
      /^siege in world: settlement Kolongo.*criteria held 1 of 2; lacks (?:1|one) more.*; 1 incident,/
    )
    expect((await tocsin('rules', 'explain', '--near')).lines.at(-1)).toMatch(
      /^near misses not available for: .*compound-crisis/
    )
    expect(await tocsin('rules', 'explain')).toMatchObject({ code: 2 })
    expect((await tocsin('rules', 'explain', 'f'.repeat(32))).code).toBe(1)
  })

  it('rules may be PUT as they were read, which changes nothing; a body with another id is refused', async () => {
    const { items } = (await api.call('GET', '/v1/rules')).body as { items: { ruleId: string }[] }
    expect(items.length).toBeGreaterThan(10)
    for (const rule of items) {
      const headers = await seen(rule.ruleId)
      const put = await api.call('PUT', `/v1/rules/${rule.ruleId}`, { body: rule, headers })
      expect([rule.ruleId, put.status, put.body]).toEqual([rule.ruleId, 200, rule])
      expect(put.cursor).toBeNull()
    }
    const other = await api.call('PUT', '/v1/rules/siege', {
      body: { ...items[0], ruleId: 'front' },
      headers: await seen('siege')
    })
    expect(other).toMatchObject({ status: 422, body: { errors: [{ pointer: '/ruleId' }] } })
  })

  it('failures of a predicate are counted, and shown in the list and the metrics', async () => {
    const body = { pattern: 'siege', where: 'deaths.best >= 0' }
    expect((await api.call('PUT', '/v1/rules/failing', { body })).status).toBe(200)
    const failing = async () =>
      ((await api.call('GET', '/v1/rules/failing')).body as { failing: { count: number } }).failing
        .count
    await expect.poll(failing, { timeout: 60_000 }).toBe(3)
    expect((await tocsin('rules', 'list')).lines.join('\n')).toMatch(/^failing .* 3: \S/m)
    const key = { name: 'elsewhere', scopes: ['alerts:read'], theatres: ['other'] }
    const { secret } = (await api.call('POST', '/v1/keys', { body: key })).body as {
      secret: string
    }
    const headers = { authorization: `Bearer ${secret}` }
    expect((await api.call('GET', '/v1/rules/failing', { headers })).body).toMatchObject({
      failing: { count: 0, lastMessage: null }
    })
    const metrics = String((await api.call('GET', '/metrics')).body)
    expect(metrics).toMatch(/^tocsin_rules_predicate_failures_total\{rule="failing"\} 3$/m)
    await drop('failing')
  })

  it('patterns without a rule are named, and apply --new declares their rules and leaves the others', async () => {
    await drop('front')
    await api.call('PUT', '/v1/rules/surge', {
      body: { pattern: 'surge', title: 'Ours' },
      headers: await seen('surge')
    })
    const note = 'no rule uses front: tocsin rules apply default --new declares the missing rules'
    expect((await tocsin('rules', 'list')).notes).toEqual([note])
    const told = await tocsin('rules', 'diff', 'default')
    expect(told.code).toBe(1)
    expect(told.lines).toEqual(expect.arrayContaining(['rule surge: changed', 'rule front: new']))
    const unseen = await tocsin('rules', 'diff', 'default', '--new')
    expect(unseen.lines.filter(line => line.startsWith('rule '))).toEqual(['rule front: new'])
    expect(await tocsin('rules', 'apply', 'default', '--new')).toMatchObject({
      code: 0,
      lines: ['rule front: new']
    })
    expect((await tocsin('rules', 'list')).notes).toEqual([])
    expect((await api.call('GET', '/v1/rules/surge')).body).toMatchObject({ title: 'Ours' })
    expect((await tocsin('rules', 'apply', 'default', '--new', '--prune')).code).toBe(2)
  })

  it('a failing step of a building block is reported like a failing predicate', async () => {
    const body = {
      pattern: 'all-of',
      parameters: { steps: ['category == "blockade"', '1 / (size(tactics) - size(tactics)) > 0'] }
    }
    expect((await api.call('PUT', '/v1/rules/failing-step', { body })).status).toBe(200)
    const failing = async () =>
      ((await api.call('GET', '/v1/rules/failing-step')).body as { failing: unknown }).failing
    const told = { count: 3, lastMessage: expect.stringMatching(/^step 2: .*zero/) as string }
    await expect.poll(failing, { timeout: 60_000 }).toEqual(told)
    const metrics = String((await api.call('GET', '/metrics')).body)
    expect(metrics).toMatch(/^tocsin_rules_predicate_failures_total\{rule="failing-step"\} 3$/m)
    expect(metrics).toMatch(/^tocsin_rules_failing 1$/m)
    expect(metrics).toMatch(/^tocsin_rules_near_asked_total [1-9]/m)
    await drop('failing-step')
  })
})

describe('POST /v1/rules/preview', () => {
  const preview = (body: object) => api.call('POST', '/v1/rules/preview', { body })

  it('refuses invalid bodies, with a pointer', async () => {
    const { problem } = await preview({
      rules: [
        { id: 'a', pattern: 'siege' },
        { id: 'b', pattern: 'weather' }
      ]
    })
    expect(problem?.errors?.map(({ pointer }) => pointer)).toEqual(['/rules/1/pattern'])
    expect((await preview({ rules: [{ id: 'none' }] })).problem?.errors?.[0]).toMatchObject({
      pointer: '/rules/0/pattern'
    })
    const twice = await preview({
      rules: [
        { id: 'a', pattern: 'siege' },
        { id: 'a', pattern: 'siege' }
      ]
    })
    expect(twice.problem?.errors?.[0]).toMatchObject({ pointer: '/rules/1/id' })
    expect(
      (await preview({ rules: [{ id: 'a', pattern: 'siege' }], theatres: ['none'] })).status
    ).toBe(404)
  })

  it('runs one at a time', async () => {
    const many = Array.from({ length: 6 }, () =>
      preview({ rules: [{ id: 'a', pattern: 'siege' }, { id: 'siege' }] })
    )
    const statuses = (await Promise.all(many)).map(({ status }) => status)
    expect(statuses).toContain(200)
    expect(statuses.every(status => status === 200 || status === 429)).toBe(true)
    const metrics = String((await api.call('GET', '/metrics')).body)
    expect(metrics).toMatch(/^tocsin_rules_previews_total\{outcome="refused"\} 3$/m)
    expect(metrics).toMatch(/^tocsin_rules_previews_total\{outcome="done"\} [1-9]/m)
    expect((await preview({ rules: [{ id: 'siege' }] })).body).toMatchObject({
      complete: true,
      elsewhere: [],
      theatres: [
        {
          theatre: 'world',
          appear: [],
          change: [],
          vanish: [{ ruleId: 'siege' }],
          same: 0,
          omitted: 0
        }
      ]
    })
  })
})

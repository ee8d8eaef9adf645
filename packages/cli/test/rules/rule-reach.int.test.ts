// Who may change which rule, and what a limited key is shown of rules, on a running suite.

import {
  type Decoded,
  decodeControlRecord,
  decodeTheatreRecord
} from '@tocsin/contracts/record/records'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { applyControl, emptyControlState } from '@tocsin/service/control/control-state'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

let running: RunningSuite
let owner: SuiteApi
beforeAll(async () => {
  running = await RunningSuite.start()
  owner = running.api
  for (const [id, country] of [
    ['sahel', 'ML'],
    ['lake', 'TD']
  ] as const)
    expect(
      (await owner.call('PUT', `/v1/theatres/${id}`, { body: { countries: [country] } })).status
    ).toBe(201)
})
afterAll(() => running?.end())

interface Answer {
  readonly status: number
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

type Caller = (
  method: 'GET' | 'PUT' | 'DELETE' | 'POST',
  path: string,
  body?: object,
  ifMatch?: number
) => Promise<Answer>

/** A caller with its own key; `headers` are compared, too. */
async function keyFor(
  theatres: readonly string[] | '*',
  handling: string,
  scopes = ['rules:manage']
): Promise<Caller & { readonly id: string }> {
  const body = { name: `key ${theatres}`, scopes, theatres, handling }
  const made = (await owner.call('POST', '/v1/keys', { body })).body as {
    secret: string
    keyId: string
  }
  const caller: Caller = async (method, path, body, ifMatch) => {
    const answer = await fetch(`${running.suite.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${made.secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` })
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await answer.text()
    return { status: answer.status, text, body: text === '' ? {} : JSON.parse(text) }
  }
  return Object.assign(caller, { id: made.keyId })
}

/** All records of a log, from its beginning. */
async function recordsOf<R>(topic: Topic, decode: (bytes: Uint8Array) => Decoded<R>): Promise<R[]> {
  const { log } = running.suite
  const { positions } = await log.cursorAt(topic, 'earliest')
  const pages = await Promise.all(
    positions.map((from, partition) =>
      log.read(topic, partition, from, { recordsMax: 10_000, bytesMax: 1e9 })
    )
  )
  return pages.flatMap(({ records }) =>
    records.flatMap(({ value }) => {
      if (value === null) return []
      const decoded = decode(value)
      return decoded.kind === 'decoded' ? [decoded.record] : []
    })
  )
}

const siege = { pattern: 'siege' }

describe('a rule with budgets', () => {
  const cluster = { pattern: 'cluster', parameters: { budget: 4 }, budgets: { sahel: 12, lake: 1 } }

  it('is folded in each theatre with its own, which a key of the theatre alone is shown', async () => {
    const all = await keyFor('*', 'restricted')
    const sahel = await keyFor(['sahel'], 'restricted')
    expect((await all('PUT', '/v1/rules/clusters', cluster)).status).toBe(200)
    expect((await sahel('GET', '/v1/rules/clusters')).body.budgets).toEqual({ sahel: 12 })
    const budgets = async () => {
      const records = await recordsOf(topics.incidents, decodeTheatreRecord)
      return records.flatMap(record =>
        record.type === 'rule.configured' && record.data.ruleId === 'clusters'
          ? [[record.theatre, record.data.parameters.budget, record.data.budgets]]
          : []
      )
    }
    await expect
      .poll(async () => (await budgets()).toSorted())
      .toEqual([
        ['lake', 1, undefined],
        ['sahel', 12, undefined],
        ['world', 4, undefined]
      ])
  })

  it('is refused for a theatre that is not there', async () => {
    const all = await keyFor('*', 'restricted')
    const body = { ...cluster, budgets: { coast: 12 } }
    expect(await all('PUT', '/v1/rules/of-the-coast', body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/budgets' }] }
    })
  })
})

describe('a key for one theatre', () => {
  it('neither changes nor withdraws a rule that covers another theatre, before or after', async () => {
    const sahel = await keyFor(['sahel'], 'restricted')
    expect(await sahel('DELETE', '/v1/rules/siege', undefined, 1)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' }
    })
    expect(
      (await sahel('PUT', '/v1/rules/siege', { ...siege, theatres: ['sahel'] }, 1)).status
    ).toBe(403)
    expect((await sahel('PUT', '/v1/rules/for-all', siege)).status).toBe(403)
    expect(
      (await sahel('PUT', '/v1/rules/for-both', { ...siege, theatres: ['sahel', 'lake'] })).status
    ).toBe(403)
    expect((await sahel('PUT', '/v1/rules/mine', { ...siege, theatres: ['sahel'] })).status).toBe(
      200
    )
    expect((await sahel('PUT', '/v1/rules/mine', { ...siege, theatres: ['lake'] }, 1)).status).toBe(
      403
    )
    expect((await sahel('PUT', '/v1/rules/mine', siege, 1)).status).toBe(403)
    expect((await sahel('DELETE', '/v1/rules/mine', undefined, 1)).status).toBe(204)
    expect((await owner.call('GET', '/v1/rules/siege')).status).toBe(200)
  })

  it('sees only the rules of its theatre, and nothing of other theatres in them', async () => {
    const sahel = await keyFor(['sahel'], 'restricted', ['rules:manage', 'alerts:read'])
    const put = (id: string, theatres: readonly string[]) =>
      owner.call('PUT', `/v1/rules/${id}`, { body: { ...siege, theatres } })
    expect((await put('of-lake', ['lake'])).status).toBe(200)
    expect((await put('of-both', ['lake', 'sahel'])).status).toBe(200)
    const listed = (await sahel('GET', '/v1/rules')).body.items as {
      ruleId: string
      theatres?: string[]
    }[]
    expect(
      listed
        .filter(({ ruleId }) => ruleId.startsWith('of-'))
        .map(({ ruleId, theatres }) => [ruleId, theatres])
    ).toEqual([['of-both', ['sahel']]])
    expect((await sahel('DELETE', '/v1/rules/of-both', undefined, 1)).status).toBe(403)
    // Rule ids are unique in the suite: a used one is refused, and its rule stays unchanged.
    expect(
      (await sahel('PUT', '/v1/rules/of-lake', { ...siege, theatres: ['sahel'] })).status
    ).toBe(409)
    expect((await owner.call('GET', '/v1/rules/of-lake')).body).toMatchObject({
      theatres: ['lake'],
      ruleVersion: 1
    })
  })
})

describe('two administrators at once', () => {
  it('one changes the rule, the other is refused, and the log names the author', async () => {
    const [one, other] = [await keyFor('*', 'restricted'), await keyFor('*', 'restricted')]
    expect((await one('PUT', '/v1/rules/contested', { ...siege, title: 'First' })).status).toBe(200)
    const answers = await Promise.all([
      one('PUT', '/v1/rules/contested', { ...siege, title: 'Mine' }, 1),
      other('PUT', '/v1/rules/contested', { ...siege, title: 'Mine' }, 1),
      one('DELETE', '/v1/rules/contested', undefined, 1),
      other('DELETE', '/v1/rules/contested', undefined, 1)
    ])
    const won = answers.findIndex(({ status }) => status < 300)
    const lost = answers.filter((_, i) => i !== won)
    expect(won).not.toBe(-1)
    // The loser sees another version, or that the rule is withdrawn.
    for (const { status, body } of lost)
      expect([`409 action-refused`, '404 not-found']).toContain(`${status} ${String(body.code)}`)
    const records = await recordsOf(topics.control, decodeControlRecord)
    const state = records.reduce(applyControl, emptyControlState)
    const counted = records.find(({ id }) => id === state.ruleHeads.get('contested')?.recordId)
    const winner = won % 2 === 0 ? one : other
    expect(counted).toMatchObject({
      data: { ruleId: 'contested', ruleVersion: 2, by: { id: winner.id, name: 'key *' } }
    })
  })

  it('theatres get the rules that run in them, without their authors', async () => {
    const body = { ...siege, theatres: ['sahel'] }
    expect((await owner.call('PUT', '/v1/rules/told', { body })).status).toBe(200)
    const moved = { body: { ...siege, theatres: ['lake'] }, headers: { 'if-match': '"1"' } }
    expect((await owner.call('PUT', '/v1/rules/told', moved)).status).toBe(200)
    const about = async () =>
      (await recordsOf(topics.incidents, decodeTheatreRecord)).flatMap(({ theatre, type, data }) =>
        'ruleId' in data && data.ruleId === 'told' ? [`${theatre} ${type} ${'by' in data}`] : []
      )
    await expect.poll(async () => (await about()).length, { timeout: 60_000 }).toBe(3)
    expect((await about()).sort()).toEqual([
      'lake rule.configured false',
      'sahel rule.configured false',
      'sahel rule.removed false'
    ])
  })

  it('a theatre declared later gets the rules for all theatres, and no others', async () => {
    const body = { countries: ['OM'] }
    expect((await owner.call('PUT', '/v1/theatres/gulf', { body })).status).toBe(201)
    const told = async () =>
      (await recordsOf(topics.incidents, decodeTheatreRecord)).flatMap(({ theatre, type, data }) =>
        theatre === 'gulf' && type === 'rule.configured' ? [data.ruleId] : []
      )
    await expect.poll(told, { timeout: 60_000 }).toContain('siege')
    expect((await told()).filter(id => ['told', 'of-lake', 'of-both'].includes(id))).toEqual([])
  })

  it('rules list shows in which theatres a rule runs', async () => {
    await owner.call('PUT', '/v1/rules/of-sahel', { body: { ...siege, theatres: ['sahel'] } })
    const { lines } = await runTocsin('rules', 'list', ...running.here)
    expect(lines[0]).toMatch(/THEATRES/)
    expect(lines.find(line => line.startsWith('of-sahel'))).toMatch(/ sahel /)
  })
})

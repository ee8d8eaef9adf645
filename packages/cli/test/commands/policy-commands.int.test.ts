// Policies against a running suite: read in words, set from a file, tried on the last week, and why
// something was told or not.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

let running: RunningSuite
let subscription: string
let alertId: string
beforeAll(async () => {
  running = await RunningSuite.start({ settings: { 'webhooks.consent': 'never' } })
  subscription = (
    (await json('subscriptions', 'create', 'https://partner.invalid/hook')) as { id: string }
  ).id
})
afterAll(() => running?.end())

async function tocsin(...args: string[]) {
  return runTocsin(...args, ...running.here)
}
async function json(...args: string[]): Promise<unknown> {
  const { code, lines, notes } = await tocsin(...args, '--json')
  expect([code, notes]).toEqual([0, []])
  return JSON.parse(lines[0] as string)
}
function file(name: string, text: string): string {
  const path = join(running.dataDir, name)
  writeFileSync(path, text)
  return path
}

describe('tocsin policies', () => {
  it('lists each subscription with its policy in words', async () => {
    const { lines } = await tocsin('policies')
    expect(lines[0]).toMatch(/^ID +URL +TELLS/)
    expect(lines[1]).toMatch(
      new RegExp(`^${subscription} +https://partner.invalid/hook +each event at once`)
    )
    expect(await json('policies', 'list')).toEqual([
      { id: subscription, url: 'https://partner.invalid/hook', policy: null }
    ])
  })

  it('sets one from a file, says what was and what is, and refuses a faulty one at its part', async () => {
    const policy = file(
      'policy.json',
      '{"minSeverity": "extreme", "groupWaitSeconds": 0, "updateMinutes": 60}'
    )
    const set = await tocsin('policies', 'set', subscription, policy)
    expect(set).toMatchObject({ code: 0 })
    expect(set.lines[0]).toBe('was: each event at once')
    expect(set.lines[1]).toMatch(
      /^now: first from extreme on; without waiting; changes every 60 min at most; a story as one; /
    )
    expect((await tocsin('policies', 'show', subscription)).lines).toContain(
      'changes every 60 min at most'
    )
    expect(await json('policies', 'show', subscription)).toMatchObject({
      minSeverity: 'extreme',
      endings: true,
      watch: null
    })
    const faulty = await tocsin(
      'policies',
      'set',
      subscription,
      file('faulty.json', '{"updateMinutes": -1}')
    )
    expect(faulty).toMatchObject({ code: 2, lines: [] })
    expect(faulty.notes.join()).toContain('updateMinutes')
    expect((await tocsin('policies', 'set', subscription)).code).toBe(2)
    expect((await tocsin('policies', 'set', 'sub_none', policy)).notes.join()).toContain(
      'not-found'
    )
  })

  it('tells why something is held, by the alert or by the event', async () => {
    const body = {
      ...{
        source: { id: 'wire-1' },
        externalId: 'first',
        occurred: { from: yesterday, to: yesterday }
      },
      ...{
        category: 'attack-on-civilians',
        location: { country: 'ML', lat: 14.8252, lon: -5.2547, radiusKm: 2 }
      },
      fatalities: { low: 40, best: 45, high: 50 }
    }
    const { reportId } = (await running.api.call('POST', '/v1/reports', { body })).body as {
      reportId: string
    }
    const outcome = await running.api.call('GET', `/v1/reports/${reportId}?wait=30`)
    alertId = (outcome.body as { alerts: { alertId: string }[] }).alerts[0]?.alertId as string
    await expect
      .poll(async () => (await tocsin('policies', 'why', subscription, alertId)).lines.join(' '), {
        timeout: 30_000
      })
      .toMatch(
        /^[12] {2}alert\.raised .* held until that changes: it is below the least severity of the policy$/
      )
    const [delivery] = (await json('policies', 'why', subscription, alertId)) as {
      id: string
      held: object
    }[]
    expect(delivery?.held).toMatchObject({ reason: 'below-minimum' })
    expect(await json('policies', 'why', subscription, delivery?.id as string)).toEqual([delivery])
    const none = await tocsin('policies', 'why', subscription, 'none')
    expect(none.lines).toEqual([
      expect.stringContaining('no such event of the subscription, and no such alert')
    ])
    expect(await json('policies', 'why', subscription, 'none')).toEqual([])
  })

  it('tells why nothing of an alert was planned, in words and as JSON', async () => {
    const { id } = (await json('subscriptions', 'create', 'https://other.invalid/hook')) as {
      id: string
    }
    const { lines } = await tocsin('policies', 'why', id, alertId)
    expect(lines.at(-1)).toContain('nothing of it is newer than')
    expect(await json('policies', 'why', id, alertId)).toMatchObject([
      { subscriptionId: id, alertId, cause: 'before-subscription' }
    ])
    expect((await tocsin('subscriptions', 'delete', id)).code).toBe(0)
  })

  it('tells why a stream with the policy of a file is told of an alert, or why not', async () => {
    const grave = file('grave.json', '{"stories": "each", "minSeverity": "extreme"}')
    expect((await tocsin('policies', 'why', grave, alertId)).lines.at(-1)).toMatch(
      /revision \d+ {2}held until that changes: it is below the least severity of the policy$/
    )
    const open = file(
      'stream.json',
      '{"stories": "each", "groupWaitSeconds": 0, "updateMinutes": 0}'
    )
    expect(await json('policies', 'why', open, alertId)).toMatchObject({
      alertId,
      cause: 'told',
      due: null
    })
    expect(
      (
        await tocsin('policies', 'why', file('one.json', '{"stories": "one"}'), alertId)
      ).notes.join()
    ).toContain('stories')
    expect((await tocsin('policies', 'why', open, 'none')).notes.join()).toContain('not-found')
  })

  it('previews the last week by a file, for a subscription, and by its own policy', async () => {
    const own = await tocsin('policies', 'preview', subscription)
    expect(own.lines[0]).toMatch(/: 0 tellings of 2 events; in the fullest hour 0 instead of 2$/)
    expect(own.lines.join('\n')).toMatch(
      /alerts of which nothing is told: 2\n {3}\S+ .*: it is below the least severity/
    )
    const open = file('open.json', '{"groupWaitSeconds": 0}')
    expect(await json('policies', 'preview', open)).toMatchObject({
      told: 2,
      toldByReason: { first: 2 }
    })
    expect(await json('policies', 'preview', open, '--for', subscription)).toMatchObject({
      told: 2
    })
    expect(await json('policies', 'preview', open, '--filter', '{"country":["CI"]}')).toMatchObject(
      { events: 0 }
    )
    expect((await tocsin('policies', 'preview', subscription, '--filter', '{}')).code).toBe(2)
  })

  it('takes a policy away, and what was held goes', async () => {
    expect((await tocsin('policies', 'set', subscription, '--none')).lines[1]).toBe(
      'now: each event at once'
    )
    expect((await tocsin('policies', 'preview', subscription)).notes.join()).toContain(
      'has no policy'
    )
    await expect
      .poll(async () => (await tocsin('policies', 'why', subscription, alertId)).lines.join(' '), {
        timeout: 30_000
      })
      .toMatch(
        /^its endpoint is failing .*(tried \d+ times, and not accepted: dns; next|waits for its turn)/
      )
  })
})

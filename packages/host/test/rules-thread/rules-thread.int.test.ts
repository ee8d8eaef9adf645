// The rules in their own thread: folding delays nobody, their routes answer on the one port under
// the one guard, and their failure ends the suite.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiAnswer, SuiteApi } from '../../src/client/suite-api.ts'
import type { Suite } from '../../src/suite/suite.ts'
import { HeldThread } from '../support/held-thread.ts'
import { RunningSuite } from '../support/running-suite.ts'

const threadFile = 'rules-thread/thread-entry.ts'

interface Threaded {
  readonly suite: Suite
  readonly api: SuiteApi
  readonly thread: HeldThread
  end(): Promise<void>
}

async function started(): Promise<Threaded> {
  const watch = await HeldThread.watch(threadFile)
  const running = await RunningSuite.start({ rulesThread: true })
  const { suite } = running
  const api = new SuiteApi({ url: suite.url, key: suite.secrets.ownerKey, timeoutMs: 60_000 })
  return {
    suite,
    api,
    thread: await watch.found,
    async end() {
      await api.close()
      const report = await suite.host.close()
      watch.end()
      await running.end()
      expect(report).toEqual({ late: [], failed: [] })
    }
  }
}

const today = () => new Date().toISOString().slice(0, 10)

function report(externalId: string) {
  const day = today()
  return {
    source: { id: 'wire-1' },
    externalId,
    occurred: { from: day, to: day },
    category: 'attack-on-civilians',
    location: {
      name: 'Dioura',
      admin1: 'ML-5',
      country: 'ML',
      lat: 14.8252,
      lon: -5.2547,
      radiusKm: 2
    },
    fatalities: { low: 30, best: 30, high: 30 },
    handling: 'public'
  }
}

let threaded: Threaded

beforeAll(async () => {
  threaded = await started()
})
afterAll(async () => threaded.end(), 60_000)

describe('the rules in their own thread', () => {
  it('delay nobody during a long fold: intake, the notifier, readiness and metrics answer, and new reports are folded afterwards', async () => {
    const { api, thread } = threaded
    await thread.hold()
    const asked: { rules: ApiAnswer | null } = { rules: null }
    const listed = api.call('GET', '/v1/rules').then(answer => {
      asked.rules = answer
      return answer
    })
    const posted = await api.call('POST', '/v1/reports', { body: report('held-1') })
    const others = await Promise.all(
      ['/v1/alerts', '/v1/incidents', '/v1/theatres', '/readyz', '/metrics'].map(path =>
        api.call('GET', path)
      )
    )
    const stream = await api.postLines(
      '/v1/reports',
      Buffer.from(`${JSON.stringify(report('held-2'))}\n`)
    )
    const lines: unknown[] = []
    for await (const batch of stream.lines) lines.push(...batch)
    const rulesMeanwhile = asked.rules
    await thread.letGo()
    expect(posted).toMatchObject({ status: 202 })
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(lines).toMatchObject([
      { line: 1, status: 202 },
      { accepted: 1, complete: true }
    ])
    // Only queries that need the folds waited.
    expect(rulesMeanwhile).toBeNull()
    expect((await listed).status).toBe(200)
    const { reportId } = posted.body as { reportId: string }
    const known = await api.call('GET', `/v1/reports/${reportId}?wait=10`)
    expect(known.body).toMatchObject({
      alerts: expect.arrayContaining([expect.objectContaining({ ruleId: 'mass-casualty' })])
    })
  })

  it('serve their routes on the one port: list, change, preview, near misses; and refuse keys without the right', async () => {
    const { api, suite } = threaded
    const put = await api.call('PUT', '/v1/rules/own-siege', {
      body: { pattern: 'siege', parameters: { heldDays: 20 } }
    })
    expect(put.status).toBe(200)
    const listed = await api.call('GET', '/v1/rules')
    expect((listed.body as { items: object[] }).items).toContainEqual(
      expect.objectContaining({ ruleId: 'own-siege', warming: [] })
    )
    expect(await api.call('GET', '/v1/rules/own-siege/near')).toMatchObject({
      status: 200,
      body: { items: [] }
    })
    const preview = await api.call('POST', '/v1/rules/preview', {
      body: { rules: [{ id: 'own-siege' }] }
    })
    expect(preview).toMatchObject({ status: 200, body: { complete: true, elsewhere: [] } })
    const twice = await api.call('POST', '/v1/rules/preview', {
      body: { rules: [{ id: 'own-siege' }, { id: 'own-siege' }] }
    })
    expect(twice).toMatchObject({
      status: 422,
      problem: { code: 'body-invalid', errors: [{ pointer: '/rules/1/id' }] }
    })
    const reader = { scopes: ['alerts:read'], theatres: '*', handling: 'public', name: 'reader' }
    const { secret } = (await api.call('POST', '/v1/keys', { body: reader })).body as {
      secret: string
    }
    const limited = new SuiteApi({ url: suite.url, key: secret })
    expect((await limited.call('GET', '/v1/rules')).status).toBe(200)
    expect(
      (await limited.call('DELETE', '/v1/rules/own-siege', { headers: { 'if-match': '"1"' } }))
        .status
    ).toBe(403)
    await limited.close()
    expect(
      (await api.call('DELETE', '/v1/rules/own-siege', { headers: { 'if-match': '"1"' } })).status
    ).toBe(204)
  })

  it('end the suite when their thread ends', async () => {
    const other = await started()
    await other.thread.run('process.exit(3)')
    expect(String(await other.suite.host.failed)).toMatch(
      /rules thread ended unexpectedly with code 3/
    )
    // Its last word was that all is well; what asks it meanwhile is told at once.
    const ready = await other.suite.host.app.inject('/readyz')
    expect([ready.statusCode, ready.body]).toEqual([
      503,
      expect.stringContaining('rules thread ended unexpectedly')
    ])
    const near = await other.api.call('GET', '/v1/rules')
    expect(near.status).toBe(503)
    await other.end()
  })
})

// The client in Node against a real suite, through a network that fails.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Alert, type AlertFilter, TocsinClient } from '@tocsin/client'
import type { AlertFilter as ServerFilter } from '@tocsin/contracts/alert/alert-filter'
import type { VisibleAlert } from '@tocsin/notifier/alerts/reader-view'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { massacre, RunningClient, until } from './running-client.ts'

let suite: WholeSuite
let proxy: TcpProxy
let posted = 0

beforeAll(async () => {
  suite = await WholeSuite.start()
  proxy = await TcpProxy.listen({ target: `127.0.0.1:${suite.port}` })
})
afterAll(async () => {
  await proxy.close()
  await suite.end()
})

async function post(): Promise<void> {
  posted += 1
  const answer = await suite.api.call('POST', '/v1/reports', {
    body: massacre(`report-${posted}`, 20 + posted)
  })
  expect(answer.status).toBe(202)
  const { reportId } = answer.body as { reportId: string }
  await suite.api.call('GET', `/v1/reports/${reportId}?wait=20`)
}

/** Ids of all events of the log, in order. */
async function told(): Promise<readonly string[]> {
  const { body } = await suite.api.call('GET', '/v1/feed?limit=500')
  return (body as { items: { event: { id: string } }[] }).items.map(({ event }) => event.id)
}

function clientBy(transports?: readonly ('websocket' | 'sse' | 'pull')[], from = 'earliest') {
  const url = `http://${proxy.address}`
  return new RunningClient(
    { url, token: suite.key, ...(transports === undefined ? {} : { transports }) },
    { from }
  )
}

it('states alerts and filters as the server does', () => {
  expectTypeOf<VisibleAlert>().toExtend<Alert>()
  expectTypeOf<AlertFilter>().toExtend<ServerFilter>()
  expectTypeOf<ServerFilter>().toExtend<AlertFilter>()
})

describe.each(['websocket', 'sse', 'pull'] as const)('the client by %s', transport => {
  it('has every event once and in order, over drops and a killed server, and resumes in another run', async () => {
    const running = clientBy([transport])
    await until('the state', () => running.transport === transport)
    await post()
    await until('all events', async () => running.events.length === (await told()).length)
    proxy.cut()
    await post()
    await until('all events', async () => running.events.length === (await told()).length)
    await suite.killAndRestart()
    await post()
    await until('all events', async () => running.events.length === (await told()).length)
    expect(running.events).toEqual(await told())
    const { cursor } = running.subscription
    running.client.close()
    await post()
    const again = clientBy([transport], cursor ?? '')
    await until(
      'all events',
      async () => running.events.length + again.events.length === (await told()).length
    )
    expect([...running.events, ...again.events]).toEqual(await told())
    expect(again.snapshots).toBe(0)
    again.client.close()
  })
})

describe.each(['websocket', 'sse', 'pull'] as const)(
  'the client by %s, from the latest',
  transport => {
    it('begins with the open alerts, in each detail', async () => {
      await post()
      for (const detail of ['full', 'headline', 'ids'] as const) {
        const known: string[] = []
        const client = new TocsinClient({
          url: suite.url,
          token: suite.key,
          transports: [transport]
        })
        client.subscribe(
          { detail, filter: { pattern: ['mass-casualty'] } },
          {
            snapshot: alerts => void known.push(...alerts.map(({ alertId }) => alertId)),
            alert: event => void known.push('subject' in event ? event.subject : event.alertId)
          }
        )
        await until('the open alerts', () => known.length > 0)
        const open = await suite.alerts('&pattern=mass-casualty')
        expect(known.toSorted()).toEqual(open.map(({ alertId }) => alertId).toSorted())
        await post()
        await until('an event', () => known.length > open.length)
        client.close()
      }
    })
  }
)

it('changes its transport in the middle without a gap: a cursor of one works on all', async () => {
  const first = clientBy(['websocket'])
  await until('all events', async () => first.events.length === (await told()).length)
  first.client.close()
  await post()
  const second = clientBy(['pull'], first.subscription.cursor ?? '')
  await until(
    'all events',
    async () => first.events.length + second.events.length === (await told()).length
  )
  second.client.close()
  expect([...first.events, ...second.events]).toEqual(await told())
})

it('takes another key when its own is revoked, and ends with the reason when there is none', async () => {
  const made = async () => {
    const body = { name: 'reader', scopes: ['alerts:read'], theatres: '*', handling: 'public' }
    return (await suite.api.call('POST', '/v1/keys', { body })).body as {
      id: string
      secret: string
    }
  }
  const [first, second] = [await made(), await made()]
  const url = `http://${proxy.address}`
  const token = (why: 'first' | 'refused') => (why === 'first' ? first.secret : second.secret)
  const provided = new RunningClient({ url, token })
  const fixed = new RunningClient({ url, token: first.secret })
  await until('the state', () => provided.transport !== null && fixed.transport !== null)
  await suite.api.call('DELETE', `/v1/keys/${first.id}`)
  await until('the state', () => fixed.client.state.kind === 'ended')
  expect(fixed.client.state).toMatchObject({ code: 4504 })
  await expect(fixed.subscription.done).rejects.toThrow()
  await until('the second key', () => {
    const { states } = provided
    return (
      states.filter(({ kind }) => kind === 'connecting').length >= 2 &&
      states.at(-1)?.kind === 'live'
    )
  })
  const before = provided.events.length
  await post()
  await until('an event', () => provided.events.length > before)
  provided.client.close()
})

it('runs the example of its README as it stands there', async () => {
  const readme = readFileSync(new URL('../../packages/client/README.md', import.meta.url), 'utf8')
  const code = readme.slice(
    readme.indexOf('```ts\n') + 6,
    readme.indexOf('\n```\n', readme.indexOf('```ts\n'))
  )
  expect(code).toContain('new TocsinClient')
  const output: string[] = []
  const child = execFile(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ALERTS_URL: suite.url, ALERTS_KEY: suite.key }
  })
  child.stdout?.on('data', text => output.push(String(text)))
  child.stderr?.on('data', text => output.push(String(text)))
  try {
    await until('its words', () => output.join('').includes('open: '))
    await post()
    await until('its words', () => output.join('').includes('tocsin.alert.'))
  } finally {
    child.kill()
  }
  expect(output.join('')).toMatch(/^link: connecting\n(link: live\n)+open: /)
})

// An extreme alert of a running suite at a real Alertmanager: it reaches a receiver there, is
// updated, survives a restart of Alertmanager, and is resolved.

import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AlertState } from '@tocsin/contracts/alert/alert'
import { freePort } from '@tocsin/testing/process/free-port'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { isThere, Running } from './outside-tools.ts'

const binary = 'prometheus-alertmanager'
const isHere = isThere('the delivery to a real Alertmanager', [binary, '--version'])

/** An alert as Alertmanager passes it on and lists it. */
interface PassedOn {
  readonly status: string | { readonly state: string }
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

let folder: string
let receiver: Server
let suite: WholeSuite
let alertmanager: Running
let port: number
/** What reached the receiver of Alertmanager, oldest first. */
const received: PassedOn[] = []

beforeAll(async () => {
  if (!isHere) return
  folder = await makeTempDir()
  port = await freePort()
  receiver = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString())
    received.push(...body.alerts)
    response.end()
  })
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
  const { port: receiverPort } = receiver.address() as AddressInfo
  await writeFile(join(folder, 'alertmanager.yml'), writeConfig(receiverPort))
  await startAlertmanager()
  suite = await WholeSuite.start({ env: { TOCSIN_WEBHOOKS_CONSENT: 'public' } })
}, 120_000)

afterAll(async () => {
  if (!isHere) return
  await suite.end()
  await alertmanager.end()
  receiver.close()
  await removeDir(folder)
})

/** Repeats soon, since Alertmanager passes on changed annotations only when it repeats. */
function writeConfig(receiverPort: number): string {
  return `route:
  receiver: duty
  group_by: [alert_id]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1s
receivers:
  - name: duty
    webhook_configs: [{ url: 'http://127.0.0.1:${receiverPort}/', send_resolved: true }]
`
}

async function startAlertmanager(): Promise<void> {
  const flags = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address='
  ]
  alertmanager = new Running([binary, ...flags], { cwd: folder })
  await waitFor(async () => (await listAlerts()) !== null, { what: 'Alertmanager to listen' })
}

/** The alerts that Alertmanager has; null while it does not answer. */
async function listAlerts(): Promise<readonly PassedOn[] | null> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`).catch(() => null)
  return answer?.ok ? ((await answer.json()) as readonly PassedOn[]) : null
}

async function post(externalId: string, best: number): Promise<void> {
  const day = new Date().toISOString().slice(0, 10)
  const answer = await suite.api.call('POST', '/v1/reports', {
    body: {
      source: { id: 'desk' },
      externalId,
      occurred: { from: day, to: day },
      category: 'attack',
      location: { name: 'Koro', country: 'ML', lat: 14.07, lon: -3.08, radiusKm: 1 },
      fatalities: { best }
    }
  })
  expect(answer.status).toBe(202)
}

const waitForReceived = (what: string, is: (alert: PassedOn) => boolean) =>
  waitFor(() => received.find(is) ?? null, { what, timeoutMs: 60_000 })

it.skipIf(!isHere)(
  'receives, updates, remembers and resolves an extreme alert',
  async () => {
    const rule = {
      pattern: 'sum',
      where: 'country == "ML"',
      parameters: {
        groupBy: 'country',
        field: 'deaths.best',
        windowDays: 30,
        threshold: 50,
        levels: [100]
      },
      severities: ['extreme', 'extreme']
    }
    const put = await suite.api.call('PUT', '/v1/rules/many-deaths', { body: rule })
    expect(put.status).toBe(200)
    const made = await suite.api.call('POST', '/v1/subscriptions', {
      body: {
        kind: 'alertmanager',
        url: `http://127.0.0.1:${port}`,
        filter: { minSeverity: 'extreme' },
        policy: null,
        labels: { team: 'duty' }
      }
    })
    expect(made).toMatchObject({ status: 201, body: { status: 'unconfirmed' } })
    const { id } = made.body as { id: string }
    expect((await suite.api.call('POST', `/v1/subscriptions/${id}/consent`)).status).toBe(200)

    await post('1', 60)
    const firing = await waitForReceived('the firing alert', ({ status }) => status === 'firing')
    const alert = await findAlert(firing)
    expect(firing.labels).toEqual({
      alertname: 'TocsinAlert',
      alert_id: alert.alertId,
      theatre: alert.theatre,
      team: 'duty'
    })
    expect(firing.annotations).toMatchObject({ summary: alert.headline, severity: 'extreme' })

    await post('2', 90)
    const updated = await waitForReceived(
      'the update',
      ({ annotations: { summary } }) => summary !== firing.annotations.summary
    )
    expect(updated.labels).toEqual(firing.labels)

    await alertmanager.end()
    await startAlertmanager()
    const isBack = (each: PassedOn) => each.labels.alert_id === alert.alertId
    await waitFor(async () => (await listAlerts())?.some(isBack) ?? false, {
      what: 'the heartbeat that sends the open alert again',
      timeoutMs: 150_000
    })

    const resolved = await suite.api.call('POST', `/v1/alerts/${alert.alertId}/resolution`, {
      body: { disposition: 'true' },
      headers: { 'if-match': `"${(await findAlert(firing)).operatorRevision}"` }
    })
    expect(resolved.status).toBe(200)
    const over = await waitForReceived('the end', ({ status }) => status === 'resolved')
    expect(over.labels).toEqual(firing.labels)
  },
  400_000
)

async function findAlert({ labels }: PassedOn): Promise<AlertState> {
  const found = (await suite.alerts()).find(each => each.alertId === labels.alert_id)
  if (found === undefined) throw new Error(`no alert ${labels.alert_id}`)
  return found
}

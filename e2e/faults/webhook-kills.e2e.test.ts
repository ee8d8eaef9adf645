// kill -9 of the notifier every few seconds while alerts go to many endpoints, of which three in
// ten misbehave. Each alert reaches each healthy endpoint, the range of sequences is covered, and
// repeats are few. Two subscriptions follow a roster: only the one on shift gets each alert, and a
// kill pages nobody. The long form: 10,000 deliveries to 100.

import { setTimeout as sleep } from 'node:timers/promises'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import { freePort } from '@tocsin/testing/process/free-port'
import { readOwnerKey, SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'
import { AlertWriter } from '../../services/notifier/test/support/alert-builder.ts'
import { withLog } from '../harness/logs.ts'
import { must } from '../harness/rotating-api.ts'
import { fullRun } from '../harness/test-size.ts'
import { webhooksHere } from '../harness/whole-suite.ts'
import { PartnerEndpoint } from './partner-endpoints.ts'

const size = fullRun
  ? {
      endpoints: 100,
      misbehaving: 30,
      alerts: 100,
      alertEveryMs: 1_000,
      killEveryMs: 5_000,
      kills: 14
    }
  : { endpoints: 20, misbehaving: 6, alerts: 40, alertEveryMs: 200, killEveryMs: 2_000, kills: 2 }
const repeatsMax = 0.01
/** A machine that does much else starts a process slowly, ms. */
const readyMs = 120_000

it(`reaches every healthy endpoint through kill -9 of the notifier: ${size.endpoints * size.alerts} deliveries`, {
  timeout: fullRun ? 900_000 : 300_000
}, async () => {
  await withTempDir(async dataDir => {
    const partners = await PartnerEndpoint.listenMany(size.endpoints, size.misbehaving)
    const [line, off] = (await PartnerEndpoint.listenMany(2, 0)) as [
      PartnerEndpoint,
      PartnerEndpoint
    ]
    const started = {
      role: 'notifier',
      dataDir,
      port: await freePort(),
      env: webhooksHere
    } as const
    let notifier = await spawnSuite(started)
    const api = new SuiteApi({ url: notifier.url, key: await readOwnerKey(dataDir) })
    try {
      for (const [i, partner] of partners.entries()) {
        const order = i % 2 === 0 ? 'strict' : 'newest-state'
        partner.useSecret(
          String(
            (
              await must(api, 'POST', '/v1/subscriptions', {
                url: partner.url,
                order,
                policy: null
              })
            ).secret
          )
        )
      }
      await followWatch(api, line, off)
      const healthy = partners.filter(({ isHealthy }) => isHealthy)
      let kills = 0
      const killing = async () => {
        for (; kills < size.kills; kills++) {
          await sleep(size.killEveryMs)
          await notifier.kill9()
          notifier = new SuiteProcess(started)
          await notifier.ready(readyMs)
        }
      }
      const writing = withLog(dataDir, async log => {
        const alerts = new AlertWriter(log)
        for (let i = 0; i < size.alerts; i++) {
          await alerts.write('raised', `a${i}`, { severity: i % 10 === 0 ? 'extreme' : 'minor' })
          await sleep(size.alertEveryMs)
        }
      })
      await Promise.all([writing, killing()])
      const lacking = () =>
        [...healthy, line]
          .filter(({ alerts }) => alerts.size < size.alerts)
          .map(({ name, alerts }) => `${name}: ${alerts.size}`)
      await waitFor(() => lacking().length === 0, {
        what: 'every alert at every healthy endpoint',
        timeoutMs: fullRun ? 300_000 : 120_000
      }).catch((error: unknown) => {
        throw new Error(
          `${String(error)}\n${lacking().join('\n')}\n${notifier.output.slice(-2_000)}`
        )
      })

      expect(off.alerts).toEqual(new Set())
      expect(
        [...partners, line].flatMap(({ name, faults }) => faults.map(fault => `${name}: ${fault}`))
      ).toEqual([])
      expect(
        [...healthy, line].flatMap(each =>
          each.missing(size.alerts).map(sequence => `${each.name}: ${sequence}`)
        )
      ).toEqual([])
      const repeats = healthy.reduce((sum, each) => sum + each.repeats, 0)
      const sent = healthy.length * size.alerts
      console.log(
        `${kills} kills, ${partners.length} endpoints of which ${size.misbehaving} misbehave, ${size.endpoints * size.alerts} deliveries planned: ` +
          `${sent} accepted by healthy endpoints, ${repeats} repeats (${((100 * repeats) / sent).toFixed(2)} %)`
      )
      // What was taken and not yet logged comes again. In the small form one kill in a burst is
      // more than a hundredth.
      if (fullRun) expect(repeats / sent).toBeLessThan(repeatsMax)
    } finally {
      await api.close()
      await notifier.kill9()
      for (const partner of [...partners, line, off]) partner.close()
    }
  })
})

/** Two subscriptions of a roster, of which the first is on shift from now on. */
async function followWatch(
  api: SuiteApi,
  line: PartnerEndpoint,
  off: PartnerEndpoint
): Promise<void> {
  const watch = String((await must(api, 'POST', '/v1/watches', { name: 'Joint desk' })).id)
  const policy = { watch, groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
  const ids: string[] = []
  for (const partner of [line, off]) {
    const made = await must(api, 'POST', '/v1/subscriptions', {
      url: partner.url,
      order: 'newest-state',
      policy
    })
    partner.useSecret(String(made.secret))
    ids.push(String(made.id))
  }
  const [from, until] = [Date.now(), Date.now() + 3_600_000].map(ms => new Date(ms).toISOString())
  const shifts = [{ officer: 'Ama', from, until, lines: ids.slice(0, 1) }]
  await must(api, 'PATCH', `/v1/watches/${watch}`, { version: 1, shifts })
}

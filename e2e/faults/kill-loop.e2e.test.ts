// Real processes, really killed: while reports are posted, any of the three services is repeatedly
// killed with kill -9 and restarted. Then all promises are checked. Few rounds in every build, 200
// in the long run; TOCSIN_TEST_ROUNDS sets another count and TOCSIN_TEST_SEED repeats a run.

import { SuiteApi } from '@tocsin/host/client/suite-api'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'
import {
  alertsOf,
  type StoredAlert,
  settled,
  theatreRecords,
  toldToPartners
} from '../harness/logs.ts'
import { must } from '../harness/rotating-api.ts'
import { rounds } from '../harness/test-size.ts'
import { AttackStory } from './attack-story.ts'
import { seededRandom } from './seeded-random.ts'
import { roles, ThreeProcesses } from './three-processes.ts'

const theatre = 'kill-loop'
const start = '2024-01-01T00:00:00Z'
const roundsWanted = rounds(5, 200)
const seed = Number(process.env.TOCSIN_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))

it(`keeps every promise through ${roundsWanted} rounds of kill -9 (seed ${seed})`, {
  timeout: 120_000 + roundsWanted * 60_000
}, async () => {
  const random = seededRandom(seed)
  await withTempDir(async dataDir => {
    const suite = await ThreeProcesses.start(dataDir)
    const notifier = new SuiteApi({ url: suite.url('notifier'), key: suite.key })
    const intake = new SuiteApi({ url: suite.url('intake'), key: suite.key })
    const receiver = await WebhookReceiver.listen()
    const stream = new StreamClient({ url: suite.url('notifier'), key: suite.key })
    try {
      await must(notifier, 'PUT', `/v1/theatres/${theatre}`, { countries: ['ML'], clock: 'replay' })
      await must(notifier, 'POST', `/v1/theatres/${theatre}/ticks`, { to: start })
      receiver.useSecret(
        String(
          (
            await must(notifier, 'POST', '/v1/subscriptions', {
              url: receiver.url,
              filter: {},
              order: 'strict'
            })
          ).secret
        )
      )
      await stream.open()

      const stop = new AbortController()
      const poster = new AttackStory({
        intake,
        notifier,
        theatre,
        start,
        random: seededRandom(seed + 1)
      })
      const posting = poster.run(stop.signal)
      const kills = { intake: 0, rules: 0, notifier: 0 }
      for (let round = 0; round < roundsWanted; round++) {
        const role = roles[Math.floor(random() * roles.length)]!
        const before = poster.acknowledged.length
        await suite.killAndRestart(role)
        kills[role]++
        await waitFor(() => poster.acknowledged.length > before + Math.floor(random() * 5), {
          what: `report taken after the kill of ${role}`,
          timeoutMs: 60_000
        })
      }
      // On a busy machine few reports pass in these rounds: they go on until there is enough to
      // lose.
      await waitFor(() => stream.chain.seen.size > roundsWanted, {
        what: 'more alert events than rounds',
        timeoutMs: 60_000
      })
      stop.abort()
      await posting
      await settled(dataDir)
      const alerts = await alertsOf(dataDir, theatre)
      await waitFor(() => alerts.every(alert => stream.chain.seen.has(alert.id)), {
        what: 'frame of every alert event',
        timeoutMs: 60_000
      })
      const due = toldToPartners(alerts)
      await waitFor(
        () => due.every(alert => receiver.events.some(event => event.id === alert.id)),
        {
          what: 'webhook of every alert event',
          timeoutMs: 120_000
        }
      )

      expect(poster.refused).toEqual([])
      expect(await missingFromLog(dataDir, poster)).toEqual([])
      expect(seqsWithTwoContents(alerts)).toEqual([])
      expect(stream.violations).toEqual([])
      expect(receiver.violations).toEqual([])
      expect(alerts.length).toBeGreaterThan(roundsWanted)
      console.log(
        `${roundsWanted} rounds of kill -9 (${roles.map(role => `${role} ${kills[role]}`).join(', ')}), seed ${seed}: ` +
          `${poster.acknowledged.length} acknowledged, ${poster.unanswered} sent again, ${alerts.length} alert events, ` +
          `${stream.frames.length} frames over ${stream.subscriptions} connections, ${receiver.events.length} webhooks and ${receiver.chain.repeats} repeats`
      )
      await suite.stop()
    } catch (error) {
      console.error(suite.outputs())
      throw error
    } finally {
      stream.close()
      await receiver.close()
      await Promise.all([intake.close(), notifier.close(), suite.kill()])
    }
  })
})

/** Acknowledged reports, corrections and withdrawals that the log does not hold. */
async function missingFromLog(dataDir: string, poster: AttackStory): Promise<readonly string[]> {
  const revisions = new Map<string, number>()
  const withdrawn = new Set<string>()
  for (const record of await theatreRecords(dataDir, theatre)) {
    if (record.type === 'report.received')
      revisions.set(record.data.reportId, (revisions.get(record.data.reportId) ?? 0) + 1)
    if (record.type === 'report.withdrawn') withdrawn.add(record.data.reportId)
  }
  const missing: string[] = []
  const wanted = new Map<string, number>()
  for (const { reportId, action } of poster.acknowledged) {
    if (action === 'DELETE' ? !withdrawn.has(reportId) : false)
      missing.push(`withdrawal of ${reportId}`)
    if (action !== 'DELETE') wanted.set(reportId, (wanted.get(reportId) ?? 0) + 1)
  }
  for (const [reportId, count] of wanted) {
    if ((revisions.get(reportId) ?? 0) < count)
      missing.push(`${count} revisions of ${reportId}, there are ${revisions.get(reportId) ?? 0}`)
  }
  return missing
}

function seqsWithTwoContents(alerts: readonly StoredAlert[]): readonly number[] {
  const bytesAt = new Map<number, string>()
  return alerts.flatMap(({ event, bytes }) => {
    const there = bytesAt.get(event.data.seq)
    bytesAt.set(event.data.seq, there ?? bytes)
    return there !== undefined && there !== bytes ? [event.data.seq] : []
  })
}

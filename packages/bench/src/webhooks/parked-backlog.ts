// Part of the bench `webhooks`: a million deliveries that wait for endpoints that are away. What
// they take in memory, how long a start takes from a snapshot and without one, and how many a
// second the notifier can do with when the endpoints are back. Without HTTP: turns, outcomes and
// the log, as the senders use them.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Registry } from 'prom-client'
import {
  choiceRecord,
  resultRecord
} from '../../../../services/notifier/src/delivery/attempt-records.ts'
import { DeliveryFold } from '../../../../services/notifier/src/delivery/delivery-fold.ts'
import { DeliveryLog } from '../../../../services/notifier/src/delivery/delivery-log.ts'
import type { DeliveryRecord } from '../../../../services/notifier/src/delivery/delivery-record.ts'
import { nextTurn } from '../../../../services/notifier/src/delivery/next-delivery.ts'
import { createNotifierMetrics } from '../../../../services/notifier/src/telemetry/notifier-metrics.ts'

export interface BacklogAsk {
  readonly subscriptions: number
  /** Of each subscription. */
  readonly deliveries: number
  /** How many are drained. */
  readonly drained: number
}

export interface BacklogFigure extends BacklogAsk {
  readonly bytesPerDelivery: number
  readonly heapMiB: number
  readonly planSeconds: number
  /** An orderly end, with the snapshot. */
  readonly closeSeconds: number
  readonly startSeconds: number
  readonly startCpuSeconds: number
  readonly coldStartSeconds: number
  readonly coldStartCpuSeconds: number
  readonly drainedPerSecond: number
  readonly drainedPerCpuSecond: number
}

interface Opened {
  readonly log: EventLog
  readonly fold: DeliveryFold
  readonly deliveries: DeliveryLog
  close(): Promise<void>
}

const forever = { withinMs: null }
const accepted = {
  kind: 'response',
  status: 204,
  retryAfter: null,
  excerpt: '',
  durationMs: 1
} as const
const plansPerWrite = 200

export function measureBacklog(ask: BacklogAsk): Promise<BacklogFigure> {
  return withTempDir(async dataDir => {
    const emptyBytes = heapBytes()
    const first = await open(dataDir)
    const planSeconds = await seconds(() => planAll(first, ask))
    const usedBytes = heapBytes() - emptyBytes
    const closeSeconds = await seconds(() => first.close())
    const [startSeconds, startCpuSeconds] = await start(dataDir, ask)
    await rm(join(dataDir, 'views'), { recursive: true })
    const [coldStartSeconds, coldStartCpuSeconds] = await start(dataDir, ask)
    const last = await open(dataDir)
    const cpu = process.cpuUsage()
    const drainSeconds = await seconds(() => drain(last, ask))
    const { user, system } = process.cpuUsage(cpu)
    await last.close()
    return {
      ...ask,
      bytesPerDelivery: Math.round(usedBytes / (ask.subscriptions * ask.deliveries)),
      heapMiB: Math.round(usedBytes / 2 ** 20),
      ...{
        planSeconds,
        closeSeconds,
        startSeconds,
        startCpuSeconds,
        coldStartSeconds,
        coldStartCpuSeconds
      },
      drainedPerSecond: Math.round(ask.drained / drainSeconds),
      drainedPerCpuSecond: Math.round((ask.drained * 1e6) / (user + system))
    }
  })
}

async function open(dataDir: string): Promise<Opened> {
  const log = await openEmbeddedLog({ dataDir })
  const fold = new DeliveryFold()
  const registry = new Registry()
  const logger = createLogger({ level: 'error', name: 'bench' })
  const metrics = createNotifierMetrics(registry)
  const viewsFolder = join(dataDir, 'views')
  const deliveries = new DeliveryLog({
    log,
    clock: systemClock,
    logger,
    metrics,
    registry,
    fold,
    viewsFolder,
    onFolded: () => {}
  })
  await deliveries.start()
  return {
    ...{ log, fold, deliveries },
    async close() {
      await deliveries.close()
      await log.close()
    }
  }
}

/** Until everything is folded; without the end. */
async function start(
  dataDir: string,
  ask: BacklogAsk
): Promise<readonly [wall: number, cpu: number]> {
  const before = process.cpuUsage()
  const beganMs = performance.now()
  const opened = checked(await open(dataDir), ask)
  const wallMs = performance.now() - beganMs
  const { user, system } = process.cpuUsage(before)
  await opened.close()
  return [Math.round(wallMs) / 1000, Math.round((user + system) / 1000) / 1000]
}

function checked(opened: Opened, { subscriptions, deliveries }: BacklogAsk): Opened {
  const { pendingCount } = opened.fold
  if (pendingCount !== subscriptions * deliveries)
    throw new Error(`${pendingCount} deliveries wait after a start`)
  return opened
}

/** As the planner writes them: each of another alert. */
async function planAll({ deliveries }: Opened, ask: BacklogAsk): Promise<void> {
  for (let who = 0; who < ask.subscriptions; who++) {
    const subscriptionId = idOf(who)
    for (let from = 1; from <= ask.deliveries; from += plansPerWrite) {
      const count = Math.min(plansPerWrite, ask.deliveries + 1 - from)
      await deliveries.write(
        Array.from({ length: count }, (_, i) => planOf(subscriptionId, from + i)),
        forever
      )
    }
  }
}

function planOf(subscriptionId: string, sequence: number): DeliveryRecord {
  const id = (of: number) =>
    Buffer.from(`${subscriptionId}-plan-${of}`).toString('hex').padEnd(64, '0')
  const event = (of: number) => Buffer.from(`event-${of}`).toString('hex').padEnd(64, '0')
  const cause = sequence === 1 ? null : id(sequence - 1)
  const data = {
    subscriptionId,
    sequence,
    eventId: event(sequence),
    previousId: sequence === 1 ? null : event(sequence - 1),
    alertId: `alert-${sequence}`.padEnd(32, '0'),
    eventType: 'tocsin.alert.raised.v1',
    verdict: 'event',
    partition: sequence % 12,
    position: String(sequence),
    severity: 'severe'
  } as const
  return {
    id: id(sequence),
    time: '2026-11-01T12:00:00.000Z',
    cause,
    type: 'delivery.planned',
    data
  }
}

/**
 * All subscriptions at once, as their senders would: the outcome is logged before the next turn.
 */
async function drain(
  { fold, deliveries }: Opened,
  { subscriptions, drained }: BacklogAsk
): Promise<void> {
  const each = Math.ceil(drained / subscriptions)
  const line = async (who: number) => {
    const subscription = {
      subscriptionId: idOf(who),
      order: 'newest-state',
      url: 'https://partner.example'
    } as SubscriptionRecord
    const own = fold.of(subscription.subscriptionId)
    for (let i = 0; i < each; i++) {
      const nowMs = Date.now()
      const turn = nextTurn(own, {
        order: 'newest-state',
        suspect: null,
        nowMs,
        isOver: () => true
      })
      if (turn === null || !('delivery' in turn)) throw new Error('nothing waits')
      if (turn.choice !== null)
        await deliveries.write([choiceRecord({ subscription, nowMs }, turn.choice)], forever)
      const outcome = { decision: { kind: 'delivered' }, isTrial: false } as const
      await deliveries.write(
        [resultRecord({ subscription, nowMs }, turn.delivery, accepted, outcome)],
        forever
      )
    }
  }
  await Promise.all(Array.from({ length: subscriptions }, (_, who) => line(who)))
}

function idOf(who: number): string {
  return `sub_${String(who).padStart(20, '0')}`
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now()
  await work()
  return Math.round(performance.now() - beganMs) / 1000
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('node must be started with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

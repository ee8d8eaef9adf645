// Two notifiers on a real broker: webhooks are divided and move when one closes, and a stream
// continues at the other.

import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { type KafkaLog, openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { ProcessModel } from '@tocsin/read-model/process/process-model'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { ControlView } from '@tocsin/service/projection/control-view'
import { baseSettings } from '@tocsin/service/settings/base-settings'
import { defaultConfig } from '@tocsin/service/settings/settings'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createNotifier } from '../src/notifier-service.ts'
import { StreamSession } from '../src/stream/stream-session.ts'
import { notifierSettings } from '../src/wiring/config.ts'
import { AlertWriter } from './support/alert-builder.ts'
import {
  aPrincipal,
  countingRandom,
  FakeNetwork,
  FakeSocket,
  ownerKey
} from './support/notifier-harness.ts'
import { aSubscription, checkChain } from './support/subscribing.ts'

const kafka = await kafkaForTests()
const theatres = ['sahel', 'coast', 'lake'] as const
const ids = Array.from({ length: 6 }, (_, i) => `sub_${i}`)
const waitMs = { timeout: 30_000, interval: 50 }

describe.skipIf(kafka.skipped !== undefined)('two notifiers on Kafka', () => {
  const prefix = kafkaPrefix('notifiers')
  const network = new FakeNetwork()
  const written: string[] = []
  let logs: KafkaLog[] = []
  let writer: AlertWriter
  let notifiers: Awaited<ReturnType<typeof start>>[] = []

  const open = () =>
    openKafkaLog({
      brokers: kafka.brokers ?? [],
      driver: createKafkaJsDriver({ clientId: 'notifiers' }),
      prefix,
      topics: readTopicsFile(),
      partitions: 3
    })

  async function start(log: KafkaLog, instance: number) {
    const logger = createLogger({ level: 'silent', name: 'test' })
    const control = new ControlView({ log, clock: systemClock, logger })
    await control.start()
    const metrics = new Registry()
    const model = new ProcessModel({ log, clock: systemClock, logger, metrics })
    const notifier = createNotifier({
      model,
      log,
      clock: systemClock,
      random: countingRandom(instance * 1_000_003),
      secrets: secretsFrom(new Uint8Array(32).fill(7), ownerKey),
      control,
      logger,
      metrics,
      config: defaultConfig({ ...baseSettings, ...notifierSettings }, {}),
      transport: network,
      resolve: async () => [{ address: '93.184.216.34', family: 4 }]
    })
    await notifier.start()
    return { notifier, control, model }
  }

  async function write(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const theatre = theatres[i % 3] as string
      const isFirst = written.length < 3
      const [record] = writer.record(isFirst ? 'raised' : 'revised', theatre, { theatre })
      await logs[2]?.append(topics.alerts, [record])
      written.push(record.id)
    }
  }

  const sentTo = (id: string) => network.requests.filter(({ url }) => url.includes(id))
  const distinct = (id: string) => new Set(sentTo(id).map(({ headers }) => headers['webhook-id']))

  beforeAll(async () => {
    logs = [await open()]
    logs.push(await open(), await open())
    const [, , rules] = logs as [KafkaLog, KafkaLog, KafkaLog]
    writer = new AlertWriter(rules)
    for (const subscriptionId of ids) {
      const data = await aSubscription(rules, {
        subscriptionId,
        url: `https://partner.example/${subscriptionId}`
      })
      const payload: ControlPayload = { type: 'subscription.created', data }
      const envelope = {
        id: subscriptionId,
        source: '/test',
        time: new Date().toISOString(),
        cause: null
      }
      await rules.append(topics.control, [
        { id: subscriptionId, key: 'control', value: encodeRecord(envelope, payload) }
      ])
    }
    notifiers = await Promise.all([start(logs[0] as KafkaLog, 0), start(logs[1] as KafkaLog, 1)])
  })

  afterAll(async () => {
    for (const { notifier, control, model } of notifiers) {
      await notifier.close()
      await model.close()
      await control.close()
    }
    for (const log of logs) await log.close()
  })

  it('divide the webhooks, send each delivery once in order, and take over when one closes', async () => {
    const served = () => notifiers.map(({ notifier }) => notifier.dispatcher.served.length)
    await vi.waitFor(() => {
      expect(served().reduce((a, b) => a + b)).toBe(ids.length)
      expect(Math.min(...served())).toBeGreaterThan(0)
    }, waitMs)
    await write(12)
    await vi.waitFor(() => {
      for (const id of ids) expect(distinct(id).size).toBe(12)
    }, waitMs)
    await notifiers[1]?.notifier.close()
    await write(12)
    await vi.waitFor(() => {
      for (const id of ids) expect(distinct(id).size).toBe(24)
    }, waitMs)
    expect(notifiers[0]?.notifier.dispatcher.served.length).toBe(ids.length)
    for (const id of ids) {
      const own = new FakeNetwork()
      own.requests.push(...sentTo(id))
      checkChain(own)
    }
  })

  it('continue a stream of the other with its cursor, in one chain', async () => {
    const again = await start(logs[1] as KafkaLog, 2)
    notifiers.push(again)
    const seen: string[] = []
    let from = 'earliest'
    for (const { notifier } of [notifiers[0], again, notifiers[0]] as [
      typeof again,
      typeof again,
      typeof again
    ]) {
      const socket = new FakeSocket()
      const session = new StreamSession(notifier.hub, {
        socket,
        principal: aPrincipal(),
        address: '127.0.0.1'
      })
      session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from }))
      await write(3)
      const isDone = () => seen.length + socket.of('alert').length === written.length
      await vi.waitFor(() => expect(isDone()).toBe(true), waitMs)
      const [subscribed, ...frames] = socket.frames
      expect(subscribed).toMatchObject({ type: 'subscribed', recovered: true })
      let prev = subscribed?.cursor
      for (const frame of frames.filter(({ cursor }) => cursor !== undefined)) {
        expect(frame.prev).toBe(prev)
        prev = frame.cursor
      }
      from = prev as string
      seen.push(...socket.of('alert').map(frame => frame.event.id))
      session.closed()
    }
    expect(seen.toSorted()).toEqual(written.toSorted())
  })
})

// Fakes for the dependencies of a host: a manual clock, repeatable randomness, services that behave
// as told.

import { type ControlRecord, type Key, recordKey } from '@tocsin/contracts/record/control-record'
import type { Random } from '@tocsin/domain/ports'
import {
  applyControl,
  type ControlState,
  emptyControlState
} from '@tocsin/service/control/control-state'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { LogLines } from '@tocsin/testing/process/log-lines'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import type { FastifyPluginAsync } from 'fastify'
import { Registry } from 'prom-client'

import '../../src/sign-in/fastify-augmentation.ts'
import { type Secrets, secretsFrom } from '@tocsin/service/privacy/secrets'
import type { Service } from '@tocsin/service/process/service'
import { baseSettings } from '@tocsin/service/settings/base-settings'
import { defaultConfig } from '@tocsin/service/settings/settings'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { mintKey } from '../../src/access/api-key.ts'
import { buildHost, type Host, type HostOptions } from '../../src/host/host.ts'

export const startMs = Date.parse('2025-06-01T00:00:00Z')
export const ownerKey = 'tk_owner-key-of-the-tests-0123456789'

/** The same bytes in every run. */
export function repeatableRandom(seed = 1): Random {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return { next, bytes: length => Uint8Array.from({ length }, () => Math.floor(next() * 256)) }
}

export function controlOf(...records: readonly ControlRecord[]): {
  state: ControlState
  failed: Promise<Error>
} {
  return { state: records.reduce(applyControl, emptyControlState), failed: new Promise(() => {}) }
}

export interface FakeService extends Service {
  readonly calls: string[]
  setReady(ready: boolean): void
  fail(error: Error): void
}

export function fakeService(
  name: Service['name'],
  routes: FastifyPluginAsync,
  given: { start?: () => Promise<void>; close?: () => Promise<void>; calls?: string[] } = {}
): FakeService {
  const calls = given.calls ?? []
  const failure = Promise.withResolvers<Error>()
  let ready = true
  return {
    name,
    routes,
    calls,
    failed: failure.promise,
    readiness: () => ({ ready, checks: { loop: ready ? 'ok' : 'behind' } }),
    start: async () => {
      calls.push(`${name} started`)
      await given.start?.()
    },
    close: async () => {
      calls.push(`${name} closed`)
      await given.close?.()
    },
    setReady: value => {
      ready = value
    },
    fail: failure.resolve
  }
}

export interface TestHost extends Host {
  readonly clock: ManualClock
  readonly log: LogLines
  readonly metrics: Registry
  readonly secrets: Secrets
}

/**
 * A started host of the given services, with a manual clock and the owner's key above. It is closed
 * when the test ends.
 */
export async function testHost(
  services: readonly Service[],
  given: Partial<HostOptions> & {
    config?: never
    settings?: Readonly<Record<string, unknown>>
    unstarted?: boolean
  } = {}
): Promise<TestHost> {
  const clock = new ManualClock()
  const log = new LogLines()
  const metrics = new Registry()
  const secrets = secretsFrom(new Uint8Array(32).fill(7), ownerKey)
  const { settings, unstarted, ...options } = given
  const host = await buildHost({
    services,
    secrets,
    control: controlOf(),
    config: defaultConfig(baseSettings, { port: 0, ...settings }),
    logger: createLogger({ level: 'debug', name: 'test', destination: log }),
    clock,
    random: repeatableRandom(),
    metrics,
    ...options
  })
  if (!unstarted) await host.start()
  return closedAfterTest(Object.assign(host, { clock, log, metrics, secrets }))
}

/** A key as the control log records it, and its secret. */
export function keyWith(random: Random, more: Partial<Key> = {}) {
  const { secret, secretHash, keyId } = mintKey(random)
  const held = {
    scopes: ['alerts:read', 'reports:write'],
    theatres: '*',
    handling: 'internal'
  } as const
  const data = recordKey({ keyId, name: 'desk', secretHash, ...held, expiresAt: null, ...more })
  return {
    secret,
    keyId,
    data,
    record: { type: 'key.created', data, id: keyId, time: '2025-05-01T00:00:00.000Z' } as const
  }
}

export const asOwner = { host: 'localhost:8080', authorization: `Bearer ${ownerKey}` }

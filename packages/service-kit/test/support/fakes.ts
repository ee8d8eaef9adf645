// Small stand-ins for what a host is given: a clock that the test moves, chance that repeats, services that do as told.

import { Writable } from 'node:stream'
import type { ControlRecord } from '@tocsin/domain/control/control-record'
import { applyControl, type ControlState, emptyControlState } from '@tocsin/domain/control/control-state'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { FastifyPluginAsync } from 'fastify'
import { Registry } from 'prom-client'
import '../../src/sign-in/fastify-augmentation.ts'
import { buildHost, type Host, type HostOptions } from '../../src/http/host.ts'
import { type Secrets, secretsFrom } from '../../src/privacy/secrets.ts'
import type { Service } from '../../src/process/service.ts'
import { baseSettings } from '../../src/settings/base-settings.ts'
import { defaultConfig } from '../../src/settings/config.ts'
import { createLogger } from '../../src/telemetry/logger.ts'

export const startMs = Date.parse('2025-06-01T00:00:00Z')
export const ownerKey = 'tk_owner-key-of-the-tests-0123456789'

/** A clock that stands until the test moves it. */
export class ManualClock implements Clock {
  #nowMs = startMs
  readonly #sleepers = new Set<{ dueMs: number; wake: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (ms <= 0 || signal?.aborted) resolve()
    const sleeper = { dueMs: this.#nowMs + ms, wake: resolve }
    this.#sleepers.add(sleeper)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    return promise.then(() => void this.#sleepers.delete(sleeper))
  }

  get sleeping(): number {
    return this.#sleepers.size
  }

  advance(ms: number): void {
    this.#nowMs += ms
    for (const sleeper of this.#sleepers) if (sleeper.dueMs <= this.#nowMs) sleeper.wake()
  }
}

/** The same bytes in every run. */
export function repeatableRandom(seed = 1): Random {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return { next, bytes: length => Uint8Array.from({ length }, () => Math.floor(next() * 256)) }
}

export function controlOf(...records: readonly ControlRecord[]): { state: ControlState; failed: Promise<Error> } {
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

/** Everything that was logged, as text. */
export class LogLines extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }

  get lines(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Record<string, unknown>)
  }
}

export interface TestHost extends Host {
  readonly clock: ManualClock
  readonly log: LogLines
  readonly metrics: Registry
  readonly secrets: Secrets
}

/** A host of the given services, started, with a test's clock and the owner's key above. */
export async function testHost(
  services: readonly Service[],
  given: Partial<HostOptions> & { config?: never; settings?: Readonly<Record<string, unknown>>; unstarted?: boolean } = {}
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
  return Object.assign(host, { clock, log, metrics, secrets })
}

export const asOwner = { host: 'localhost:8080', authorization: `Bearer ${ownerKey}` }

// A notifier behind its host, asked over HTTP without a socket, with a stub of the rules and a
// clock that the test moves.

import type { Host } from '@tocsin/auth/host/host'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { expect } from 'vitest'
import { settle } from './manual-clock.ts'
import { Harness, type HarnessOptions, ownerKey } from './notifier-harness.ts'
import { RulesStub } from './rules-stub.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field, which is what these tests are for
  readonly body: any
  readonly headers: Readonly<Record<string, string>>
}

export class Suite {
  readonly h: Harness
  readonly host: Host
  readonly rules: RulesStub
  readonly owner = ownerKey
  constructor(h: Harness, host: Host, rules: RulesStub) {
    this.h = h
    this.host = host
    this.rules = rules
  }
  static async start(config: Record<string, unknown> = {}): Promise<Suite> {
    return Suite.on({ config })
  }
  /**
   * Closed when the test ends. With `rules: false` for an instance beside another that has them.
   */
  static async on(options: HarnessOptions, { rules } = { rules: true }): Promise<Suite> {
    return closedAfterTest(await Suite.open(options, { rules }))
  }
  /** Closed by the caller: a test that makes hundreds must not hold all of them until it ends. */
  static async open(options: HarnessOptions, { rules } = { rules: true }): Promise<Suite> {
    const h = new Harness(options)
    const host = await h.host()
    const stub = new RulesStub(h)
    return new Suite(h, host, rules ? await stub.start() : stub)
  }
  async ask(
    method: Method,
    url: string,
    {
      body,
      key = ownerKey,
      headers = {}
    }: { body?: unknown; key?: string; headers?: Record<string, string> } = {}
  ): Promise<Answer> {
    const answer = await this.host.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object })
    })
    return {
      status: answer.statusCode,
      body: answer.body === '' ? null : answer.json(),
      headers: answer.headers as Record<string, string>
    }
  }
  /** Sends a request while the clock advances, for routes that wait. */
  async askWaiting(...args: Parameters<Suite['ask']>): Promise<Answer> {
    const answer = this.ask(...args)
    await settle()
    await this.h.clock.advance(2_500)
    return answer
  }
  async key(scopes: readonly string[], more: object = {}): Promise<string> {
    const made = await this.ask('POST', '/v1/keys', {
      body: { name: `key ${scopes.join()}`, scopes, ...more }
    })
    expect(made.status).toBe(201)
    return made.body.secret
  }
  async close(): Promise<void> {
    this.rules.stop()
    await this.host.close()
    await this.h.control.close()
    await this.h.log.close()
  }
}

// Why a stream with a policy tells of an alert, or does not: asked for over HTTP beside a client
// that is told.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { aPrincipal, FakeNetwork } from '../support/notifier-harness.ts'
import type { AskedPolicy } from '../support/policy-story.ts'

const minuteMs = 60_000

/** What a client that was connected all along was told: when, and why. */
class Client {
  readonly #suite: Suite
  readonly #socket: ReturnType<Suite['h']['connect']>['socket']
  readonly #policy: AskedPolicy
  readonly #filter: Readonly<Record<string, string>>

  constructor(suite: Suite, policy: AskedPolicy, filter: Readonly<Record<string, string>> = {}) {
    const { socket, session } = suite.h.connect(aPrincipal({ id: 'key_reader' }))
    this.#suite = suite
    this.#socket = socket
    this.#policy = { stories: 'each', ...policy }
    this.#filter = filter
    session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter, policy: this.#policy }))
  }

  /** Of each telling its revision, reason, and why it waited last. */
  get told(): readonly string[] {
    return this.#socket
      .of('alert')
      .map(({ event, because, held }) => `${event.data.revision} ${because} ${held ?? 'at once'}`)
  }

  async why(alertId: string, { at, key }: { readonly at?: Suite; readonly key?: string } = {}) {
    const suite = at ?? this.#suite
    const query = new URLSearchParams({ ...this.#filter, policy: JSON.stringify(this.#policy) })
    return suite.ask('GET', `/v1/alerts/${alertId}/decisions?${query}`, { key: key ?? suite.owner })
  }
}

interface Shown {
  readonly decision: string
  readonly revision: number
  readonly reason: string | null
  readonly until: string | null
}

/** The decisions as a client hears of them: what is told, and why it waited last. */
function tellingsOf(decisions: readonly Shown[]): readonly string[] {
  let held: string | null = null
  return decisions.flatMap(({ decision, revision, reason }) => {
    if (decision === 'hold') held = reason
    if (decision === 'hold') return []
    const line = `${revision} ${reason} ${held ?? 'at once'}`
    held = null
    return decision === 'tell' ? [line] : []
  })
}

async function write(
  suite: Suite,
  kind: Parameters<typeof suite.h.alerts.write>[0],
  alertId: string,
  more: object = {}
) {
  suite.h.alerts.moveTo(suite.h.clock.nowMs() - 1_000)
  await suite.h.alerts.write(kind, alertId, more)
  await settle(20)
}

async function later(suite: Suite, ms: number): Promise<void> {
  suite.h.clock.jump(ms - 2_000)
  await suite.h.clock.advance(2_000)
}

const inMs = (suite: Suite, ms: number) => new Date(suite.h.clock.nowMs() + ms).toISOString()

describe('the decisions of a stream about an alert', () => {
  it('say what holds it and until when, why it was told, and what comes next; as the client is told it', async () => {
    const suite = await Suite.start()
    const client = new Client(suite, { groupWaitSeconds: 60, updateMinutes: 15 })
    await settle()
    await write(suite, 'raised', 'siege', { severity: 'moderate' })
    const until = inMs(suite, minuteMs)
    expect((await client.why('siege')).body).toMatchObject({
      ...{
        alertId: 'siege',
        cause: 'held',
        unmet: [],
        toldAt: null,
        due: { at: until, because: 'first' }
      },
      decisions: [{ decision: 'hold', reason: 'group-wait', until, by: null, revision: 1 }],
      decisionsOmitted: 0
    })
    await later(suite, minuteMs)
    expect((await client.why('siege')).body).toMatchObject({
      cause: 'told',
      toldAt: until,
      due: null
    })
    await write(suite, 'revised', 'siege', { headline: 'Worse' })
    const held = (await client.why('siege')).body
    expect(held).toMatchObject({ cause: 'held', toldAt: until, due: { because: 'update' } })
    expect(held.decisions.at(-1)).toMatchObject({
      decision: 'hold',
      reason: 'update-interval',
      until: held.due.at,
      revision: 2
    })
    await write(suite, 'escalated', 'siege', { severity: 'severe' })
    await write(suite, 'revised', 'siege', { headline: 'As before' })
    await later(suite, 16 * minuteMs)
    await write(suite, 'resolved', 'siege', { status: 'resolved' })
    await later(suite, 16 * minuteMs)
    const { decisions } = (await client.why('siege')).body
    expect(tellingsOf(decisions)).toEqual(client.told)
    expect(client.told).toEqual([
      '1 first group-wait',
      '3 graver update-interval',
      '4 update update-interval',
      '5 ended update-interval'
    ])
  })

  it('say what never is told, and why: it began and ended unheard, or the filter never wanted it', async () => {
    const suite = await Suite.start()
    const client = new Client(suite, { groupWaitSeconds: 60 }, { minSeverity: 'severe' })
    await settle()
    await write(suite, 'raised', 'brief', { severity: 'severe' })
    await write(suite, 'retracted', 'brief', { status: 'retracted' })
    await write(suite, 'raised', 'small', { severity: 'minor' })
    await later(suite, 5 * minuteMs)
    expect(client.told).toEqual([])
    const brief = (await client.why('brief')).body
    expect(brief).toMatchObject({ cause: 'muted', toldAt: null, due: null })
    expect(brief.decisions.map(({ decision, reason }: Shown) => `${decision} ${reason}`)).toEqual([
      'hold group-wait',
      'mute ended-unheard'
    ])
    expect((await client.why('small')).body).toMatchObject({
      cause: 'filter',
      unmet: ['minSeverity'],
      decisions: []
    })
  })

  it('name the silence to who may know of it, and to nobody else what it is', async () => {
    const suite = await Suite.start()
    const client = new Client(suite, { groupWaitSeconds: 0 })
    await settle()
    const body = {
      filter: { country: ['ML'] },
      endsAt: inMs(suite, 60 * minuteMs),
      reason: 'exercise'
    }
    const silence = (await suite.ask('POST', '/v1/silences', { body })).body
    expect(silence).toMatchObject({ standing: 'holding' })
    await later(suite, 20_000)
    await write(suite, 'raised', 'siege', { handling: 'public' })
    const reader = await suite.key(['alerts:read'], { handling: 'partners' })
    const known = (await client.why('siege')).body
    expect(known.decisions).toMatchObject([
      { decision: 'hold', reason: 'silenced', by: silence.id, until: silence.endsAt }
    ])
    expect(known.due).toEqual({ at: silence.endsAt, because: 'first' })
    const unknown = (await client.why('siege', { key: reader })).body
    expect(unknown).toMatchObject({ cause: 'held', due: null, toldAt: null })
    expect(unknown.decisions).toMatchObject([
      { decision: 'hold', reason: null, by: null, until: null }
    ])
    expect(JSON.stringify(unknown)).not.toContain('silenced')
  })

  it('are for who may see the alert: of a hidden one is said what is said of none', async () => {
    const suite = await Suite.start()
    const client = new Client(suite, {})
    await write(suite, 'raised', 'secret', { handling: 'restricted' })
    const key = await suite.key(['alerts:read'], { handling: 'partners' })
    const [hidden, none] = [await client.why('secret', { key }), await client.why('none', { key })]
    expect(hidden.status).toBe(404)
    expect([hidden.status, hidden.body.detail]).toEqual([none.status, none.body.detail])
    expect(
      (await client.why('secret', { key: await suite.key(['subscriptions:manage']) })).status
    ).toBe(403)
    const wrong = await suite.ask(
      'GET',
      '/v1/alerts/secret/decisions?policy=%7B%22stories%22%3A%22one%22%7D'
    )
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: 'policy/stories' }] } })
    expect((await suite.ask('GET', '/v1/alerts/secret/decisions')).status).toBe(400)
  })

  it('are the same at another instance, and after a restart of all', async () => {
    const shared = {
      store: new MemoryStore({ partitions: 2 }),
      clock: new ManualClock(),
      network: new FakeNetwork()
    }
    const a = await Suite.on({ ...shared, like: 'kafka' })
    const b = await Suite.on({ ...shared, like: 'kafka', instance: 1 }, { rules: false })
    const client = new Client(a, { groupWaitSeconds: 60, updateMinutes: 15 })
    await write(a, 'raised', 'siege')
    await later(a, 2 * minuteMs)
    await write(a, 'escalated', 'siege', { severity: 'extreme' })
    await write(a, 'revised', 'siege', { headline: 'As before' })
    const [at, there] = [
      (await client.why('siege')).body,
      (await client.why('siege', { at: b })).body
    ]
    expect(there).toEqual(at)
    expect(at.decisions.length).toBeGreaterThan(3)
    const c = await Suite.on({ ...shared, like: 'kafka', instance: 2 }, { rules: false })
    await settle(40)
    expect((await client.why('siege', { at: c })).body).toEqual(at)
  })
})

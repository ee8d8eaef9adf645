// The demonstration as its viewers see it: at the console, in the list, on the stream and at a
// partner's endpoint. The expected outcome of each line is packages/host/scenarios/sahel.md.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { computeReportId } from '@tocsin/contracts/report/report-identity'
import { pagePolicy } from '@tocsin/testing/client/page-policy'
import type { AlertFrame } from '@tocsin/testing/client/stream-chain'
import type { StreamClient } from '@tocsin/testing/client/stream-client'
import type { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertsOf, settled } from '../harness/logs.ts'
import { play } from '../harness/play.ts'
import { readScenario } from '../harness/scenario-files.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

const reportId = (sourceId: string, externalId: string) => computeReportId(sourceId, externalId)
const nameOf = (type: string) => type.replace(/^tocsin\.alert\.|\.v1$/g, '')
const told = (frame: AlertFrame) =>
  `${nameOf(frame.event.type)} ${frame.event.data.times.detectedAt.slice(0, 10)}`

describe('the demonstration', () => {
  let suite: WholeSuite
  let stream: StreamClient
  let webhook: WebhookReceiver
  const refused: string[] = []

  beforeAll(async () => {
    suite = await WholeSuite.start()
    stream = await suite.stream()
    webhook = await suite.webhook()
    const summary = await play(suite.api, await readScenario('sahel'), {
      onEvent: event =>
        event.kind === 'posted' &&
        event.problem &&
        refused.push(
          `${event.line.externalId} ${event.problem.code} ${event.problem.errors?.[0]?.pointer}`
        )
    })
    expect(summary).toEqual({ posted: 47, refused: 1, finished: true })
    await settled(suite.dataDir)
    // Once the last alert event of the log has reached the stream, everything is at rest.
    const last = (await alertsOf(suite.dataDir, 'sahel')).at(-1)?.id
    await stream.waitForAlert('last alert event on the stream', frame => frame.event.id === last)
  })
  afterAll(() => suite?.end())

  const frames = (pattern: string) =>
    stream.frames.filter(frame => frame.event.data.pattern === pattern)
  const only = async (pattern: string): Promise<AlertState> => {
    const alerts = (await suite.alerts()).filter(alert => alert.pattern === pattern)
    expect(alerts).toHaveLength(1)
    return alerts[0]!
  }

  it('raises each expected alert once, and no other', async () => {
    const counts = new Map<string, number>()
    for (const { pattern } of await suite.alerts())
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1)
    expect(Object.fromEntries(counts)).toEqual({
      'abduction-to-killing': 1,
      cluster: 1,
      'compound-crisis': 1,
      'cumulative-deaths': 1,
      front: 1,
      'mass-casualty': 1,
      // First sightings within two years.
      'new-actor': 5,
      'new-tactic': 10,
      // Weeks of three attacks, where a year had fewer.
      'rare-count': 2,
      'repeat-victimisation': 1,
      'retaliation-watch': 1,
      siege: 1,
      'supply-line-interdiction': 1,
      surge: 1,
      'territory-lost': 1,
      'third-party-convergence': 1,
      'widening-arc': 1
    })
  })

  it('raises at the abduction at Tonka, and escalates the same alert at the killing, without her name', async () => {
    const abduction = await only('abduction-to-killing')
    expect(frames('abduction-to-killing').slice(0, 2).map(told)).toEqual([
      'raised 2025-11-08',
      'escalated 2025-11-10'
    ])
    const persons = (await readScenario('sahel')).lines.flatMap(({ body }) => {
      const texts = body.private as { persons?: readonly { name: string }[] } | undefined
      return texts?.persons?.map(({ name }) => name) ?? []
    })
    for (const name of persons) expect(JSON.stringify(abduction)).not.toContain(name)
    expect(persons.length).toBeGreaterThan(0)
  })

  it('escalates by the age of the siege on its day, by ticks alone', () => {
    const onTicks = ['2024-01-11', '2024-03-11', '2024-06-09', '2024-12-11']
    const days = frames('siege').map(frame => frame.event.data.times.detectedAt)
    for (const day of onTicks) expect(days).toContain(`${day}T00:00:00.000Z`)
  })

  it('refuses the report with a wrong year, and names the field', () => {
    expect(refused).toEqual(['BD-250604-1 body-invalid /occurred/from'])
  })

  it('counts a second source as corroboration and a copy as none', async () => {
    const incident = async (sourceId: string, externalId: string) =>
      (await suite.api.call('GET', `/v1/incidents/${reportId(sourceId, externalId)}`)).body
    expect(await incident('river-radio', 'RR-250603-1')).toMatchObject({
      independentSources: 2,
      fatalities: { low: null, best: null, high: null }
    })
    const copied = (await incident('morning-post', 'MP-8841')) as {
      independentSources: number
      reports: unknown[]
    }
    expect(copied.reports).toHaveLength(2)
    expect(copied.independentSources).toBe(1)
  })

  it('keeps an unresolved and an ambiguous place as such', async () => {
    const report = async (sourceId: string, externalId: string) =>
      (await suite.api.call('GET', `/v1/reports/${reportId(sourceId, externalId)}`)).body as {
        report: { place: Record<string, unknown> }
      }
    expect((await report('river-radio', 'RR-241009-1')).report.place).toMatchObject({
      resolution: 'unresolved',
      country: 'ML',
      lat: null
    })
    expect((await report('rights-record', 'HRW-2511-KB')).report.place).toMatchObject({
      resolution: 'ambiguous',
      settlement: null,
      admin1: 'ML-4'
    })
  })

  it('gives the stream every event once, in one chain', () => {
    expect(stream.violations).toEqual([])
  })

  it('sends a partner each alert, with its evidence, in one chain of sequences', async () => {
    const wanted = stream.frames
      .filter(frame => frame.event.data.notify !== 'quiet')
      .map(frame => frame.event.id)
    await waitFor(() => wanted.every(id => webhook.events.some(event => event.id === id)), {
      what: 'webhook of every event',
      timeoutMs: 60_000
    })
    expect(webhook.violations).toEqual([])
    for (const pattern of ['siege', 'widening-arc', 'cluster', 'supply-line-interdiction']) {
      const first = webhook.events.find(event => event.data.pattern === pattern)
      expect(nameOf(first!.type)).toBe('raised')
      expect(first!.data.evidence.length).toBeGreaterThanOrEqual(2)
    }
    const cluster = webhook.events.filter(({ data }) => data.pattern === 'cluster')
    // What the withdrawn report said is no part of it any more: whoever was notified learns so.
    expect(cluster.map(({ type, data }) => [nameOf(type), data.evidence.length])).toContainEqual([
      'revised',
      3
    ])
    const bombs = webhook.events.filter(({ data }) => data.group.tactic === 'ied')
    expect(bombs.map(({ type, data }) => [nameOf(type), data.group.admin1]).slice(0, 3)).toEqual([
      ['raised', 'BF-12'],
      ['retracted', 'BF-12'],
      ['raised', 'ML-5']
    ])
    // They are notified of the cluster alone, which has the extent of the front across the border.
    const extent = /Front: \d attacks .* \(Burkina Faso, Mali\)/
    expect(cluster.some(({ data }) => extent.test(data.explanation))).toBe(true)
    expect(webhook.events.filter(({ data }) => data.describes === true)).toEqual([])
  })

  it('serves the console', async () => {
    const answer = await fetch(`${suite.url}/`)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.headers.get('content-security-policy')).toBe(pagePolicy)
  })
})

describe('the appeal of Diosso alone', () => {
  it('is one alert, raised at its final level', async () => {
    const suite = await WholeSuite.start()
    try {
      const stream = await suite.stream()
      await play(suite.api, await readScenario('diosso-appeal'))
      const raised = await stream.waitForAlert(
        'siege',
        frame => frame.event.data.pattern === 'siege'
      )
      expect(nameOf(raised.event.type)).toBe('raised')
      expect(raised.event.data).toMatchObject({
        severity: 'extreme',
        certainty: 'possible',
        measure: { value: 3 }
      })
      expect(raised.event.data.levels.map(level => level.reason)).toContain('365 days')
      expect(await suite.alerts()).toHaveLength(1)
      expect(stream.frames).toHaveLength(1)
      expect(stream.violations).toEqual([])
    } finally {
      await suite.end()
    }
  })
})

// The evidence of an alert and who may read it: incidents, reports, and sealed texts.

import type { IncidentEventType, IncidentState } from '@tocsin/contracts/incident/incident-event'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import { PrivateVault } from '@tocsin/service/privacy/private-vault'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { aReport, places } from '@tocsin/testing/report/report-builder'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { countingRandom, Harness, ownerKey } from '../support/notifier-harness.ts'

const canary = 'The convoy was stopped by eleven men.'

function anIncident(overrides: Partial<IncidentState> = {}): IncidentState {
  return {
    incidentId: 'i1',
    revision: 1,
    seq: 1,
    theatre: 'sahel',
    aliases: [],
    reports: [],
    independentSources: 1,
    occurred: { from: '2025-06-01T00:00:00.000Z', to: '2025-06-01T23:59:59.999Z' },
    category: 'attack',
    tactics: [],
    place: {
      name: 'Dioura',
      country: 'ML',
      admin1: 'ML-5',
      lat: 14.8,
      lon: -5.2,
      radiusKm: 2,
      settlement: 'ML-5/dioura'
    },
    fatalities: { low: null, best: null, high: null },
    credibility: 2,
    handling: 'public',
    from: [],
    ...overrides
  }
}

let seq = 0
let h: Harness
let host: Awaited<ReturnType<Harness['host']>>
beforeEach(async () => {
  seq = 0
  h = new Harness()
  host = await h.host()
})
afterEach(async () => {
  await host.close()
  await h.log.close()
})

/** The next event of its theatre, as the rules count them. */
async function incident(type: IncidentEventType, state: IncidentState): Promise<void> {
  const data = { ...state, seq: ++seq }
  const id = `${type}-${data.incidentId}-${data.revision}`
  const envelope = {
    id,
    source: '/tocsin/rules',
    time: '2025-06-02T10:00:00.000Z',
    cause: null,
    theatre: data.theatre
  }
  await h.log.append(topics.assembly, [
    { id, key: data.theatre, value: encodeRecord(envelope, { type, data }) }
  ])
}

async function report(overrides: Parameters<typeof aReport>[0], id: string) {
  const revision = aReport(overrides)
  await h.incident('sahel', { type: 'report.received', data: revision }, id)
  return revision
}

async function ask(url: string, key = ownerKey) {
  await settle()
  const answer = await host.app.inject({
    method: 'GET',
    url,
    headers: { authorization: `Bearer ${key}` }
  })
  return { status: answer.statusCode, body: answer.json(), text: answer.body }
}

async function makeKey(scopes: readonly string[], handling: string): Promise<string> {
  const made = await host.app.inject({
    method: 'POST',
    url: '/v1/keys',
    headers: { authorization: `Bearer ${ownerKey}` },
    payload: { name: 'k', scopes, handling }
  })
  return made.json().secret
}

const reference = ({ reportId, contentHash, sourceId }: ReturnType<typeof aReport>) => ({
  reportId,
  contentHash,
  sourceId
})

async function vaultOf(): Promise<PrivateVault> {
  const vault = new PrivateVault({
    log: h.log,
    clock: h.clock,
    random: countingRandom(),
    secrets: secretsFrom(new Uint8Array(32).fill(7), ownerKey),
    logger: createLogger({ level: 'silent', name: 'test' })
  })
  await vault.start()
  return vault
}

describe('the evidence of an alert', () => {
  it('shows its incidents with their reports; sealed texts only with the scope for persons, and never once erased', async () => {
    const vault = await vaultOf()
    const open = aReport({ handling: 'public' })
    const sealed = (await vault.makeKey(open.reportId)).seal({
      narrative: canary,
      links: [],
      persons: []
    })
    const revision = await report(
      {
        handling: 'public',
        private: sealed,
        persons: [{ key: 'hash', role: null, kind: null, aliasKeys: [] }]
      },
      'r1'
    )
    await incident('incident.assembled', anIncident({ reports: [reference(revision)] }))
    await h.alerts.write('raised', 'a1')

    const full = await ask('/v1/alerts/a1')
    expect(full.body.evidence[0]).toMatchObject({
      incidentId: 'i1',
      role: 'trigger',
      incident: {
        category: 'attack',
        reports: [
          {
            sourceId: 'wire-1',
            externalId: 'W-1',
            withdrawn: false,
            private: { narrative: canary }
          }
        ]
      }
    })
    const reader = await makeKey(['alerts:read'], 'internal')
    const plain = await ask('/v1/alerts/a1', reader)
    expect(plain.body.evidence[0].incident.reports[0]).not.toHaveProperty('private')
    expect(plain.text).not.toContain('eleven men')
    expect(plain.text).not.toMatch(/persons|narrativeKey|linkKeys|ciphertext/)
    // The content hash is in no answer to any reader, neither in the report nor in the history of
    // the incident.
    for (const path of ['/v1/alerts/a1', '/v1/incidents', '/v1/incidents/i1']) {
      const { status, text } = await ask(path)
      expect(status).toBe(200)
      expect(text).not.toMatch(new RegExp(`contentHash|${revision.contentHash}`))
    }

    await vault.erase(revision.reportId)
    const erased = await ask('/v1/alerts/a1')
    expect(erased.body.evidence[0].incident.reports[0].private).toBeNull()
    await vault.close()
  })
  it('shows how the place of an incident was resolved, its candidates, and further places', async () => {
    const kamona = (n: number, admin1: string | null, lat: number) => ({
      settlement: `ML/kamona-${n}`,
      name: 'Kamona',
      country: 'ML',
      admin1,
      lat,
      lon: -5.8
    })
    const candidates = [kamona(1, 'ML-4', 13.98), kamona(2, null, 12.87)]
    const ambiguous = {
      name: 'Kamona',
      settlement: null,
      settlementName: null,
      lat: 13.43,
      lon: -5.81,
      radiusKm: 64
    } as const
    const balle = {
      ...places.diosso,
      name: 'Balle',
      settlement: 'ML-4/balle',
      settlementName: 'Balle',
      lat: 13.5,
      lon: -5.9
    }
    const place = {
      ...ambiguous,
      country: 'ML',
      admin1: 'ML-4',
      resolution: 'ambiguous' as const,
      candidates
    }
    const open = await report({ handling: 'public', place, alsoAt: [balle] }, 'r1')
    const closed = await report(
      {
        handling: 'restricted',
        sourceId: 'wire-2',
        place,
        alsoAt: [balle, { ...places.diffa, settlementName: 'Diffa' }]
      },
      'r2'
    )
    const state = { ...ambiguous, country: 'ML', admin1: 'ML-4' }
    const { settlementName: _name, ...taken } = state
    const reports = [reference(open), reference(closed)]
    await incident(
      'incident.assembled',
      anIncident({ incidentId: open.reportId, place: taken, reports })
    )
    const { body } = await ask(`/v1/incidents/${open.reportId}`)
    expect(body.place).toEqual({ ...taken, resolution: 'ambiguous', candidates })
    expect(
      body.alsoAt.map(({ settlementName }: { settlementName: string }) => settlementName)
    ).toEqual(['Balle', 'Diffa'])
    expect(body.reports[0]).toMatchObject({
      place: { resolution: 'ambiguous', candidates },
      alsoAt: [{ settlement: 'ML-4/balle' }]
    })
    expect((await ask('/v1/incidents')).body.items[0]).toMatchObject({
      place: body.place,
      alsoAt: body.alsoAt
    })
    // The further places of a report are shown to readers of that report.
    const partner = await ask(
      `/v1/incidents/${open.reportId}`,
      await makeKey(['alerts:read'], 'public')
    )
    expect(partner.text).not.toContain('Diffa')
    expect(
      partner.body.alsoAt.map(({ settlementName }: { settlementName: string }) => settlementName)
    ).toEqual(['Balle'])
  })

  it('shows the winning revision, and that a report was withdrawn', async () => {
    const late = await report(
      { reportedAt: '2025-06-03T09:00:00.000Z', category: 'ambush', handling: 'public' },
      'r2'
    )
    await report(
      { reportedAt: '2025-06-02T09:00:00.000Z', category: 'attack', handling: 'public' },
      'r1'
    )
    await incident('incident.assembled', anIncident({ reports: [reference(late)] }))
    await h.alerts.write('raised', 'a1')
    expect((await ask('/v1/alerts/a1')).body.evidence[0].incident.reports[0]).toMatchObject({
      category: 'ambush',
      withdrawn: false
    })
    await h.incident(
      'sahel',
      {
        type: 'report.withdrawn',
        data: { reportId: late.reportId, reason: 'wrong place', lane: 'live' }
      },
      'w1'
    )
    expect((await ask('/v1/alerts/a1')).body.evidence[0].incident.reports[0]).toMatchObject({
      category: 'ambush',
      withdrawn: true
    })
  })
})

describe('incidents', () => {
  it('answer to their aliases, with reports and history', async () => {
    await incident('incident.assembled', anIncident())
    await incident(
      'incident.merged',
      anIncident({ incidentId: 'i0', revision: 2, aliases: ['i1'], category: 'clash' })
    )
    const { body } = await ask('/v1/incidents/i1')
    // The former id belongs to its history; the alias leads to the current incident.
    expect(['i0', 'i1']).toContain(body.incidentId)
    expect((await ask('/v1/incidents/i0')).body).toMatchObject({
      incidentId: 'i0',
      aliases: ['i1'],
      history: [{ type: 'tocsin.incident.merged.v1' }]
    })
    expect((await ask('/v1/incidents/none')).status).toBe(404)
  })
  it('are listed by page and by filter, withdrawn ones left out', async () => {
    for (let i = 1; i <= 4; i++)
      await incident(
        'incident.assembled',
        anIncident({ incidentId: `i${i}`, category: i % 2 ? 'attack' : 'clash' })
      )
    await incident('incident.withdrawn', anIncident({ incidentId: 'i4', revision: 2 }))
    const first = (await ask('/v1/incidents?limit=2')).body
    const second = (await ask(`/v1/incidents?limit=2&cursor=${first.next}`)).body
    expect(
      [...first.items, ...second.items].map((item: { incidentId: string }) => item.incidentId)
    ).toEqual(['i3', 'i2', 'i1'])
    expect((await ask('/v1/incidents?category=clash')).body.items).toHaveLength(1)
    expect((await ask('/v1/incidents?colour=red')).status).toBe(400)
    const stranger = await makeKey(['alerts:read'], 'public')
    await incident('incident.assembled', anIncident({ incidentId: 'secret', handling: 'internal' }))
    expect((await ask('/v1/incidents', stranger)).text).not.toContain('secret')
    expect((await ask('/v1/incidents/secret', stranger)).status).toBe(404)
  })
})

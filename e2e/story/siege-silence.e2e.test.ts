// Fifteen months of siege on a running suite, the last ten without reports, while the suite is
// killed repeatedly: what a partner's webhook receives meanwhile, and what the list shows at the
// end.

import { parseScenario } from '@tocsin/host/scenario/scenario'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'
import { settled } from '../harness/logs.ts'
import { interrupted, play } from '../harness/play.ts'
import type { Scenario } from '../harness/scenario-files.ts'
import { fullRun } from '../harness/test-size.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

const diosso = {
  name: 'Diosso',
  admin1: 'ML-4',
  country: 'ML',
  lat: 13.88321,
  lon: -5.36211,
  radiusKm: 2
}
const far = { country: 'ML', admin1: 'ML-8', lat: 20.2, lon: 0.98, radiusKm: 2 }

function told(
  at: string,
  source: string,
  from: string,
  to: string,
  category: string,
  extra: object = {}
): string {
  const occurred = { from, to }
  const report = {
    source: { id: source },
    externalId: at,
    occurred,
    category,
    location: diosso,
    credibility: 2,
    ...extra
  }
  return JSON.stringify({ at: `${at}T06:00:00Z`, report })
}

const lines = parseScenario(
  [
    told('2024-01-10', 'wire-1', '2024-01-01', '2024-01-09', 'blockade'),
    told('2024-01-11', 'wire-2', '2024-01-02', '2024-01-10', 'movement-denied'),
    told('2024-02-21', 'wire-3', '2024-02-20', '2024-02-20', 'aid-denied'),
    told('2024-04-12', 'wire-2', '2024-04-11', '2024-04-11', 'food-insecurity', {
      tactics: ['hunger']
    }),
    told('2024-05-31', 'wire-1', '2024-05-30', '2024-05-30', 'blockade'),
    // Ten months later, about another place.
    told('2025-04-01', 'wire-4', '2025-03-31', '2025-03-31', 'protest', { location: far })
  ].join('\n')
)
const source = (id: string) => ({
  id,
  reliability: 'B',
  latenessDays: 3,
  cadenceDays: 60,
  archive: false
})
const scenario: Scenario = {
  setup: {
    theatre: { id: 'sahel', countries: ['ML'], clock: 'replay' },
    sources: ['wire-1', 'wire-2', 'wire-3', 'wire-4'].map(source)
  },
  lines
}
const lastWord = 5
/** Days between two ticks, and writes between two kills. */
const [tickEveryDays, killEvery] = fullRun ? [1, 90] : [7, 13]

it('a siege of fifteen months without reports for the last ten is one open alert that shows its age, and nine deliveries', async () => {
  const suite = await WholeSuite.start()
  try {
    const webhook = await suite.webhook({ pattern: ['siege'] })
    const words = () =>
      webhook.events.map(({ type, data }) =>
        `${type.split('.')[2]} ${data.reason ?? ''} ${data.notify}`.replace('  ', ' ')
      )
    await play(suite.api, { ...scenario, lines: lines.slice(0, lastWord) }, { tickEveryDays })
    await settled(suite.dataDir)
    await waitFor(() => webhook.events.length >= 7, {
      what: 'the five months at the partner',
      timeoutMs: 60_000
    })
    expect(words()).toEqual([
      'raised page',
      'escalated 30 days page',
      'escalated full page',
      'confirmed update',
      'escalated 90 days page',
      'escalated hunger page',
      'revised update'
    ])

    // The suite is killed once per quarter of the silence.
    let kills = 0
    const killing = async () => {
      kills++
      await suite.killAndRestart()
    }
    await play(interrupted(suite.api, killEvery, killing), scenario, { tickEveryDays })
    await settled(suite.dataDir)
    await waitFor(() => webhook.events.length >= 9, {
      what: 'the silence at the partner',
      timeoutMs: 60_000
    })
    expect(kills).toBeGreaterThanOrEqual(3)
    expect(words().slice(7)).toEqual(['escalated 180 days page', 'escalated 365 days page'])
    expect(new Set(webhook.events.map(({ data }) => data.alertId)).size).toBe(1)
    expect(webhook.violations).toEqual([])

    const sieges = await suite.alerts('&pattern=siege')
    expect(sieges).toHaveLength(1)
    expect(sieges[0]).toMatchObject({
      status: 'confirmed',
      severity: 'extreme',
      headline: 'Siege of Diosso, for more than 365 days',
      window: { from: '2024-01-02T00:00:00.000Z', to: null },
      evidence: { length: 5 }
    })
  } finally {
    await suite.end()
  }
}, 300_000)

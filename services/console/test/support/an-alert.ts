// Alerts as readers get them, unless said otherwise.

import { isOpen, type ShownAlert } from '../../src/shown/shown-alert.ts'

const parts = ['area', 'operator', 'times', 'measure', 'evidenceCount', 'fatalities'] as const
type Part = (typeof parts)[number]

/** Members of an alert; of those that have members, some may be left out. */
export type AlertMembers = Partial<Omit<ShownAlert, Part>> & {
  readonly [part in Part]?: Partial<ShownAlert[part]>
}

export function anAlert(members: AlertMembers = {}): ShownAlert {
  const alert: ShownAlert = {
    alertId: 'a1',
    revision: 2,
    operatorRevision: 0,
    theatre: 'sahel',
    status: 'provisional',
    notify: 'page',
    ruleId: 'siege',
    ruleVersion: 1,
    pattern: 'siege',
    group: { settlement: 'Diosso' },
    headline: 'Siege of Diosso',
    explanation: 'Two of three criteria have held for a week.',
    severity: 'moderate',
    urgency: 'immediate',
    certainty: 'likely',
    levels: [{ level: 1, at: '2026-02-20T00:00:00.000Z', reason: 'partial' }],
    area: {
      country: ['ML'],
      admin1: ['ML-4'],
      circle: [13.88, -5.36, 5],
      settlement: 'ML-4/diosso'
    },
    window: { from: '2026-02-20T00:00:00.000Z', to: null },
    measure: {
      ...{ name: 'criteria held', value: 2, threshold: 2, baseline: null, falseAlarmsPerYear: null }
    },
    evidence: [],
    evidenceOmitted: 0,
    evidenceCount: { triggers: 2, support: 0 },
    category: ['blockade'],
    fatalities: { low: null, best: null, high: null },
    times: {
      occurredFrom: '2026-02-20T00:00:00.000Z',
      firstReportedAt: '2026-02-21T00:00:00.000Z',
      detectedAt: '2026-03-01T12:00:00.000Z'
    },
    handling: 'public',
    references: [],
    partOf: null,
    operator: {
      ...{ acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null }
    },
    drill: false,
    reason: null,
    action: null
  }
  const merged = parts.map(part => [part, { ...alert[part], ...members[part] }])
  const made: ShownAlert = { ...alert, ...members, ...Object.fromEntries(merged) }
  const { operator } = made
  const needsOne = isOpen(made) && made.notify !== 'quiet'
  const isAcknowledged = needsOne ? operator.acknowledgedBy !== null : null
  return { ...made, operator: { isAcknowledged, ...operator } }
}

/** An alert that is known by a circle alone, or by areas. */
export function anAlertAt(
  alertId: string,
  area: Partial<ShownAlert['area']>,
  members: AlertMembers = {}
): ShownAlert {
  return anAlert({
    alertId,
    ...members,
    area: { country: ['ML'], admin1: [], circle: null, settlement: null, ...area }
  })
}

export const placedIn = () => 'Diosso · Ségou (ML-4)'

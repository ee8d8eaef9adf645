// The logs of the suite and their retention. Source: shape.md#logs.

export const topics = {
  incidents: 'tocsin.incidents.v1',
  assembly: 'tocsin.assembly.v1',
  alerts: 'tocsin.alerts.v1',
  control: 'tocsin.control.v1',
  deliveries: 'tocsin.deliveries.v1',
  snapshots: 'tocsin.snapshots.v1',
  keys: 'tocsin.keys.v1',
  quarantine: 'tocsin.quarantine.v1'
} as const
export type Topic = (typeof topics)[keyof typeof topics]

/**
 * `for-ever`: never removed. `by-retention`: oldest first, by age. `compacted`: only the last
 * record of each key.
 */
export type Cleanup = 'for-ever' | 'by-retention' | 'compacted'

export const cleanupOf: Readonly<Record<Topic, Cleanup>> = {
  [topics.incidents]: 'for-ever',
  [topics.assembly]: 'for-ever',
  [topics.alerts]: 'for-ever',
  [topics.control]: 'for-ever',
  [topics.deliveries]: 'by-retention',
  [topics.snapshots]: 'compacted',
  [topics.keys]: 'compacted',
  [topics.quarantine]: 'by-retention'
}

import { readFileSync } from 'node:fs'
import { defaultRecordLimits } from '@tocsin/event-log/record-limits'
import { cleanupOf, topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'

const folder = new URL('../../../infra/kafka/', import.meta.url)

interface TopicsFile {
  readonly every: {
    replicationMax: number
    minInsyncReplicas: number
    config: Record<string, string>
  }
  readonly kinds: Record<string, Record<string, string>>
  readonly topics: Record<string, { kind: string; partitions: number; why: string }>
  readonly why: Record<string, string>
}
const file = JSON.parse(readFileSync(new URL('topics.json', folder), 'utf8')) as TopicsFile

describe('infra/kafka/topics.json', () => {
  it('has exactly the topics of the suite, with their retention', () => {
    expect(Object.keys(file.topics)).toEqual(Object.values(topics))
    for (const topic of Object.values(topics))
      expect([topic, file.topics[topic]!.kind]).toEqual([topic, cleanupOf[topic]])
    expect(file.topics[topics.control]!.partitions).toBe(1)
  })

  it('uses equal partition counts for all topics keyed by theatre', () => {
    const byTheatre = [topics.incidents, topics.assembly, topics.alerts, topics.snapshots]
    expect(new Set(byTheatre.map(topic => file.topics[topic]!.partitions)).size).toBe(1)
  })

  it('never removes records that are kept for ever, and compacts only compacted topics', () => {
    expect(file.kinds['for-ever']).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1'
    })
    // The last sequence of a subscription is only in the deliveries topic.
    expect(file.kinds['by-retention']!['retention.ms']).toBe('-1')
    const compacted = Object.keys(file.kinds).filter(
      kind => file.kinds[kind]!['cleanup.policy'] === 'compact'
    )
    expect(compacted).toEqual(['compacted'])
  })

  it('accepts the largest record of the suite, with names and batch header', () => {
    const { valueBytesMax, nameBytesMax } = defaultRecordLimits
    expect(Number(file.every.config['max.message.bytes'])).toBeGreaterThan(
      valueBytesMax + 2 * nameBytesMax + 1024
    )
  })

  it('acknowledges on at least two of three replicas, and never elects an out-of-sync leader', () => {
    expect([file.every.replicationMax, file.every.minInsyncReplicas]).toEqual([3, 2])
    expect(file.every.config['unclean.leader.election.enable']).toBe('false')
  })

  it('gives a reason for each of its settings, and for no other', () => {
    const configs = [file.every.config, ...Object.values(file.kinds)].flatMap(config =>
      Object.keys(config)
    )
    const settings = new Set([...configs, 'partitions', 'replicationMax', 'minInsyncReplicas'])
    expect(Object.keys(file.why).sort()).toEqual([...settings].sort())
    const reasons = [
      ...Object.values(file.why),
      ...Object.values(file.topics).map(topic => topic.why)
    ]
    expect(reasons.filter(why => why.length < 40)).toEqual([])
  })

  it('matches the tables in its README', () => {
    const readme = readFileSync(new URL('README.md', folder), 'utf8')
    expect(rowsOf(readme, 'topic')).toEqual(
      Object.entries(file.topics).map(([name, { partitions, kind, why }]) => [
        `\`${name}\``,
        String(partitions),
        kind,
        why
      ])
    )
    expect(rowsOf(readme, 'setting')).toEqual(settingRows())
  })
})

function settingRows(): readonly (readonly string[])[] {
  const { every, kinds, why } = file
  const own = {
    replicationMax: String(every.replicationMax),
    minInsyncReplicas: String(every.minInsyncReplicas),
    ...every.config
  }
  const rows = Object.entries(own).map(([name, value]) => [name, 'all', value] as const)
  const byKind = Object.entries(kinds).flatMap(([kind, config]) =>
    Object.entries(config).map(([name, value]) => [name, kind, value] as const)
  )
  return [...rows, ...byKind].map(([name, kind, value]) => [
    `\`${name}\``,
    kind,
    `\`${value}\``,
    why[name]!
  ])
}

/** The rows of the table with this first heading. */
function rowsOf(readme: string, heading: string): readonly (readonly string[])[] {
  const lines = readme.split('\n')
  const from = lines.findIndex(line => new RegExp(`^\\| ${heading} +\\|`).test(line))
  const rest = lines.slice(from + 2)
  const to = rest.findIndex(line => !line.startsWith('|'))
  return rest.slice(0, to < 0 ? undefined : to).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim())
  )
}

import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import {
  type IncidentEntry,
  type IncidentSearch,
  IncidentTable
} from '@tocsin/read-model/incidents/incident-table'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { incidentTables } from '@tocsin/read-model/schema'
import { expect, it } from 'vitest'

const all: IncidentSearch = {
  ...{ level: 'restricted', theatres: '*', theatre: null, category: null, country: null },
  ...{ admin1: null, sources: null, fromMs: -Infinity, toMs: Infinity }
}

interface Said {
  readonly revision?: number
  readonly reports?: readonly string[]
  readonly aliases?: readonly string[]
  readonly from?: readonly string[]
  readonly readers?: readonly Handling[]
  readonly takenBack?: true
  readonly theatre?: string
  readonly country?: string
  readonly day?: string
}

function makeFold() {
  const model = ReadModel.open({ path: inMemory, groups: [incidentTables], version: '1' })
  const table = new IncidentTable(model)
  let seq = 0
  const say = (name: string, incidentId: string, said: Said = {}, at = ++seq) => {
    const { reports = [incidentId], day = '2026-03-01', country = 'NE', ...more } = said
    const data: IncidentEvent['data'] = {
      ...{ incidentId, revision: 1, seq: at, theatre: 'sahel', aliases: [], from: [] },
      reports: reports.map(id => ({ reportId: id, contentHash: 'x', sourceId: `of-${id}` })),
      ...{ independentSources: 1, occurred: { from: day, to: day }, category: 'armed-attack' },
      ...{
        tactics: [],
        fatalities: { low: null, best: null, high: null },
        credibility: 2,
        handling: 'public',
        readers: handlings
      },
      place: {
        ...{ name: null, admin1: null, lat: null, lon: null, radiusKm: null, settlement: null },
        country
      },
      ...more
    } as IncidentEvent['data']
    const type = `incident.${name}` as IncidentEvent['type']
    const time = `2026-03-02T00:00:${String(seq).padStart(2, '0')}.000Z`
    const event = { type, data }
    table.apply({ partition: 0, position: BigInt(seq), time, cause: null, event })
  }
  return { model, table, say }
}

const getId = (entry: IncidentEntry | null) => entry?.state.incidentId ?? null
const list = (table: IncidentTable, search: Partial<IncidentSearch>) =>
  table.list({ ...all, ...search }, null, 10).map(getId)

it('an incident answers to its aliases and reports, and ends when another takes its reports', () => {
  const { table, say } = makeFold()
  say('assembled', 'a')
  say('assembled', 'b')
  say('merged', 'a', { revision: 2, reports: ['a', 'b'], aliases: ['b'], from: ['b'] })
  expect(getId(table.get('public', 'b'))).toBe('a')
  expect(getId(table.findByReport('public', 'sahel', 'b'))).toBe('a')
  expect(list(table, {})).toEqual(['a'])
  say('split', 'b', { from: ['a'] })
  expect(table.get('public', 'a')?.isWithdrawn).toBe(true)
  say('revised', 'a', { revision: 3 })
  expect(['a', 'b'].map(id => getId(table.getByReport('public', id)))).toEqual(['a', 'b'])
  const a = table.find('public', 'sahel', 'a') as IncidentEntry
  expect(table.listEvents('public', a).map(({ position }) => position)).toEqual([1n, 3n, 5n])
  // A repeated record has no effect.
  say('withdrawn', 'a', { revision: 4 }, 5)
  expect(table.find('public', 'sahel', 'a')).toBe(a)
})

it('levels with different events have different incidents, and what is taken back begins anew', () => {
  const { table, say } = makeFold()
  say('assembled', 'a', { reports: ['a', 'b'] })
  const { n } = table.find('public', 'sahel', 'a') as IncidentEntry
  const since = table.changeCount
  say('revised', 'a', { revision: 2, readers: ['public'], takenBack: true })
  expect([n, n + 1].map(row => table.hasChanged(row, since))).toEqual([true, true])
  const reports = (level: Handling) => table.get(level, 'a')?.state.reports.length
  expect(handlings.map(reports)).toEqual([1, 2, 2, 2])
  expect(getId(table.getByReport('public', 'b'))).toBe(null)
  const isLost = (level: Handling) => table.isReportTakenBack(level, 'sahel', 'b')
  expect(handlings.map(isLost)).toEqual([true, false, false, false])
  say('withdrawn', 'a', { revision: 3, readers: ['public'], takenBack: true })
  expect(handlings.map(level => table.isTakenBack(level, 'sahel', 'a'))).toEqual([
    ...[true, false, false, false]
  ])
  say('assembled', 'a', { revision: 4, readers: ['public'] })
  const listed = handlings.map(level => table.listEvents(level, table.get(level, 'a')!).length)
  expect(listed).toEqual([1, 1, 1, 1])
})

it('finds standing incidents by theatre, country, source and time, newest change first', () => {
  const { model, table, say } = makeFold()
  say('assembled', 'a')
  say('assembled', 'b', { theatre: 'coast', country: 'BJ', day: '2026-02-01' })
  say('assembled', 'c')
  say('withdrawn', 'c', { revision: 2 })
  expect(list(table, {})).toEqual(['b', 'a'])
  expect(list(table, { theatres: ['sahel'] })).toEqual(['a'])
  expect(list(table, { country: ['BJ', 'TG'] })).toEqual(['b'])
  expect(list(table, { sources: ['of-a', 'of'] })).toEqual(['a'])
  expect(list(table, { toMs: Date.parse('2026-03-01') })).toEqual(['b'])
  expect(table.listKeys(all).map(({ incidentId }) => incidentId)).toEqual(['b', 'a'])
  expect([...table.walk({ ...all, theatre: ['coast'] })].flat()).toHaveLength(1)
  expect(table.findFirstEnd('public', 'coast')).toBe(Date.parse('2026-02-01'))
  const [first] = table.list(all, null, 1) as [IncidentEntry]
  const before = { touchedAt: first.touchedAt, incidentId: first.state.incidentId }
  expect(table.list(all, before, 10).map(getId)).toEqual(['a'])
  const again = new IncidentTable(model)
  again.load()
  expect(list(again, {})).toEqual(['b', 'a'])
})

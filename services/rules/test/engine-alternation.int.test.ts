// Two engines that took turns on one theatre: an upgrade that was taken back and made again. What
// both published are facts.

import { decodeAlertRecord, engineVersion } from '@tocsin/contracts/record/records'
import { defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { type ReportSketch, revisionOf } from '../../../packages/domain/test/fold-story.ts'
import { alertsOf, control, observer, runUntilQuiet, theatre } from './engine-harness.ts'

const otherEngine = '0.0.9'

/**
 * Takes records of this engine for those of the other, and the other way round. Marks of each have
 * ids of their own.
 */
function exchangeEngines({ topics: states }: MemoryStore): void {
  for (const { partitions } of states.values())
    for (const { records } of partitions)
      for (const [i, stored] of records.entries()) {
        const text = Buffer.from(stored.value as Uint8Array).toString()
        const isMark = text.includes('"type":"tocsin.engine.changed.')
        const id = isMark ? [...stored.id].reverse().join('') : stored.id
        const exchanged = text
          .replaceAll(`"engine":"${engineVersion}"`, '"engine":""')
          .replaceAll(`"engine":"${otherEngine}"`, `"engine":"${engineVersion}"`)
          .replaceAll('"engine":""', `"engine":"${otherEngine}"`)
          .replaceAll(`"id":"${stored.id}"`, `"id":"${id}"`)
        records[i] = { ...stored, id, value: Buffer.from(exchanged) }
      }
}

class Turns {
  readonly store = new MemoryStore()
  /** Records that the last turn folded. */
  folded = 0
  readonly #log = new MemoryLog({}, this.store)
  #tickedTo = 4

  async begin(): Promise<void> {
    for (const data of defaultRules.filter(({ pattern }) => pattern === 'front'))
      await control(this.#log, { type: 'rule.declared', data })
    const data = {
      id: 'sahel',
      countries: ['ML'],
      polygon: null,
      clock: 'replay',
      retentionDays: 820
    } as const
    await control(this.#log, { type: 'theatre.declared', data })
    await this.tick()
    await this.run('other')
  }

  async tick(): Promise<void> {
    const to = `2025-06-0${this.#tickedTo++}T00:00:00.000Z`
    await control(this.#log, { type: 'theatre.tick-requested', data: { theatre: 'sahel', to } })
  }

  /** Three attacks, which are a front. */
  async attacks(place: string, admin1: string, lat: number, lon: number): Promise<void> {
    for (const at of ['2025-06-01', '2025-06-02', '2025-06-03']) {
      const sketch: ReportSketch = { id: `${place}-${at}`, at, settlement: place, admin1, lat, lon }
      await theatre(this.#log, { type: 'report.received', data: revisionOf(sketch) })
    }
  }

  /**
   * One engine takes the log up, and publishes until it is quiet. It folds from the beginning
   * unless it keeps snapshots.
   */
  async run(engine: 'this' | 'other', snapshotEveryRecords = 0): Promise<string[]> {
    const before = (await alertsOf(this.#log)).length
    if (engine === 'other') exchangeEngines(this.store)
    const noted = observer()
    this.folded = 0
    const counted = { ...noted, folded: () => void this.folded++ }
    const isSaved = (notes: readonly string[]) =>
      snapshotEveryRecords === 0 || notes.includes('snapshot sahel written')
    await runUntilQuiet(this.#log, counted, snapshotEveryRecords, isSaved)
    if (engine === 'other') exchangeEngines(this.store)
    expect(noted.notes.filter(note => note.startsWith('conflict'))).toEqual([])
    return (await alertsOf(this.#log)).slice(before).map(saying)
  }

  async records(): Promise<number> {
    return (await this.#log.state(topics.incidents)).reduce((sum, { end }) => sum + Number(end), 0)
  }

  async marks(): Promise<string[]> {
    const { records } = await this.#log.read(topics.incidents, 0, 0n, {
      recordsMax: 1000,
      bytesMax: 1e7
    })
    const values = records.map(({ value }) =>
      JSON.parse(Buffer.from(value as Uint8Array).toString())
    )
    return values
      .filter(({ type }) => type === 'tocsin.engine.changed.v1')
      .map(({ data }) => data.engine)
  }
}

function saying(text: string): string {
  const decoded = decodeAlertRecord(Buffer.from(text))
  if (decoded.kind !== 'decoded' || !('headline' in decoded.record.data)) throw new Error(text)
  const { seq, notify, revision, headline } = decoded.record.data
  return `${seq} ${decoded.record.type} ${notify} ${revision} ${headline}`
}

const raised = (seq: number, place: string) =>
  `${seq} alert.raised page 1 3 attacks close together near ${place}`

describe('an upgrade that was taken back and made again', () => {
  async function takenBack(tick: (turns: Turns) => Promise<void>) {
    const turns = new Turns()
    await turns.begin()
    await turns.attacks('Diosso', 'ML-4', 13.88, -5.36)
    expect(await turns.run('other')).toEqual([raised(1, 'Diosso')])
    await tick(turns)
    expect(await turns.run('this')).toEqual([])
    await turns.attacks('Kayes', 'ML-1', 14.45, -11.44)
    expect(await turns.run('this')).toEqual([raised(2, 'Kayes')])
    await tick(turns)
    expect(await turns.run('other')).toEqual([])
    await turns.attacks('Gao', 'ML-7', 16.27, -0.04)
    expect(await turns.run('other')).toEqual([raised(3, 'Gao')])
    await tick(turns)
    return turns
  }

  it('publishes nothing a second time, and goes on', async () => {
    const turns = await takenBack(turns => turns.tick())
    expect(await turns.run('this')).toEqual([])
    await turns.attacks('Kidal', 'ML-8', 18.44, 1.41)
    expect(await turns.run('this')).toEqual([raised(4, 'Kidal')])
    expect(await turns.run('this')).toEqual([])
    expect(await turns.run('other')).toEqual([])
  })
})

// Promise 3: the same records of each theatre, on another number of partitions, interleaved
// differently, with restarts, other page sizes and snapshots, make the same alerts per theatre,
// byte for byte.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { type EngineObserver, RulesEngine } from '@tocsin/rules/partition/rules-engine'
import { FaultSchedule } from '../world/fault-schedule.ts'
import { Life, WallClock } from '../world/life.ts'
import type { RandomSource } from '../world/random-source.ts'
import { SimulatedLog } from '../world/simulated-log.ts'
import { type Entry, StoreReader } from '../world/store-reader.ts'
import { unpacked } from '../world/suite.ts'
import { VirtualTime } from '../world/virtual-time.ts'
import type { World } from '../world/world.ts'
import { theatresOf } from './theatre-records.ts'

/** Time limit of a rerun, virtual ms. */
const patienceMs = 3_600_000

export async function checkPlacement(world: World, disk: StoreReader): Promise<void> {
  const random = world.random.fork('placement')
  const partitions = world.partitions === 1 ? 3 : 1
  const again = new MemoryStore({ partitions })
  const isDone = await rerun(
    again,
    mingled(disk.entries(topics.incidents), random),
    random,
    detail => world.violate('3 placement-free', detail)
  )
  if (!isDone)
    world.violate(
      '3 placement-free',
      `the rules did not come to an end on ${partitions} partitions`
    )
  const other = new StoreReader(again)
  for (const theatre of theatresOf(disk)) {
    const [here, there] = [disk.of(topics.alerts, theatre), other.of(topics.alerts, theatre)]
    const wrong = here.findIndex((entry, i) => entry.text !== there[i]?.text)
    if (wrong < 0 && here.length === there.length) continue
    const at = wrong < 0 ? here.length : wrong
    world.violate(
      '3 placement-free',
      `${theatre}: alert record ${at + 1} differs on ${partitions} partitions\n    here  ${here[at]?.text}\n    there ${there[at]?.text}`
    )
  }
}

/** The records of all theatres interleaved, keeping the order within each theatre. */
function mingled(entries: readonly Entry[], random: RandomSource): Entry[] {
  const queues = [...new Set(entries.map(entry => entry.key))].map(key =>
    entries.filter(entry => entry.key === key)
  )
  const order: Entry[] = []
  while (order.length < entries.length) {
    const [first] = (random.pick(queues.filter(queue => queue.length > 0)) ?? []).splice(0, 1)
    if (first !== undefined) order.push(first)
  }
  return order
}

async function rerun(
  store: MemoryStore,
  entries: readonly Entry[],
  random: RandomSource,
  violate: (detail: string) => void
): Promise<boolean> {
  const time = new VirtualTime(random.fork('order'))
  const [log, faults] = [new MemoryLog({}, store), new FaultSchedule(random.fork('weather'))]
  const options = {
    pageRecordsMax: random.pick([1, 4, 50]),
    snapshotEveryRecords: random.pick([0, 5, 25])
  }
  const wall = new WallClock(time, 0)
  let [life, lives, written] = [new Life('rules-0', time, wall), 0, 0]
  const begin = () => {
    life = new Life(`rules-${++lives}`, time, wall)
    const simulated = new SimulatedLog({
      store,
      life,
      time,
      faults,
      random: random.fork(life.name),
      die: () => {}
    })
    const engine = new RulesEngine({
      log: simulated,
      clock: life.clock,
      observer: observing(violate),
      tickCheckMs: 1_000,
      compression: unpacked,
      ...options
    })
    engine.run().catch(error => violate(`the rules ended: ${error}`))
  }
  begin()
  const restarts = new Set(Array.from({ length: 4 }, () => random.integer(0, entries.length)))
  for (const { id, key, text } of entries) {
    void log.append(topics.incidents, [{ id, key, value: Buffer.from(text) }])
    await time.runUntil(() => false, time.nowMs + random.integer(0, 12))
    if (!restarts.has(written++)) continue
    life.end()
    begin()
  }
  const isDone = await time.runUntil(() => isFolded(store, topics.incidents), patienceMs)
  life.end()
  return isDone
}

function isFolded(store: MemoryStore, topic: Topic): boolean {
  const folded = store.consumers.get(`rules\n${topic}`)?.positions
  return (store.topics.get(topic)?.partitions ?? []).every(({ end }, i) => folded?.[i] === end)
}

function observing(violate: (detail: string) => void): EngineObserver {
  return {
    folded: () => {},
    retried: () => {},
    quarantined: () => {},
    stopped: (theatre, why) => violate(`${theatre} stopped: ${why}`),
    conflict: (theatre, seqs) => violate(`${theatre} would say something else at ${seqs}`),
    snapshot: () => {},
    clockJumped: () => {},
    timeSet: () => {},
    assigned: () => {},
    takenUp: () => {}
  }
}

// The conformance suite on the log in memory. It has no file and no process: the embedded adapter
// covers those cases.

import { describe, expect, it } from 'vitest'
import { testEventLog } from '../src/conformance/conformance.ts'
import type { LogSubject } from '../src/conformance/subject.ts'
import { EventLogError } from '../src/errors.ts'
import {
  type AppendFate,
  MemoryLog,
  type MemoryLogOptions,
  MemoryStore
} from '../src/memory-log.ts'
import { topics } from '../src/topics.ts'

function memorySubject(partitions: number, like: MemoryLogOptions = {}): LogSubject {
  let lives = 0
  let store: MemoryStore | null = null
  const openStore = (asked = partitions) => {
    store ??= new MemoryStore({ partitions: asked, epoch: `0000000${lives}` })
    return store
  }
  return {
    async open(options = {}) {
      return new MemoryLog(
        options.partitions === undefined ? like : { ...like, partitions: options.partitions },
        openStore(options.partitions)
      )
    },
    async recreate() {
      store = null
      lives++
    },
    async trim(log, topic, partition, before) {
      await (log as MemoryLog).trim(topic, partition, before)
    },
    async openDoubtful(fate) {
      return new MemoryLog(
        {
          ...like,
          hooks: {
            beforeAppend: (): AppendFate => ({ kind: fate === 'written' ? 'doubt' : 'drop' })
          }
        },
        openStore()
      )
    },
    async dispose() {
      store = null
    }
  }
}

const notInMemory = {
  'torn-write': 'the embedded adapter: memory has no file',
  'kill-after-append-before-ack': 'the embedded adapter: memory does not survive its process',
  'disk-full': 'the embedded adapter: memory has no disk',
  'bit-flip': 'the embedded adapter: memory has no file',
  'broker-restart': 'the Kafka adapter: there is no broker'
}

testEventLog({
  name: 'memory log',
  make: async ({ partitions }) => memorySubject(partitions),
  owned: notInMemory
})

testEventLog({
  name: 'memory log like Kafka',
  make: async ({ partitions }) => memorySubject(partitions, { like: 'kafka' }),
  owned: notInMemory
})

describe('faults of the memory log', () => {
  it('refuses with the error of the hook, and writes nothing', async () => {
    const fates: AppendFate[] = [
      { kind: 'refuse', error: new EventLogError('disk-full', 'full') },
      { kind: 'write' }
    ]
    const log = new MemoryLog({ hooks: { beforeAppend: () => fates.shift()! } })
    const record = { id: 'a', key: 'k', value: Buffer.from('x') }
    await expect(log.append(topics.incidents, [record])).rejects.toMatchObject({
      code: 'disk-full',
      retryable: true
    })
    expect(await log.append(topics.incidents, [record])).toHaveLength(1)
  })

  it('writes nothing for a process that died while its append waited', async () => {
    const store = new MemoryStore()
    let letGo = (): void => {}
    const waits = new Promise<void>(resolve => {
      letGo = resolve
    })
    const log = new MemoryLog(
      { hooks: { beforeAppend: () => waits.then(() => ({ kind: 'write' }) as const) } },
      store
    )
    const asked = log.append(topics.incidents, [{ id: 'a', key: 'k', value: Buffer.from('x') }])
    await log.close()
    letGo()
    await expect(asked).rejects.toMatchObject({ code: 'closed' })
    expect(await new MemoryLog({}, store).state(topics.incidents)).toMatchObject([{ end: 0n }])
  })
})
